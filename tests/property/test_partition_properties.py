"""What must hold for any two coverages: no area is made and none is lost."""

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecozoning.overlay import intersection_areas, partition, partition_ledger

HOWS = ("identity", "union", "intersection", "difference", "symmetric_difference")
CORNER = (5e5, 3.1e6)
CLOSE = {"rel": 1e-9, "abs": 1e-6}


@st.composite
def coverages(draw):
    """Return cells around points, some joined, some left out; or blocks of a grid."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if draw(st.booleans()):
        east, north = (axis.ravel() for axis in np.meshgrid(range(5), range(5)))
        cells = shapely.box(east, north, east + 1, north + 1)
    else:
        points = rng.uniform(0, 5, (draw(st.integers(2, 12)), 2))
        if draw(st.booleans()):
            points = np.unique(points.round(), axis=0)
        frame = shapely.box(0, 0, 5, 5)
        cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame)
        cells = shapely.intersection(shapely.get_parts(cells), frame)
        cells = cells[shapely.area(cells) > 0]
    group = rng.integers(0, draw(st.integers(1, 6)), len(cells))
    kept = np.unique(group)[: draw(st.integers(1, 6))]
    joined = [shapely.union_all(cells[group == one]) for one in kept]
    scale = draw(st.sampled_from([1.0, 20.0, 333.3]))
    shapes = shapely.transform(np.array(joined), lambda xy: xy * scale + CORNER)
    return gpd.GeoDataFrame({"kind": kept}, geometry=shapes, crs="EPSG:4547")


def areas(pieces):
    """Return the area of the pieces of each pair of rows."""
    labels = [pieces[side].astype("Int64") for side in ("a_index", "b_index")]
    return pieces.area.groupby([side.fillna(-1) for side in labels]).sum()


def partition_or_none(a, b, how, **options):
    """Return the pieces; None where there are none."""
    shared = intersection_areas(a, b)["area_m2"].sum()
    left = {
        "intersection": shared,
        "difference": a.area.sum() - shared,
        "symmetric_difference": a.area.sum() + b.area.sum() - 2 * shared,
    }
    if left.get(how, 1) < 0.02 * len(a) * len(b):
        return None
    return partition(a, b, how, **options)


@settings(max_examples=40)
@given(a=coverages(), b=coverages(), how=st.sampled_from(HOWS))
def test_every_row_of_the_ledger_closes(a, b, how):
    pieces = partition_or_none(a, b, how)
    if pieces is None:
        return
    assert pieces.is_valid.all()
    assert set(pieces.geom_type) <= {"Polygon", "MultiPolygon"}
    ledger = partition_ledger(pieces, a, b)
    assert ledger["closes"].all(), ledger[~ledger["closes"]]


@settings(max_examples=30)
@given(a=coverages(), b=coverages())
def test_pieces_of_a_row_have_its_area_and_do_not_overlap(a, b):
    pieces = partition(a, b)
    sums = pieces.area.groupby(pieces["a_index"]).sum()
    assert sums.tolist() == pytest.approx(a.area.tolist(), rel=1e-9)
    together = shapely.union_all(pieces.geometry.to_numpy()).area
    assert together == pytest.approx(pieces.area.sum(), **CLOSE)


@settings(max_examples=30)
@given(a=coverages(), b=coverages(), how=st.sampled_from(HOWS))
def test_areas_are_those_of_geopandas(a, b, how):
    pieces = partition_or_none(a, b, how, tolerance_m2=0)
    if pieces is None:
        return
    ours = areas(pieces)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # lines where layers touch
        theirs = gpd.overlay(
            a.assign(a_index=a.index).drop(columns="kind"),
            b.assign(b_index=b.index).drop(columns="kind"),
            how,
        )
    for side in ("a_index", "b_index"):
        if side not in theirs:
            theirs[side] = -1
    ours, theirs = ours.align(areas(theirs), fill_value=0.0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-6)


@settings(max_examples=30)
@given(
    a=coverages(),
    b=coverages(),
    how=st.sampled_from(["intersection", "union", "symmetric_difference"]),
)
def test_which_layer_comes_first_does_not_matter(a, b, how):
    one = partition_or_none(a, b, how, tolerance_m2=0)
    if one is None:
        return
    other = partition(b, a, how, tolerance_m2=0)
    turned = other.rename(columns={"a_index": "b_index", "b_index": "a_index"})
    ours, theirs = areas(one).align(areas(turned), fill_value=0.0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-6)


@settings(max_examples=30)
@given(a=coverages(), b=coverages(), tolerance=st.sampled_from([0.0, 0.01, 5.0]))
def test_blocks_of_rows_give_what_all_rows_give(a, b, tolerance):
    whole = partition(a, b, tolerance_m2=tolerance)
    single = [partition(a.iloc[[i]], b, tolerance_m2=tolerance) for i in range(len(a))]
    joined = pd.concat(single, ignore_index=True)
    assert joined["a_index"].tolist() == whole["a_index"].tolist()
    assert joined.geometry.to_numpy().tolist() == whole.geometry.to_numpy().tolist()


@settings(max_examples=30)
@given(a=coverages(), b=coverages())
def test_shared_areas_are_symmetric_and_those_of_geos(a, b):
    table = intersection_areas(a, b)
    turned = intersection_areas(b, a).sort_values(["b_index", "a_index"])
    np.testing.assert_allclose(table["area_m2"], turned["area_m2"], rtol=1e-9)
    found = np.zeros((len(a), len(b)))
    found[table["a_index"], table["b_index"]] = table["area_m2"]
    one, other = (layer.geometry.to_numpy() for layer in (a, b))
    wanted = shapely.area(shapely.intersection(one[:, None], other[None, :]))
    np.testing.assert_allclose(found, wanted, atol=1e-6)


@settings(max_examples=30)
@given(a=coverages(), b=coverages(), tolerance=st.sampled_from([1.0, 30.0, 3000.0]))
def test_rows_keep_their_area_whatever_is_merged(a, b, tolerance):
    pieces = partition(a, b, "union", tolerance_m2=tolerance)
    of_a = pieces[pieces["a_index"].notna()]
    sums = of_a.area.groupby(of_a["a_index"]).sum()
    assert sums.tolist() == pytest.approx(a.area.tolist(), rel=1e-9)
    told = pieces.attrs["ledger"]
    assert pieces["merged_m2"].sum() == pytest.approx(told["slivers_m2"])
    whole = shapely.union_all([*a.geometry, *b.geometry]).area
    assert told["pieces_m2"] == pytest.approx(whole, **CLOSE)
