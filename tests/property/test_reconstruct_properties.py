"""What must hold for modelled zones, whatever the evidence and the areas."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ecozoning import ellipsoidal_area
from ecozoning.zoning import Bearing, Rim, Seats, reconstruct
from ecozoning.zoning.positions import BEARINGS

pytestmark = pytest.mark.slow

# Shrinking a model takes minutes; the example that fails is printed as it was drawn.
FEW = settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
CELL = 600.0
APART = 0.06
"""Degrees between two places of seats: ten cells, so that each can be held."""
WINDOW = shapely.box(109.9, 29.9, 110.1, 30.1)
COUNTIES = {
    "square": WINDOW,
    "hole": shapely.difference(WINDOW, shapely.box(109.98, 29.98, 110.02, 30.02)),
    "round": shapely.Point(110, 30).buffer(0.13, quad_segs=40),
    "parts": shapely.difference(WINDOW, shapely.box(110.05, 29.8, 110.08, 30.2)),
}


def layer(shape):
    """Return a county whose edges are short, as those of real ones are."""
    return gpd.GeoDataFrame(geometry=[shapely.segmentize(shape, 0.01)], crs="EPSG:4490")


@st.composite
def evidence(draw, zones, binding):
    """Return a seat for each zone, some with a bearing and a rim besides."""
    nodes = [
        (109.91 + APART * i, 29.91 + APART * j) for i in range(4) for j in range(4)
    ]
    seats = draw(st.permutations(nodes))[:zones]
    found = {}
    for number, seat in enumerate(seats):
        weight = draw(st.floats(0.5, 2.0))
        pieces = [Seats(points={f"s{number}": seat}, weight=weight, binding=binding)]
        if draw(st.booleans()):
            direction = draw(st.sampled_from(sorted(BEARINGS)))
            pieces.append(Bearing(direction=direction, weight=draw(st.floats(0.1, 1))))
        if draw(st.booleans()):
            side = draw(st.sampled_from(["north", "east", "south", "west"]))
            pieces.append(Rim(side=side, weight=draw(st.floats(0.1, 1))))
        found[f"z{number}"] = pieces
    return found


@st.composite
def models(draw, *, binding=False):
    """Return a county, its evidence and areas that add up to it."""
    county = layer(COUNTIES[draw(st.sampled_from(sorted(COUNTIES)))])
    zones = draw(st.integers(2, 4))
    pieces = draw(evidence(zones, binding))
    parts = np.array(draw(st.lists(st.floats(1, 3), min_size=zones, max_size=zones)))
    total = float(ellipsoidal_area(county).sum()) / 1e6
    return county, pieces, dict(zip(pieces, parts / parts.sum() * total, strict=True))


def km2(zones):
    return ellipsoidal_area(zones).to_numpy() / 1e6


@FEW
@given(model=models())
def test_areas_are_met_and_the_county_is_tiled(model):
    county, pieces, areas = model
    zones = reconstruct(county, pieces, areas, cell_m=CELL)
    np.testing.assert_allclose(km2(zones), list(areas.values()), rtol=1e-5)
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    missed = shapely.symmetric_difference(zones.union_all(), county.geometry[0])
    assert missed.area < 1e-11  # square degrees: a tenth of a square metre


@FEW
@given(model=models())
def test_no_corner_of_the_county_is_lost(model):
    county, pieces, areas = model
    zones = reconstruct(county, pieces, areas, cell_m=CELL)
    there = set(map(tuple, shapely.get_coordinates(zones.geometry)))
    assert set(map(tuple, shapely.get_coordinates(county.geometry))) <= there


@FEW
@given(model=models())
def test_no_zone_has_a_scrap_elsewhere(model):
    county, pieces, areas = model
    for zone in reconstruct(county, pieces, areas, cell_m=CELL).geometry:
        assert shapely.area(shapely.get_parts(zone)).min() >= 0.01 * zone.area


@FEW
@given(model=models(), data=st.data())
def test_zone_without_an_area_has_what_the_others_leave(model, data):
    county, pieces, areas = model
    free = data.draw(st.sampled_from(list(areas)))
    found = km2(reconstruct(county, pieces, {**areas, free: None}, cell_m=CELL))
    np.testing.assert_allclose(found, list(areas.values()), rtol=1e-5)


@FEW
@given(model=models(binding=True))
def test_binding_seats_lie_in_their_zones(model):
    county, pieces, areas = model
    places = np.array([next(iter(own[0].points.values())) for own in pieces.values()])
    zones = reconstruct(county, pieces, areas, cell_m=CELL)
    assert shapely.contains_xy(zones.geometry.to_numpy(), *places.T).all()


@FEW
@given(model=models())
def test_the_same_twice_gives_the_same_bytes(model):
    one, other = (reconstruct(*model, cell_m=CELL).geometry for _ in range(2))
    assert one.to_wkb().tolist() == other.to_wkb().tolist()


@FEW
@given(model=models(), times=st.floats(0.1, 10))
def test_scaling_all_weights_alike_changes_nothing(model, times):
    county, pieces, areas = model
    scaled = {
        zone: [type(p)(**{**vars(p), "weight": p.weight * times}) for p in own]
        for zone, own in pieces.items()
    }
    here = reconstruct(county, pieces, areas, cell_m=CELL).geometry
    there = reconstruct(county, scaled, areas, cell_m=CELL).geometry
    moved = shapely.area(
        shapely.symmetric_difference(here.to_numpy(), there.to_numpy())
    )
    assert moved.max() < 0.002 * shapely.area(here.to_numpy()).max()
