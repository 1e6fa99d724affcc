"""Two layers cut by one another: pieces by hand, slivers, attributes, refusals."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from ecozoning.errors import (
    CRSMismatchError,
    DroppedRowsWarning,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay import ellipsoidal_area, partition, partition_ledger

EAST, NORTH = 5e5, 3.1e6
BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def boxes(*bounds, crs="EPSG:4547", index=None, at=(EAST, NORTH), **columns):
    """Return a layer of boxes in metres from a corner: west, south, east, north."""
    shapes = shapely.transform([shapely.box(*b) for b in bounds], lambda xy: xy + at)
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs, index=index)


def found(pieces):
    """Return areas by labels of both rows, None for a missing one."""
    labels = [
        [None if pd.isna(label) else label for label in pieces[column]]
        for column in ("a_index", "b_index")
    ]
    return dict(zip(zip(*labels, strict=True), pieces.area.round(9), strict=True))


@pytest.fixture
def squares():
    """Two squares of 4 m2 that share one of 1 m2."""
    return boxes((0, 0, 2, 2), index=["a"]), boxes((1, 1, 3, 3), index=["b"])


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("identity", {("a", "b"): 1, ("a", None): 3}),
        ("union", {("a", "b"): 1, ("a", None): 3, (None, "b"): 3}),
        ("intersection", {("a", "b"): 1}),
        ("difference", {("a", None): 3}),
        ("symmetric_difference", {("a", None): 3, (None, "b"): 3}),
    ],
)
def test_two_squares_are_cut_as_by_hand(squares, how, wanted):
    assert found(partition(*squares, how)) == wanted


def test_a_zone_with_a_hole_leaves_what_lies_in_the_hole():
    ring = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    zones = gpd.GeoDataFrame(geometry=[ring], crs="EPSG:4547")
    cell = boxes((2, 2, 5, 5), at=(0, 0))
    assert found(partition(cell, zones)) == {(0, 0): 5, (0, None): 4}
    assert found(partition(zones, cell)) == {(0, 0): 5, (0, None): 67}


def test_layers_that_only_touch_share_nothing():
    a, b = boxes((0, 0, 1, 1)), boxes((1, 0, 2, 1), (1, 1, 2, 2))
    assert found(partition(a, b)) == {(0, None): 1}
    shared = partition(a, b, "intersection")
    assert len(shared) == 0
    assert shared.crs == a.crs
    assert shared.columns.tolist() == partition(a, b).columns.tolist()
    assert shared.attrs["ledger"]["pieces_m2"] == 0


def test_nothing_is_left_of_what_is_covered():
    a, b = boxes((0, 0, 1, 1), n=[1]), boxes((-1, -1, 2, 2), zone=["z"])
    for how in ("difference", "symmetric_difference"):
        left = partition(a, b, how)
        assert left.attrs["ledger"]["area_a_m2"] == pytest.approx(1)
    nothing = partition(a, b, "difference")
    assert len(nothing) == 0
    assert partition_ledger(nothing, a, b)["closes"].all()


@pytest.mark.parametrize("how", ["identity", "union", "intersection"])
def test_identical_layers_are_returned_row_by_row(how):
    layer = boxes((0, 0, 1, 1), (1, 0, 2, 1), (1, 1, 2, 2))
    pieces = partition(layer, layer, how)
    assert found(pieces) == {(0, 0): 1, (1, 1): 1, (2, 2): 1}
    assert pieces.geometry.tolist() == layer.geometry.tolist()


def test_what_lies_inside_keeps_its_geometry_object():
    parcels = boxes((1, 1, 2, 2), (3, 3, 4, 4))
    pieces = partition(parcels, boxes((0, 0, 9, 9)))
    ours, theirs = pieces.geometry.to_numpy(), parcels.geometry.to_numpy()
    assert [one is other for one, other in zip(ours, theirs, strict=True)] == [True] * 2


@pytest.mark.parametrize("how", ["identity", "union", "intersection"])
@pytest.mark.parametrize("gap", [-1e-9, 1e-9])
def test_edges_a_billionth_of_a_metre_apart_give_no_sliver(how, gap):
    a = boxes((0, 0, 10, 10), (10, 0, 20, 10), at=(0, 0))
    b = boxes((0, 0, 10 + gap, 10), (10 + gap, 0, 20 + gap, 10), at=(0, 0))
    assert set(found(partition(a, b, how))) == {(0, 0), (1, 1)}


def test_a_sliver_joins_the_neighbour_with_the_longest_border():
    # Between two zones lies a wedge of 1 m2 that none covers. Its western border is
    # 10 m long, the eastern one, aslant, 2 mm longer.
    east = shapely.Polygon([(5, 0), (10, 0), (10, 10), (5.2, 10)])
    zones = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 5, 10), east], crs="EPSG:4547")
    pieces = partition(boxes((0, 0, 10, 10), at=(0, 0)), zones, tolerance_m2=2)
    assert found(pieces) == {(0, 0): 50, (0, 1): 50}
    assert pieces["merged_m2"].tolist() == pytest.approx([0, 1])
    assert pieces.attrs["ledger"]["slivers"] == 1


def test_a_sliver_never_leaves_its_row_of_a():
    # The zone reaches 0.1 m into the second parcel, which keeps its area.
    parcels = boxes((0, 0, 10, 10), (10, 0, 20, 10))
    pieces = partition(parcels, boxes((0, 0, 10.1, 10)), tolerance_m2=2)
    assert found(pieces) == {(0, 0): 100, (1, None): 100}
    assert pieces["merged_m2"].tolist() == pytest.approx([0, 1], abs=1e-6)


def test_with_tolerance_0_every_sliver_is_a_piece():
    parcels = boxes((0, 0, 10, 10), (10, 0, 20, 10))
    pieces = partition(parcels, boxes((0, 0, 10.001, 10)), tolerance_m2=0)
    assert len(pieces) == 3


def test_whole_rows_below_the_tolerance_are_kept():
    parcels = boxes((0, 0, 10, 10), (20, 0, 21, 1))
    wells = boxes((4, 4, 4.1, 4.1), (20, 0, 20.5, 1))
    pieces = partition(parcels, wells, tolerance_m2=2)
    assert found(pieces).keys() == {(0, 0), (0, None), (1, 1)}
    assert pieces.area.groupby(pieces["a_index"]).sum().tolist() == pytest.approx(
        [100, 1]
    )


def test_slivers_of_b_alone_stay_or_join_their_own_row():
    # Zone 0 reaches 0.1 m over the parcel on the east; 1 m2 is far from rounding.
    pieces = partition(
        boxes((0, 0, 10, 10)), boxes((0, 0, 10.1, 10)), "union", tolerance_m2=2
    )
    assert found(pieces) == {(0, 0): 100, (None, 0): pytest.approx(1)}
    lying = boxes((0, 0, 10.1, 20))  # with 100 m2 to the north it is one piece
    joined = partition(boxes((0, 0, 10, 10)), lying, "union", tolerance_m2=2)
    assert found(joined) == {(0, 0): 100, (None, 0): pytest.approx(102)}


def test_rows_of_a_may_overlap_in_an_identity_and_not_in_a_union():
    a, b = boxes((0, 0, 2, 2), (1, 0, 3, 2), index=["x", "y"]), boxes((0, 0, 3, 1))
    assert found(partition(a, b)) == {
        (name, zone): 2 for name in "xy" for zone in (0, None)
    }
    with pytest.raises(GeometryError, match=r"`a` 1 pairs.*'x' and 'y' by 2\.00 m²"):
        partition(a, b, "union")


def test_columns_of_both_are_kept_and_clashes_get_endings(squares):
    a, b = (
        squares[0].assign(name="one", code=7),
        squares[1].assign(name="other", k=True),
    )
    pieces = partition(a, b)
    wanted = ["name_a", "code", "name_b", "k", "a_index", "b_index", "merged_m2"]
    assert pieces.columns.tolist() == [*wanted, "geometry"]
    assert pieces["name_b"].isna().tolist() == [False, True]
    assert pieces.dtypes[["code", "k"]].astype(str).tolist() == ["int64", "boolean"]
    assert pieces.index.tolist() == [0, 1]
    assert pieces.crs == a.crs


def test_types_of_columns_do_not_hang_on_the_data():
    a, zones = boxes((0, 0, 2, 2), n=[1]), boxes((0, 0, 1, 2), (1, 0, 2, 2), m=[1, 2])
    some, all_of_it = partition(a, zones.iloc[:1]), partition(a, zones)
    assert some.dtypes.equals(all_of_it.dtypes)
    assert some["b_index"].isna().tolist() == [False, True]


def test_blocks_of_rows_give_what_all_rows_give():
    rng = np.random.default_rng(0)
    west, south = rng.uniform(0, 90, (2, 40))
    a = boxes(*np.c_[west, south, west + 9, south + 7], n=range(40))
    b = boxes((0, 0, 33.3, 50), (33.3, 0, 100, 50.1), (0, 50.1, 60, 100))
    whole = partition(a, b, tolerance_m2=5)
    parts = [partition(a.iloc[i : i + 13], b, tolerance_m2=5) for i in range(0, 40, 13)]
    joined = pd.concat(parts, ignore_index=True)
    assert_geodataframe_equal(whole, gpd.GeoDataFrame(joined, crs=a.crs))


def test_degrees_are_cut_in_degrees_and_told_in_square_metres():
    a = boxes((114, 28, 114.2, 28.2), crs="EPSG:4490", at=(0, 0))
    b = boxes((114.1, 27, 115, 29), crs="EPSG:4490", at=(0, 0))
    pieces = partition(a, b)
    told = pieces.attrs["ledger"]
    assert told["pieces_m2"] == pytest.approx(told["area_a_m2"], rel=1e-12)
    # Parallels are longer than the shortest lines between their ends, by a part of
    # 1e-6 for edges of 20 km.
    assert told["area_a_m2"] == pytest.approx(ellipsoidal_area(a).sum(), rel=1e-5)
    degrees = shapely.area(pieces.geometry.to_numpy())
    assert degrees.tolist() == pytest.approx([0.02, 0.02])


def test_a_tolerance_in_degrees_is_one_in_square_metres():
    # A strip of 1e-6 degrees, 0.098 m, by 0.001 degrees, 110.8 m: 10.9 m2.
    a = boxes((114, 28, 114.001, 28.001), crs="EPSG:4490", at=(0, 0))
    b = boxes((113, 27, 114.000999, 29), crs="EPSG:4490", at=(0, 0))
    assert len(partition(a, b, tolerance_m2=10)) == 2
    (piece,) = partition(a, b, tolerance_m2=11.5).itertuples()
    assert piece.merged_m2 == pytest.approx(10.9, abs=0.05)


def test_easting_of_eight_digits_closes_to_a_billionth():
    rng = np.random.default_rng(1)
    corners = rng.uniform(0, 100, (60, 2)) + np.array([38_500_000, 3_100_000])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(corners)))
    parcels = gpd.GeoDataFrame(geometry=cells[:40], crs="EPSG:4526")
    zone = shapely.buffer(shapely.Point(38_500_050.123, 3_100_050.4), 33.3)
    zones = gpd.GeoDataFrame(geometry=[zone], crs="EPSG:4526")
    pieces = partition(parcels, zones)
    ledger = partition_ledger(pieces, parcels, zones)
    assert ledger["closes"].all()
    assert pieces.attrs["ledger"]["deviation"] < 1e-9


def test_a_county_takes_thousands_of_parcels_out_of_itself():
    side = np.arange(40)
    east, north = (axis.ravel() for axis in np.meshgrid(side, side))
    parcels = boxes(*np.c_[east, north, east + 1, north + 1])
    county = boxes((-1, -1, 41, 41))
    pieces = partition(county, parcels)
    assert len(pieces) == 1601
    assert pieces.area.iloc[-1] == pytest.approx(42 * 42 - 1600, abs=1e-5)


# --- ledger ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("identity", [4, 1]),
        ("union", [4, 4]),
        ("intersection", [1, 1]),
        ("difference", [3, 0]),
        ("symmetric_difference", [3, 3]),
    ],
)
def test_the_ledger_knows_what_each_row_should_have(squares, how, expected):
    ledger = partition_ledger(partition(*squares, how), *squares)
    assert ledger["row"].tolist() == ["a", "b"]
    assert ledger["expected_m2"].tolist() == pytest.approx(expected)
    assert ledger["pieces_m2"].tolist() == pytest.approx(expected)
    assert ledger["closes"].all()


def test_the_ledger_flags_a_piece_that_was_lost(squares):
    pieces = partition(*squares)
    ledger = partition_ledger(pieces.iloc[1:], *squares, how="identity")
    assert ledger["deviation_m2"].tolist() == pytest.approx([-1, -1])
    assert not ledger["closes"].any()


def test_the_ledger_refuses_what_is_no_partition(squares):
    pieces = partition(*squares)
    with pytest.raises(SchemaError, match="lacks the column 'merged_m2'"):
        partition_ledger(pieces.drop(columns="merged_m2"), *squares)
    with pytest.raises(SchemaError, match=r"1 row \('a'\) in `a_index` that `a` does"):
        partition_ledger(pieces, boxes((0, 0, 2, 2)), squares[1])
    pieces.attrs = {}
    with pytest.raises(ParameterError, match=r"`how` is None.*identity"):
        partition_ledger(pieces, *squares)


# --- what is refused or mended -----------------------------------------------------


def test_rows_of_b_that_overlap_are_refused_or_go_to_the_first(squares):
    b = boxes((0, 0, 2, 1), (1, 0, 3, 1), index=["north", "south"])
    with pytest.raises(
        GeometryError, match=r"'north' and 'south'.*clean_coverage"
    ) as no:
        partition(boxes((0, 0, 3, 1)), b)
    assert no.value.index == ("north", "south")
    pieces = partition(boxes((0, 0, 3, 1)), b, on_invalid="mend")
    assert found(pieces) == {(0, "north"): 2, (0, "south"): 1}
    assert pieces.attrs["ledger"]["overlaps_m2"] == pytest.approx(1)


def test_a_repeated_zone_is_refused_and_mended_by_leaving_it_out():
    a, b = boxes((0, 0, 3, 1)), boxes((0, 0, 2, 1), (0, 0, 2, 1))
    with pytest.raises(GeometryError, match="`b` 1 pairs of rows overlap"):
        partition(a, b)
    assert found(partition(a, b, "union", on_invalid="mend")) == {
        (0, 0): 2,
        (0, None): 1,
    }


def test_overlaps_below_the_tolerance_do_not_count_twice():
    # Zones that share 1 mm: 0.002 m2, less than the tolerance of 0.01.
    a, b = boxes((0, 0, 4, 2)), boxes((0, 0, 2.001, 2), (2, 0, 4, 2))
    pieces = partition(a, b)
    assert pieces.area.sum() == pytest.approx(8, rel=1e-9)
    assert pieces.attrs["ledger"]["overlaps"] == 1
    assert partition_ledger(pieces, a, b)["closes"].all()


def test_invalid_polygons_are_refused_or_mended(squares):
    a = gpd.GeoDataFrame(geometry=[BOW_TIE, None], crs="EPSG:4547")
    b = boxes((0, 0, 9, 9), at=(0, 0))
    with pytest.raises(GeometryError, match=r"`a`.*without a geometry"):
        partition(a, b)
    with pytest.raises(GeometryError, match=r"`b`.*invalid geometry.*make_valid"):
        partition(b, a.iloc[:1])
    with pytest.warns(DroppedRowsWarning, match=r"1 row \(1\)"):
        pieces = partition(a, b, on_invalid="mend")
    assert found(pieces) == {(0, 0): 2}
    assert pieces.attrs["ledger"]["mended_a"] == 2


def test_layers_that_are_none_are_refused(squares):
    a, b = squares
    with pytest.raises(ParameterError, match="`a` is a list"):
        partition([1], b)
    with pytest.raises(MissingCRSError, match="`b` has no CRS"):
        partition(a, b.set_crs(None, allow_override=True))
    with pytest.raises(CRSMismatchError, match=r"`b` is in .*4490"):
        partition(a, b.to_crs(4490))
    with pytest.raises(NoDataError, match="`a` has no rows"):
        partition(a.iloc[:0], b)
    with pytest.raises(SchemaError, match=r"`b` has 1 label \('b'\) more than once"):
        partition(a, pd.concat([b, boxes((7, 7, 8, 8), index=["b"])]))


def test_lines_and_mixed_types_are_refused(squares):
    a, b = squares
    line = shapely.LineString([(0, 0), (1, 1)])
    lines = gpd.GeoDataFrame(geometry=[line], crs=b.crs)
    with pytest.raises(GeometryError, match=r"`b`.*kind than polygons.*explode"):
        partition(a, pd.concat([b, lines], ignore_index=True))


def test_words_and_numbers_outside_their_domain_are_refused(squares):
    with pytest.raises(ParameterError, match="`how` is 'left'; use one of identity"):
        partition(*squares, "left")
    with pytest.raises(ParameterError, match="`on_invalid` is 'drop'"):
        partition(*squares, on_invalid="drop")
    with pytest.raises(ParameterError, match="`tolerance_m2`"):
        partition(*squares, tolerance_m2=-1)


def test_layers_are_cut_one_after_the_other_with_every_attribute(squares):
    basins, forms = (
        layer.assign(name=k) for layer, k in zip(squares, "bf", strict=True)
    )
    zones = boxes((0, 0, 1.5, 3), name=["z"])
    twice = partition(partition(basins, forms, "union"), zones)
    assert twice.columns.drop("geometry").tolist() == [
        *("name_a", "name_b", "a_index_a", "b_index_a", "merged_m2_a"),
        *("name", "a_index", "b_index", "merged_m2"),
    ]
    thrice = partition(twice, boxes((0, 0, 9, 9)))
    assert thrice.columns.is_unique
    assert thrice["a_index_a_a"].tolist() == twice["a_index"].tolist()
    assert thrice.area.sum() == pytest.approx(7)


def test_columns_of_one_layer_never_hide_those_of_another(squares):
    a, b = squares
    pieces = partition(a.assign(k=1, k_a=2), b.assign(k=3, a_index=4), "intersection")
    row = pieces.drop(columns="geometry").iloc[0].to_dict()
    assert (row["k_a_a"], row["k_a"]) == (1, 2)
    assert (row["k_b"], row["a_index_b"], row["a_index"]) == (3, 4, "a")


def test_the_same_zones_displaced_by_a_datum_are_refused():
    corner = np.array([5e5, 3.1e6])
    ring = [(0, 0), (3e4, 2e3), (3.4e4, 2.5e4), (1.5e4, 3.6e4), (-3e3, 2e4)]
    county = shapely.Polygon(np.array(ring) + corner)
    moved = shapely.transform(county, lambda xy: xy + np.array([350, -260]))
    a, b = (
        gpd.GeoDataFrame(geometry=[one], crs="EPSG:4547") for one in (county, moved)
    )
    with pytest.raises(CRSMismatchError, match=r"4[34]\d m.*`check_datum=False`"):
        partition(a, b)
    known = partition(a, b, check_datum=False)
    assert known.area.sum() == pytest.approx(county.area)


def test_no_argument_is_changed(squares):
    a, b = (layer.assign(n=1) for layer in squares)
    before = a.copy(deep=True), b.copy(deep=True)
    partition(a, b, "union")
    assert_geodataframe_equal(a, before[0])
    assert_geodataframe_equal(b, before[1])
