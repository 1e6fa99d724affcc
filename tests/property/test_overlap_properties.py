"""What must hold for conflicts and change of any layers: no area made, none lost."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecozoning.overlay import conflicts, ellipsoidal_area, transition

NAMES = ("redlines", "permanent_farmland", "development_boundary", "mines")
CORNER = (5e5, 3.1e6)  # on the central meridian of EPSG:4547
CLOSE = {"rel": 1e-9, "abs": 1e-9}  # km2: a thousandth of a square metre


@st.composite
def stars(draw):
    """Return a star-shaped polygon, some 100 m across, within a square of 400 m."""
    count = draw(st.integers(3, 9))
    radii = draw(st.lists(st.floats(20, 80), min_size=count, max_size=count))
    angle = 2 * np.pi * np.arange(count) / count + draw(st.floats(0, 1))
    middle = [draw(st.floats(100, 300)), draw(st.floats(100, 300))]
    spokes = np.c_[np.cos(angle), np.sin(angle)] * np.array(radii)[:, None]
    return shapely.Polygon(spokes + middle + CORNER)


def layer(shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:4547")


LAYERS = st.fixed_dictionaries(
    {name: st.lists(stars(), min_size=1, max_size=3) for name in NAMES}
)


def plane_km2(shapes):
    """Return the area on the map, which here is that of the ground within 1e-8."""
    return shapely.area(shapely.union_all(shapes)) / 1e6


@settings(max_examples=20)
@given(shapes=LAYERS)
def test_the_ledger_closes_on_each_layer(shapes):
    ledger = conflicts({name: layer(own) for name, own in shapes.items()}).ledger
    parts = ledger["alone_km2"] + ledger["conflict_km2"] + ledger["sliver_km2"]
    assert parts.tolist() == pytest.approx(ledger["area_km2"].tolist(), **CLOSE)
    wanted = [plane_km2(own) for own in shapes.values()]
    assert ledger["area_km2"].tolist() == pytest.approx(wanted, rel=1e-6)


@settings(max_examples=20)
@given(shapes=LAYERS)
def test_pieces_do_not_overlap_and_make_up_what_is_shared(shapes):
    found = conflicts({n: layer(own) for n, own in shapes.items()}, tolerance_m2=0)
    pieces = found.pieces.geometry.to_numpy()
    assert shapely.area(pieces).sum() / 1e6 == pytest.approx(plane_km2(pieces), **CLOSE)
    grounds = [shapely.union_all(own) for own in shapes.values()]
    pairs = [a & b for i, a in enumerate(grounds) for b in grounds[:i]]
    assert plane_km2(pieces) == pytest.approx(plane_km2(pairs), **CLOSE)
    measured = (
        ellipsoidal_area(found.pieces) if len(pieces) else found.pieces["area_m2"]
    )
    np.testing.assert_array_equal(found.pieces["area_m2"], measured)


@settings(max_examples=20)
@given(shapes=LAYERS, order=st.permutations(NAMES))
def test_the_order_of_layers_does_not_matter(shapes, order):
    one = conflicts({name: layer(shapes[name]) for name in NAMES})
    other = conflicts({name: layer(shapes[name]) for name in order})
    assert one.pieces.equals(other.pieces)
    by_name = other.ledger.set_index("layer").loc[list(NAMES)].reset_index()
    assert one.ledger.equals(by_name)


@settings(max_examples=20)
@given(shapes=LAYERS, at=st.floats(110, 290))
def test_splitting_polygons_changes_nothing(shapes, at):
    halves = [shapely.box(-1e3, -1e3, at, 1e3), shapely.box(at, -1e3, 1e3, 1e3)]
    halves = shapely.transform(halves, lambda xy: xy + CORNER)
    split = {
        name: [part for half in halves for one in own for part in (one & half,) if part]
        for name, own in shapes.items()
    }
    whole, cut = (
        conflicts(
            {n: layer(own).explode(ignore_index=True) for n, own in some.items()}
        ).ledger.drop(columns=["layer", "n_pieces", "sliver_km2", "conflict_km2"])
        for some in (shapes, split)
    )
    np.testing.assert_allclose(cut, whole, rtol=0, atol=1e-8)  # a hundredth of a m2


@st.composite
def coverages(draw):
    """Return strips of classes between two walls, 100 m high."""
    inner = draw(st.lists(st.floats(-150, 150), max_size=5, unique=True))
    edges = np.unique(np.round([-200, *inner, draw(st.floats(200, 300))], 3))
    kinds = draw(
        st.lists(
            st.sampled_from("abc"), min_size=len(edges) - 1, max_size=len(edges) - 1
        )
    )
    x, y = CORNER
    strips = shapely.box(x + edges[:-1], y, x + edges[1:], y + 100)
    return gpd.GeoDataFrame({"kind": kinds}, geometry=strips, crs="EPSG:4547")


@settings(max_examples=25)
@given(before=coverages(), after=coverages())
def test_rows_and_columns_of_a_transition_are_the_layers(before, after):
    change = transition(before, after, by="kind")
    for axis, one in ((1, before), (0, after)):
        wanted = (ellipsoidal_area(one) / 1e6).groupby(one["kind"]).sum()
        sums = change.matrix.sum(axis=axis).drop("unmatched")
        assert sums[wanted.index].tolist() == pytest.approx(wanted.tolist(), abs=1e-7)


@settings(max_examples=25)
@given(before=coverages(), after=coverages())
def test_the_way_back_is_the_transposed_matrix(before, after):
    there = transition(before, after, by="kind").matrix
    back = transition(after, before, by="kind").matrix
    turned = back.T.loc[there.index, there.columns]
    np.testing.assert_allclose(there, turned, rtol=0, atol=1e-9)


@settings(max_examples=25)
@given(before=coverages(), after=coverages())
def test_net_change_and_swap_make_up_gain_and_loss(before, after):
    rows = transition(before, after, by="kind").classes
    both = rows["gain_km2"] + rows["loss_km2"]
    np.testing.assert_allclose(
        rows["net_km2"].abs() + rows["swap_km2"], both, atol=1e-15
    )
    grown = rows["after_km2"] - rows["before_km2"]
    unmatched = rows["after_unmatched_km2"] - rows["before_unmatched_km2"]
    np.testing.assert_allclose(rows["net_km2"] + unmatched, grown, rtol=0, atol=1e-12)
