"""What must hold for any coverage: no land made, none lost, none of two rows."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import ecozoning as ez
from ecozoning.overlay import coverage_cleaning
from ecozoning.overlay.coverage_assignment import cleaned_by_faces
from ecozoning.zoning import merge_contiguous

CORNER = np.array([5e5, 3.1e6])  # on the central meridian of EPSG:4547
FRAME = shapely.box(*CORNER, *(CORNER + 1000))


@st.composite
def coverages(draw, most=20):
    """Return the cells of some points in a square of 1 km, with a kind each."""
    count = draw(st.integers(3, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = shapely.MultiPoint(CORNER + rng.uniform(0, 1000, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=FRAME))
    cut = shapely.intersection(cells, FRAME)
    kinds = rng.choice(list("abc"), len(cut))
    return gpd.GeoDataFrame({"kind": kinds}, geometry=cut, crs="EPSG:4547")


@st.composite
def faulty(draw):
    """Return a coverage of which some cells have moved by up to 3 m."""
    layer = draw(coverages())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    for row in rng.choice(len(layer), 2, replace=False):
        move = rng.uniform(-3, 3, 2)
        layer.loc[row, "geometry"] = shapely.transform(
            layer.geometry[row], lambda xy, move=move: xy + move
        )
    return layer


def plane_m2(layer):
    return shapely.area(layer.geometry.to_numpy()).sum()


@settings(max_examples=25, deadline=None)
@given(layer=coverages())
def test_cells_of_points_are_without_fault(layer):
    edges_only = ez.clean_coverage(layer).layer  # cutting leaves T-junctions at most
    assert ez.check_coverage(edges_only, sliver_width_m=0).empty
    assert plane_m2(edges_only) == pytest.approx(1e6, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(layer=faulty(), merge=st.sampled_from(["longest_border", "max_area"]))
@pytest.mark.parametrize("geos", [True, False])
def test_a_cleaned_layer_is_clean_and_its_ledger_closes(geos, layer, merge):
    has = coverage_cleaning.HAS_COVERAGE_CLEAN
    coverage_cleaning.HAS_COVERAGE_CLEAN = geos and has
    try:
        change = ez.clean_coverage(layer, gap_width_m=5, merge=merge)
    finally:
        coverage_cleaning.HAS_COVERAGE_CLEAN = has
    left = ez.check_coverage(change.layer, gap_width_m=5, sliver_width_m=0)
    assert left.empty
    told = change.ledger.attrs
    assert told["gap_m2"] - told["overlap_m2"] == pytest.approx(
        change.ledger["change_m2"].sum(), abs=1e-6
    )
    twice = plane_m2(layer) - shapely.area(layer.union_all())
    assert told["overlap_m2"] == pytest.approx(twice, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(layer=faulty(), merge=st.sampled_from(["longest_border", "min_area"]))
@pytest.mark.skipif(
    not hasattr(shapely, "coverage_clean"), reason="shapely before 2.2 has none"
)
def test_our_way_of_cleaning_gives_the_areas_of_geos(layer, merge):
    polygons = layer.geometry.to_numpy()
    ours = cleaned_by_faces(
        polygons, gap_width=5.0, snapping_distance=0.001, merge=merge
    )
    theirs = shapely.coverage_clean(
        polygons, gap_width=5.0, snapping_distance=0.001, merge_strategy=merge
    )
    assert shapely.area(ours).sum() == pytest.approx(
        shapely.area(theirs).sum(), abs=0.01
    )
    if merge == "min_area":  # of two borders of one length, either may be the longer
        assert np.abs(shapely.area(ours) - shapely.area(theirs)).max() < 0.01


@settings(max_examples=25, deadline=None)
@given(layer=coverages(), tolerance=st.floats(1, 200))
def test_simplified_neighbours_neither_part_nor_overlap(layer, tolerance):
    clean = ez.clean_coverage(layer).layer
    change = ez.simplify_coverage(clean, tolerance, keep_boundary=True)
    assert change.ledger["change_m2"].sum() == pytest.approx(0, abs=1e-2)
    assert (change.ledger["vertices_after"] <= change.ledger["vertices_before"]).all()
    assert ez.check_coverage(change.layer, sliver_width_m=0).empty


@settings(max_examples=25, deadline=None)
@given(layer=coverages())
def test_dissolve_gives_the_groups_and_areas_of_geopandas(layer):
    clean = ez.clean_coverage(layer).layer
    ours = ez.dissolve(clean, "kind").layer.set_index("kind").sort_index()
    theirs = clean.dissolve("kind").sort_index()
    assert ours.index.tolist() == theirs.index.tolist()
    assert ours.area.tolist() == pytest.approx(theirs.area.tolist(), rel=1e-9)
    apart = ours.geometry.symmetric_difference(theirs.geometry).area
    assert apart.max() < 1e-3


@settings(max_examples=25, deadline=None)
@given(layer=coverages(), least=st.floats(0, 0.3))
def test_merging_conserves_land_and_keeps_zones_apart(layer, least):
    clean = ez.clean_coverage(layer).layer
    merged = merge_contiguous(clean, "kind", min_area_km2=least)
    zones = merged.zones
    assert zones["area_km2"].sum() == pytest.approx(1.0, rel=1e-5)
    assert not zones["below_minimum"].any() or len(zones) == 1
    assert (shapely.get_num_geometries(zones.geometry.to_numpy()) == 1).all()
    like = zones.sjoin(zones, predicate="touches").query("kind_left == kind_right")
    shared = [
        shapely.length(shapely.intersection(a, zones.geometry[other]))
        for a, other in zip(like.geometry, like["index_right"], strict=True)
    ]
    assert max(shared, default=0.0) < 1e-3
