"""Gaps, overlaps and slivers of polygons that should tile the land."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

import ecozoning as ez
from ecozoning.errors import (
    ComputationError,
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay import coverage_cleaning, coverage_faces
from ecozoning.overlay.coverage_faces import (
    gaps_between,
    is_narrow,
    unmatched,
    widths_of,
)

CORNER = (5e5, 3.1e6)  # on the central meridian of EPSG:4547: map is ground, to 1e-9
COLUMNS = [
    "kind",
    "rows",
    "row",
    "other_row",
    "n_rows",
    "area_m2",
    "width_m",
    "geometry",
]


def layer(*shapes, crs="EPSG:4547", corner=CORNER, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
    frame.geometry = frame.translate(*corner)
    return frame


def in_degrees(*shapes):
    """Shapes in steps of 1e-4 degrees near 28 N: 9.83 m by 11.08 m."""
    small = shapely.transform(list(shapes), lambda xy: xy * 1e-4)
    return layer(*small, crs="EPSG:4490", corner=(115.0, 28.0))


def kinds(faults):
    return faults["kind"].tolist()


def grid(across=3, side=10.0):
    return [
        box(x * side, y * side, (x + 1) * side, (y + 1) * side)
        for y in range(across)
        for x in range(across)
    ]


@pytest.fixture(params=["geos", "ours"])
def engine(request, monkeypatch):
    """Clean by shapely 2.2, and by what stands in for it before."""
    if request.param == "geos" and not coverage_cleaning.HAS_COVERAGE_CLEAN:
        pytest.skip("this shapely has no coverage_clean")
    monkeypatch.setattr(
        coverage_cleaning, "HAS_COVERAGE_CLEAN", request.param == "geos"
    )


# --- check ---------------------------------------------------------------------------


def test_a_clean_coverage_has_no_faults_but_all_columns():
    faults = ez.check_coverage(layer(*grid()))
    assert len(faults) == 0
    assert faults.columns.tolist() == COLUMNS
    assert faults.crs == "EPSG:4547"


def test_vertices_of_one_side_only_are_no_fault():
    halves = box(10, 0, 20, 5), box(10, 5, 20, 10)
    assert ez.check_coverage(layer(box(0, 0, 10, 10), *halves)).empty


def test_an_overlap_is_told_with_its_rows_area_and_width():
    faults = ez.check_coverage(layer(box(0, 0, 10, 10), box(8, 0, 20, 10)))
    assert kinds(faults) == ["overlap"]
    assert faults.loc[0, ["rows", "row", "other_row", "n_rows"]].tolist() == [
        "0, 1",
        0,
        1,
        2,
    ]
    assert faults["area_m2"].tolist() == pytest.approx([20.0], rel=1e-8)
    assert faults["width_m"].tolist() == pytest.approx([2.0], rel=5e-3)


def test_land_of_three_rows_belongs_to_the_three_and_to_no_pair():
    shapes = box(0, 0, 10, 10), box(8, 0, 20, 10), box(8, 0, 10, 5)
    faults = ez.check_coverage(layer(*shapes))
    told = dict(zip(faults["rows"], faults["area_m2"], strict=True))
    assert told == pytest.approx({"0, 1": 10.0, "0, 1, 2": 10.0}, rel=1e-6)


def test_a_row_inside_another_is_an_overlap():
    faults = ez.check_coverage(layer(box(0, 0, 10, 10), box(4, 4, 6, 6)))
    assert kinds(faults) == ["overlap"]
    assert faults["area_m2"].tolist() == pytest.approx([4.0], rel=1e-6)


@pytest.mark.parametrize(("width", "kind"), [(0.9, "hole"), (1.0, "gap"), (2, "gap")])
def test_enclosed_ground_is_a_gap_up_to_the_width_and_a_hole_above(width, kind):
    around = box(0, 0, 10, 10) - box(3, 3, 4, 8)
    faults = ez.check_coverage(layer(around), gap_width_m=width)
    assert kinds(faults) == [kind]
    assert faults["area_m2"].tolist() == pytest.approx([5.0], rel=1e-6)
    assert faults["width_m"].tolist() == pytest.approx([1.0], rel=5e-3)


def test_ground_around_an_island_in_a_hole_is_counted_without_the_island():
    around = box(0, 0, 10, 10) - box(3, 3, 7, 7)
    island = box(4, 4, 6, 6) - box(4.9, 4.9, 5.1, 5.1)
    faults = ez.check_coverage(layer(around, island))
    assert kinds(faults) == ["gap", "hole"]
    assert faults["area_m2"].tolist() == pytest.approx([0.04, 12.0], rel=1e-5)


def test_a_crack_open_at_one_end_is_a_gap():
    crack = layer(box(0, 0, 10, 10), box(11, 0, 20, 10), box(0, 10, 20, 20))
    faults = ez.check_coverage(crack, gap_width_m=1.5)
    assert (kinds(faults), faults["rows"].tolist()) == (["gap"], ["0, 1, 2"])
    assert faults["area_m2"].tolist() == pytest.approx([10.0], rel=1e-5)
    assert ez.check_coverage(crack, gap_width_m=0.9).empty


def test_a_narrow_inlet_of_one_row_is_no_gap():
    assert ez.check_coverage(layer(box(0, 0, 10, 10) - box(4, 5, 4.5, 11))).empty


def test_a_thin_part_of_a_row_is_a_sliver():
    two = shapely.MultiPolygon([box(0, 0, 10, 10), box(30, 0, 30.5, 10)])
    faults = ez.check_coverage(layer(two, box(10, 0, 30, 10)))
    assert (kinds(faults), faults["rows"].tolist()) == (["sliver"], ["0"])
    assert faults["area_m2"].tolist() == pytest.approx([5.0], rel=1e-6)
    assert ez.check_coverage(layer(two), sliver_width_m=0.4, gap_width_m=0).empty


def test_a_boundary_tells_what_is_uncovered_and_what_lies_beyond():
    wanted = layer(box(0, 0, 20, 25))
    faults = ez.check_coverage(layer(*grid(2), box(20, 0, 24, 10)), boundary=wanted)
    assert kinds(faults) == ["uncovered", "beyond"]
    assert faults["area_m2"].tolist() == pytest.approx([100.0, 40.0], rel=1e-6)


def test_a_hole_of_the_boundary_is_no_hole_of_the_coverage():
    ring = box(0, 0, 10, 10) - box(3, 3, 7, 7)
    assert kinds(ez.check_coverage(layer(ring))) == ["hole"]
    assert ez.check_coverage(layer(ring), boundary=layer(ring)).empty


def test_degrees_are_measured_in_metres():
    shapes = in_degrees(box(0, 0, 10, 10), box(10.05, 0, 20, 10), box(0, 10, 20, 11))
    faults = ez.check_coverage(shapes, gap_width_m=0.6)
    assert kinds(faults) == ["gap"]
    assert faults["width_m"].tolist() == pytest.approx([0.4917], rel=6e-3)
    assert ez.check_coverage(shapes, gap_width_m=0.4).empty


def test_width_is_that_of_the_widest_circle():
    hook = box(0, 0, 100, 0.5) | box(0, 0, 2, 2)
    shapes = np.array([box(0, 0, 3, 4), hook], dtype=object)
    assert widths_of(shapes) == pytest.approx([3.0, 2.0], rel=5e-3)
    assert is_narrow(shapes, 2.0).tolist() == [False, True]


def test_strips_in_threads_find_the_same_rows(monkeypatch):
    shapes = layer(*grid(12), box(38, 38, 52, 41)).geometry.to_numpy()
    whole = unmatched(shapes)
    monkeypatch.setattr(coverage_faces, "THREADED_ROWS", 1)
    assert unmatched(shapes).tolist() == whole.tolist()
    assert 0 < whole.sum() < 12


def test_a_union_without_holes_has_no_gaps():
    assert gaps_between(box(0, 0, 1, 1)).size == 0


# --- clean ---------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_overlap_goes_to_the_longest_border_and_the_crack_is_closed():
    shapes = layer(box(0, 0, 10, 10), box(9, 0, 19, 10), box(0, 10.5, 10, 20))
    change = ez.clean_coverage(shapes, gap_width_m=0.6)
    # The overlap borders both on 10 m: the first keeps it. The crack borders the first
    # and the third on 10 m: the first gets it.
    assert change.ledger["change_m2"].tolist() == pytest.approx([5, -10, 0], abs=1e-5)
    assert change.ledger.attrs["overlap_m2"] == pytest.approx(10, abs=1e-5)
    assert change.ledger.attrs["gap_m2"] == pytest.approx(5, abs=1e-5)
    assert ez.check_coverage(change.layer, gap_width_m=0.6).empty


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("merge", "change"),
    [
        ("longest_border", [0, -20]),
        ("max_area", [-20, 0]),
        ("min_area", [0, -20]),
        ("min_index", [0, -20]),
    ],
)
def test_each_rule_gives_the_overlap_to_its_row(merge, change):
    small, large = box(0, 0, 10, 10), box(8, -5, 30, 15)
    cleaned = ez.clean_coverage(layer(small, large), merge=merge)
    # The overlap of 2 m by 10 m borders the small row on 10 m, the large on 14 m.
    wanted = [-20, 0] if merge == "longest_border" else change
    assert cleaned.ledger["change_m2"].tolist() == pytest.approx(wanted, abs=1e-5)


@pytest.mark.usefixtures("engine")
def test_a_gap_joins_the_neighbour_with_the_longest_border():
    around = [box(0, 0, 10, 10) - box(9, 3, 10, 8), box(10, 0, 20, 10)]
    change = ez.clean_coverage(layer(*around), gap_width_m=1.0)
    assert change.ledger["change_m2"].tolist() == pytest.approx([5, 0], abs=1e-5)
    wider = ez.clean_coverage(layer(*around), gap_width_m=0.9)
    assert wider.ledger["change_m2"].tolist() == pytest.approx([0, 0], abs=1e-5)


@pytest.mark.usefixtures("engine")
def test_columns_labels_and_order_stay():
    shapes = layer(box(8, 0, 20, 10), box(0, 0, 10, 10), name=["b", "a"])
    shapes.index = [7, 3]
    change = ez.clean_coverage(shapes)
    assert change.layer.index.tolist() == change.ledger.index.tolist() == [7, 3]
    assert change.layer["name"].tolist() == ["b", "a"]
    assert change.layer.crs == shapes.crs


@pytest.mark.usefixtures("engine")
def test_the_layer_given_is_not_changed():
    shapes = layer(box(0, 0, 10, 10), box(9, 0, 19, 10))
    before = shapes.copy()
    ez.clean_coverage(shapes)
    assert shapes.geom_equals_exact(before, tolerance=0).all()


@pytest.mark.usefixtures("engine")
def test_sound_rows_in_degrees_come_back_as_they_were():
    shapes = in_degrees(*grid(3), box(29, 0, 40, 10))
    change = ez.clean_coverage(shapes)
    same = change.layer.geom_equals_identical(shapes)
    # The last row lies over row 2, and has a vertex on the edge of row 5.
    assert shapes.index[~same].tolist() == [2, 5, 9]
    assert ez.check_coverage(change.layer).empty


@pytest.mark.usefixtures("engine")
def test_neighbours_get_the_vertices_of_one_another():
    shapes = layer(box(0, 0, 10, 10), box(10, 0, 20, 5), box(10, 5, 20, 10))
    assert not shapely.coverage_is_valid(shapes.geometry.to_numpy())
    change = ez.clean_coverage(shapes)
    assert shapely.coverage_is_valid(change.layer.geometry.to_numpy())
    assert change.ledger["change_m2"].abs().max() < 1e-6


@pytest.mark.usefixtures("engine")
def test_vertices_that_nearly_meet_become_one():
    shapes = layer(box(0, 0, 10, 10), box(10.0004, 0, 20, 10))
    change = ez.clean_coverage(shapes, gap_width_m=0)
    assert shapely.area(change.layer.union_all()) == pytest.approx(200, abs=0.01)
    assert len(shapely.get_parts(change.layer.union_all())) == 1


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "shapes", [[box(0, 0, 1, 1)] * 2, [box(0, 0, 10, 10), box(4, 4, 6, 6)]]
)
def test_a_row_that_would_vanish_is_refused(shapes):
    with pytest.raises(
        GeometryError, match=r"1 row \(1\) would lose.*min_area"
    ) as told:
        ez.clean_coverage(layer(*shapes))
    assert told.value.index == (1,)


@pytest.mark.usefixtures("engine")
def test_a_village_drawn_over_its_township_keeps_its_land_by_min_area():
    shapes = layer(box(0, 0, 10, 10), box(4, 4, 6, 6))
    change = ez.clean_coverage(shapes, merge="min_area")
    assert change.ledger["area_after_m2"].tolist() == pytest.approx([96, 4], abs=1e-5)


@pytest.mark.usefixtures("engine")
def test_cleaning_twice_is_cleaning_once():
    shapes = layer(box(0, 0, 10, 10), box(9, 0, 19, 10), box(0, 10.5, 10, 20))
    once = ez.clean_coverage(shapes).layer
    twice = ez.clean_coverage(once).layer
    assert twice.geom_equals_identical(once).all()


# --- simplify ------------------------------------------------------------------------


def bent():
    west = shapely.Polygon([(0, 0), (10, 0), (11, 5), (10, 10), (0, 10), (0, 5)])
    east = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (11, 5)])
    return west, east


def test_neighbours_lose_the_same_vertex():
    change = ez.simplify_coverage(layer(*bent()), 3)
    # The bend is a triangle of 10 m by 1 m: 5 m², below 3 m by 3 m.
    assert change.ledger["change_m2"].tolist() == pytest.approx([-5, 5], abs=1e-5)
    assert change.ledger["vertices_before"].tolist() == [7, 6]
    assert change.ledger["vertices_after"].tolist() == [5, 5]
    assert (
        ez.simplify_coverage(layer(*bent()), 2).ledger["change_m2"].abs().max() < 1e-6
    )


def test_the_boundary_stays_if_asked():
    change = ez.simplify_coverage(layer(*bent()), 3, keep_boundary=True)
    assert change.ledger["vertices_after"].tolist() == [6, 5]


def test_the_tolerance_of_degrees_is_in_metres():
    # 5 units of 9.83 m by 11.08 m: a triangle of 545 m², whose root is 23.3 m.
    change = ez.simplify_coverage(in_degrees(*bent()), 24)
    assert change.ledger["vertices_after"].tolist() == [5, 5]
    kept = ez.simplify_coverage(in_degrees(*bent()), 23, keep_boundary=True)
    assert kept.layer.geom_equals(in_degrees(*bent())).all()


def test_simplify_refuses_overlaps_and_unmatched_edges_with_the_mend():
    with pytest.raises(GeometryError, match=r"`layer` 1 pair of rows.*clean_coverage"):
        ez.simplify_coverage(layer(box(0, 0, 10, 10), box(9, 0, 19, 10)), 1)
    halves = box(10, 0, 20, 5), box(10, 5, 20, 10)
    with pytest.raises(GeometryError, match=r"other vertices.*clean_coverage"):
        ez.simplify_coverage(layer(box(0, 0, 10, 10), *halves), 1)


# --- dissolve ------------------------------------------------------------------------


def test_rows_of_a_kind_become_one_in_order_of_occurrence():
    shapes = layer(*grid(2), zone=["b", "a", "b", "a"])
    change = ez.dissolve(shapes, "zone")
    assert change.layer["zone"].tolist() == ["b", "a"]
    assert change.layer["n_rows"].tolist() == [2, 2]
    assert change.layer["area_m2"].tolist() == pytest.approx([200, 200], rel=1e-6)
    assert change.ledger["change_m2"].abs().max() < 1e-6
    assert change.layer.geometry.iloc[0].equals(layer(box(0, 0, 10, 20)).geometry[0])


def test_dissolve_by_two_columns_keeps_parts_that_do_not_touch():
    shapes = layer(*grid(2), zone=["a", "b", "b", "a"], town=[1, 1, 1, 1])
    change = ez.dissolve(shapes, ["zone", "town"])
    assert change.layer[["zone", "town"]].to_numpy().tolist() == [["a", 1], ["b", 1]]
    assert (
        shapely.get_num_geometries(change.layer.geometry.to_numpy()).tolist() == [2] * 2
    )


def test_dissolve_joins_neighbours_with_other_vertices():
    halves = box(10, 0, 20, 5), box(10, 5, 20, 10)
    shapes = layer(box(0, 0, 10, 10), *halves, zone=["a", "a", "a"])
    joined = ez.dissolve(shapes, "zone").layer.geometry.iloc[0]
    assert joined.equals(layer(box(0, 0, 20, 10)).geometry[0])


def test_dissolve_refuses_overlaps_of_any_rows():
    shapes = layer(box(0, 0, 10, 10), box(9, 0, 19, 10), zone=["a", "b"])
    with pytest.raises(GeometryError, match=r"`layer` 1 pair.*0 and 1.*clean_coverage"):
        ez.dissolve(shapes, "zone")


@pytest.mark.parametrize("nothing", [None, np.nan])
def test_dissolve_refuses_rows_without_a_value(nothing):
    shapes = layer(*grid(2), zone=["a", nothing, "a", "a"])
    with pytest.raises(SchemaError, match=r"1 row \(1\) have no value.*fillna"):
        ez.dissolve(shapes, "zone")


def test_dissolve_refuses_columns_that_are_not_there_or_that_it_makes():
    shapes = layer(*grid(2), n_rows=[1, 1, 1, 1])
    with pytest.raises(SchemaError, match="lacks the column 'zone'"):
        ez.dissolve(shapes, "zone")
    with pytest.raises(ParameterError, match="`by` is 'n_rows'"):
        ez.dissolve(shapes, "n_rows")
    with pytest.raises(ParameterError, match="`by` is 'geometry'"):
        ez.dissolve(shapes, "geometry")
    with pytest.raises(ParameterError, match="`by` is"):
        ez.dissolve(shapes, [])


# --- holes ---------------------------------------------------------------------------


def test_a_hole_is_filled_unless_another_row_lies_in_it():
    village = box(6, 6, 7, 7)
    around = box(0, 0, 10, 10) - box(5, 5, 8, 8) - box(1, 1, 3, 3)
    change = ez.fill_holes(layer(around, village))
    assert change.ledger["change_m2"].tolist() == pytest.approx([4, 0], abs=1e-6)
    assert change.ledger["filled"].tolist() == [1, 0]
    assert change.ledger["occupied"].tolist() == [1, 0]


def test_holes_above_the_area_stay():
    around = box(0, 0, 10, 10) - box(1, 1, 3, 3) - box(5, 5, 8, 8)
    change = ez.fill_holes(layer(around), max_area_m2=5)
    assert change.ledger["change_m2"].tolist() == pytest.approx([4], abs=1e-6)
    assert change.ledger[["filled", "too_large"]].to_numpy().tolist() == [[1, 1]]


def test_an_island_of_the_row_itself_becomes_one_with_its_filled_hole():
    parts = [box(0, 0, 10, 10) - box(2, 2, 8, 8), box(4, 4, 6, 6)]
    change = ez.fill_holes(layer(shapely.MultiPolygon(parts)))
    assert change.layer.geometry[0].equals(layer(box(0, 0, 10, 10)).geometry[0])
    assert change.ledger["change_m2"].tolist() == pytest.approx([32], abs=1e-6)


def test_ground_that_two_rows_enclose_is_no_hole_of_either():
    west = box(0, 0, 5, 10) - box(4, 4, 5, 6)
    change = ez.fill_holes(layer(west, box(5, 0, 10, 10)))
    assert change.ledger["change_m2"].tolist() == [0, 0]


# --- refusals that all share ----------------------------------------------------------

FUNCTIONS = {
    "check": ez.check_coverage,
    "clean": ez.clean_coverage,
    "simplify": lambda shapes: ez.simplify_coverage(shapes, 1),
    "dissolve": lambda shapes: ez.dissolve(shapes, "zone"),
    "fill": ez.fill_holes,
}
BOW_TIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
TWICE = shapely.MultiPolygon([box(0, 0, 1, 1), box(0, 0, 1, 1)])
NESTED = shapely.MultiPolygon([box(0, 0, 10, 10), box(4, 4, 6, 6)])
FLAT = shapely.Polygon([(0, 0), (10, 0), (0, 0)])


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (BOW_TIE, "invalid geometry.*Self-intersection.*make_valid"),
        (TWICE, "invalid geometry.*make_valid"),
        (NESTED, "invalid geometry.*Nested shells.*make_valid"),
        (FLAT, "invalid geometry.*make_valid"),
        (shapely.Point(0, 0), "another kind than polygons.*explode"),
        (None, "without a geometry.*drop"),
    ],
    ids=["bow-tie", "twice", "nested", "flat", "point", "missing"],
)
def test_odd_geometry_is_refused_with_the_call_that_mends_it(function, shape, reason):
    shapes = gpd.GeoDataFrame(
        {"zone": [1, 2]}, geometry=[box(0, 0, 1, 1), shape], crs="EPSG:4547"
    )
    with pytest.raises(GeometryError, match=f"in `layer`.*{reason}"):
        function(shapes)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_layers_without_rows_labels_or_crs_are_refused(function):
    shapes = layer(*grid(2), zone=["a"] * 4)
    with pytest.raises(NoDataError, match="`layer` has no rows"):
        function(shapes.iloc[:0])
    with pytest.raises(SchemaError, match=r"index of `layer`.*reset_index"):
        function(shapes.set_axis([1, 1, 2, 3]))
    with pytest.raises(MissingCRSError, match=r"`layer` has no CRS.*set_crs"):
        function(shapes.set_crs(None, allow_override=True))
    with pytest.raises(CRSMismatchError, match=r"`layer` is in Beijing 1954.*towgs84"):
        function(shapes.set_crs("EPSG:2436", allow_override=True))
    with pytest.raises(ParameterError, match="`layer` is a list"):
        function([box(0, 0, 1, 1)])


@pytest.mark.parametrize("width", [-1, np.nan, np.inf, "1", True, None])
def test_widths_that_are_no_metres_are_refused(width):
    shapes = layer(*grid(2))
    with pytest.raises(ParameterError, match=r"`gap_width_m` is.*metres"):
        ez.check_coverage(shapes, gap_width_m=width)
    with pytest.raises(ParameterError, match=r"`sliver_width_m` is.*metres"):
        ez.check_coverage(shapes, sliver_width_m=width)
    with pytest.raises(ParameterError, match=r"`gap_width_m` is.*metres"):
        ez.clean_coverage(shapes, gap_width_m=width)
    with pytest.raises(ParameterError, match=r"`snapping_distance_m` is.*metres"):
        ez.clean_coverage(shapes, snapping_distance_m=width)
    with pytest.raises(ParameterError, match="`tolerance_m` is"):
        ez.simplify_coverage(shapes, width)


def test_rules_and_areas_that_do_not_exist_are_refused():
    shapes = layer(*grid(2))
    with pytest.raises(ParameterError, match=r"`merge` is 'largest'.*max_area"):
        ez.clean_coverage(shapes, merge="largest")
    with pytest.raises(ParameterError, match="`max_area_m2` is 0"):
        ez.fill_holes(shapes, max_area_m2=0)


def test_a_boundary_in_another_crs_or_a_shift_away_is_refused():
    shapes = layer(*grid(3, 1e4))
    with pytest.raises(CRSMismatchError, match=r"`boundary` is in.*to_crs"):
        ez.check_coverage(shapes, boundary=layer(box(0, 0, 1, 1), crs="EPSG:4546"))
    moved = layer(box(0, 0, 3e4, 3e4), corner=(5e5 + 400, 3.1e6 + 200))
    with pytest.raises(CRSMismatchError, match="`boundary`"):
        ez.check_coverage(shapes, boundary=moved)


def test_a_result_that_is_no_coverage_is_refused(monkeypatch):
    monkeypatch.setattr(coverage_cleaning, "_by_engine", lambda polygons, *_: polygons)
    with pytest.raises(ComputationError, match="`layer` cannot be made to match"):
        ez.clean_coverage(layer(box(0, 0, 10, 10), box(9, 0, 19, 10)), gap_width_m=0)


@pytest.mark.parametrize("turn", np.linspace(0.05, 1.5, 12))
def test_an_overlap_on_a_slanting_border_is_found(turn):
    # Where its ends are beside the border, a hairline hangs on it, thinner than an
    # atom: a point of that is no witness for the whole.
    west, east = box(-2000, -2000, 0, 2000), box(0, -2000, 2000, 2000)
    bulge = box(-1, 100, 5, 106)
    rows = shapely.union(west, bulge), east
    along = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    faults = ez.check_coverage(layer(*shapely.transform(rows, lambda xy: xy @ along)))
    assert faults["kind"].tolist() == ["overlap"]
    assert faults["area_m2"][0] == pytest.approx(30, abs=0.01)


def test_the_point_of_a_face_is_not_in_its_hairline():
    # A square of 2 m at the end of a hairline of 1 km and 10 nanometres.
    face = shapely.union(box(0, 0, 2, 2), box(0, 1, 1e-8, 1000))
    point = coverage_faces._inner_points(np.array([face], dtype=object))[0]
    assert point.within(box(0.1, 0.1, 1.9, 1.9))


def test_columns_named_by_numbers_make_groups():
    rows = layer(box(0, 0, 10, 10), box(10, 0, 20, 10)).assign(a="x")
    joined = ez.dissolve(rows.rename(columns={"a": 5}), 5)
    assert joined.layer[5].tolist() == ["x"]
