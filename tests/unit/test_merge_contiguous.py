"""Units merged to contiguous zones."""

import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from ecozoning.errors import (
    GeometryError,
    MissingCRSError,
    MissingDependencyError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.zoning import merge_contiguous


def km(*sides, **columns):
    """Boxes with sides in kilometres, on the central meridian of EPSG:4547."""
    shapes = [box(*(1000.0 * side for side in own)) for own in sides]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4547")
    frame.geometry = frame.translate(5e5, 3.1e6)
    return frame


def board(*rows, side=1.0):
    """Squares of 1 km, one letter per square, the first row in the north."""
    sides, letters = [], []
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            if letter != ".":
                sides.append((x * side, -y * side - side, x * side + side, -y * side))
                letters.append(letter)
    return km(*sides, kind=letters)


def ids(merged):
    return merged.units["zone_id"].tolist()


def test_units_of_one_class_that_touch_become_one_zone():
    merged = merge_contiguous(board("aab", "bba"), "kind")
    assert ids(merged) == [1, 1, 2, 3, 3, 4]
    assert merged.zones["kind"].tolist() == ["a", "b", "b", "a"]
    assert merged.zones["area_km2"].tolist() == pytest.approx([2, 1, 2, 1], rel=1e-3)
    assert len(merged.ledger) == 0


def test_units_that_have_zones_already_are_merged_under_another_name():
    units = board("aab").rename(columns={"kind": "zone_id"})
    merged = merge_contiguous(units, "zone_id", zone_id="merged_id")
    assert merged.units["merged_id"].tolist() == [1, 1, 2]
    assert merged.zones[["merged_id", "zone_id"]].to_numpy().tolist() == [
        [1, "a"],
        [2, "b"],
    ]


def test_queens_neighbours_meet_in_a_point():
    merged = merge_contiguous(board("ab", "ba"), "kind", contiguity="queen")
    assert ids(merged) == [1, 2, 2, 1]
    assert len(set(ids(merge_contiguous(board("ab", "ba"), "kind")))) == 4


def test_a_zone_below_the_minimum_joins_the_longest_border():
    # c, of 1 km by 2 km, borders a on 1 km and b on 2 km.
    units = km((0, 0, 2, 3), (1, -2, 4, 0), (0, -2, 1, 0), kind=list("abc"))
    merged = merge_contiguous(units, "kind", min_area_km2=3)
    assert ids(merged) == [1, 2, 2]
    assert merged.zones["kind"].tolist() == ["a", "b"]
    told = merged.ledger.iloc[0]
    assert (told["unit"], told["into_unit"], told["reason"]) == (2, 1, "below minimum")
    assert told["border_km"] == pytest.approx(2, rel=1e-6)
    assert merged.zones["other_class_km2"].tolist() == pytest.approx([0, 2], rel=1e-3)


def test_of_equal_borders_the_likest_then_the_smallest_then_the_first():
    def joined(sides=((0, 0, 1, 2), (0, 2, 1, 3), (0, 3, 1, 5)), **more):
        units = km(*sides, **more)
        by = "grade" if "grade" in more else "kind"
        names = ["slope"] if "slope" in more else []
        merged = merge_contiguous(units, by, min_area_km2=1.5, attributes=names)
        return merged.ledger["into_unit"].iloc[0]

    assert joined(grade=[1, 4, 5]) == 2
    assert joined(kind=list("abc"), slope=[1.0, 9.0, 8.0]) == 2
    assert joined(((0, 0, 1, 3), (0, 3, 1, 4), (0, 4, 1, 6)), kind=list("abc")) == 2
    assert joined(kind=list("abc")) == 0


def test_zones_of_one_class_that_come_to_touch_become_one():
    merged = merge_contiguous(board("aabaa"), "kind", min_area_km2=1.5)
    assert ids(merged) == [1] * 5
    assert merged.ledger["reason"].tolist() == ["below minimum", "same class"]
    assert merged.zones["other_class_km2"].tolist() == pytest.approx([1], rel=1e-3)


def test_the_larger_of_two_gives_the_class():
    merged = merge_contiguous(board("abb"), "kind", n_zones=1)
    assert merged.zones["kind"].tolist() == ["b"]
    assert merged.ledger["reason"].tolist() == ["too many zones"]


def test_an_island_stays_and_is_told_or_joins_the_nearest():
    units = board("aa.b", "...b", "aa..")
    kept = merge_contiguous(units, "kind", min_area_km2=2.5)
    assert kept.zones["is_island"].tolist() == [True, True, True]
    assert kept.zones["below_minimum"].tolist() == [True, True, True]
    units = km((0, 0, 3, 1), (4, 0, 5, 1), (7, 0, 9, 1), kind=list("aba"))
    joined = merge_contiguous(units, "kind", min_area_km2=1.9, islands="nearest")
    # The island of 1 km² lies 1 km from the first and 2 km from the last.
    assert ids(joined) == [1, 1, 2]
    assert joined.ledger["reason"].tolist() == ["below minimum, nearest"]
    assert joined.zones["area_km2"].tolist() == pytest.approx([4, 2], rel=1e-3)


def test_units_without_classes_join_by_size_alone():
    merged = merge_contiguous(board("aaaa"), None, n_zones=2)
    assert ids(merged) == [1, 1, 2, 2]
    assert "kind" not in merged.zones
    assert merged.zones["other_class_km2"].tolist() == [0, 0]


def test_two_columns_make_one_class():
    units = board("aaaa").assign(town=[1, 1, 2, 2])
    merged = merge_contiguous(units, ["kind", "town"])
    assert merged.zones[["kind", "town"]].to_numpy().tolist() == [["a", 1], ["a", 2]]


def test_labels_and_columns_of_units_come_back_and_areas_add_up():
    units = board("abab", "bbaa", "aaab").set_index(np.arange(12) * 7)
    merged = merge_contiguous(units, "kind", min_area_km2=2.5)
    assert merged.units.index.tolist() == units.index.tolist()
    assert merged.units.drop(columns="zone_id").equals(units)
    assert merged.zones["area_km2"].sum() == pytest.approx(12, rel=1e-3)
    assert shapely.coverage_is_valid(merged.zones.geometry.to_numpy())


def test_degrees_give_the_zones_of_metres():
    units = board("abab", "bbaa", "aaab")
    metres = merge_contiguous(units, "kind", min_area_km2=2.5)
    degrees = merge_contiguous(units.to_crs(4490), "kind", min_area_km2=2.5)
    assert ids(metres) == ids(degrees)


@pytest.fixture
def spopt():
    return pytest.importorskip("spopt")


@pytest.mark.usefixtures("spopt")
def test_skater_cuts_where_units_differ_most():
    units = board("aaaaaa").assign(slope=[1.0, 1.1, 1.0, 9.0, 9.1, 9.0])
    merged = merge_contiguous(
        units, None, method="skater", n_zones=2, attributes=["slope"]
    )
    assert ids(merged) == [1, 1, 1, 2, 2, 2]


@pytest.mark.usefixtures("spopt")
def test_skater_shares_zones_out_among_pieces_of_land():
    units = board("aaaa.aa").assign(slope=[1.0, 1, 9, 9, 5, 5])
    merged = merge_contiguous(
        units, "kind", method="skater", n_zones=3, attributes=["slope"]
    )
    assert ids(merged) == [1, 1, 2, 2, 3, 3]
    with pytest.raises(ParameterError, match=r"`n_zones` is 1, but 2 to 6.*nearest"):
        merge_contiguous(units, None, method="skater", n_zones=1, attributes=["slope"])
    linked = merge_contiguous(
        units,
        None,
        method="skater",
        n_zones=1,
        attributes=["slope"],
        islands="nearest",
    )
    assert ids(linked) == [1] * 6


@pytest.mark.usefixtures("spopt")
def test_max_p_makes_as_many_zones_as_the_area_allows_within_classes():
    units = board("aaaabb").assign(slope=[1.0, 1, 9, 9, 1, 1])
    before = np.random.get_state()[1].copy()  # noqa: NPY002 -- that it was left alone
    merged = merge_contiguous(
        units, "kind", method="max_p", min_area_km2=1.9, attributes=["slope"]
    )
    assert ids(merged) == [1, 1, 2, 2, 3, 3]
    assert not merged.zones["below_minimum"].any()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_a_missing_spopt_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "spopt.region", None)
    with pytest.raises(MissingDependencyError, match=r"ecozoning\[regions\]"):
        merge_contiguous(
            board("aa").assign(slope=1.0),
            None,
            method="skater",
            n_zones=1,
            attributes=["slope"],
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"contiguity": "bishop"}, "`contiguity` is 'bishop'; use one of rook, queen"),
        ({"method": "best"}, "`method` is 'best'; use one of longest_border"),
        ({"islands": "drop"}, "`islands` is 'drop'; use one of keep, nearest"),
        ({"n_zones": 0}, "`n_zones` is 0, but a whole number"),
        ({"n_zones": 1.5}, "`n_zones` is 1.5, but a whole number"),
        ({"min_area_km2": -1}, "`min_area_km2` is -1"),
        ({"min_area_km2": np.nan}, "`min_area_km2` is nan"),
        ({"attributes": "slope"}, r"`attributes` is 'slope', but a list.*\['slope'\]"),
        ({"attributes": ["kind"]}, "`attributes` names 'kind'.*to_numeric"),
        ({"attributes": ["lost"]}, r"`attributes` names 'lost'.*1 row \(1\).*fillna"),
        ({"method": "max_p", "min_area_km2": 1}, "needs `attributes`"),
        ({"method": "max_p", "attributes": ["slope"]}, "needs `min_area_km2`"),
        ({"method": "skater", "attributes": ["slope"]}, "needs `n_zones`"),
        (
            {"method": "skater", "attributes": ["slope"], "n_zones": 1}
            | {"min_area_km2": 1},
            "no use for `min_area_km2`",
        ),
        ({"n_zones": 1}, r"`n_zones` is 1, but 2 to 3 are possible.*nearest"),
    ],
)
def test_what_cannot_be_done_is_refused(arguments, message):
    units = board("ab.a").assign(slope=1.0, lost=[1.0, np.nan, 1.0])
    with pytest.raises(ParameterError, match=message):
        merge_contiguous(units, "kind", **arguments)


def test_odd_units_are_refused():
    units = board("ab")
    with pytest.raises(SchemaError, match="`units` lacks the column 'mode'"):
        merge_contiguous(units, "mode")
    with pytest.raises(SchemaError, match=r"1 row \(1\) have no value.*fillna"):
        merge_contiguous(units.assign(kind=["a", None]), "kind")
    with pytest.raises(SchemaError, match=r"`zone_id` is 'zone_id'.*merged_id"):
        merge_contiguous(units.assign(zone_id=1), "kind")
    with pytest.raises(SchemaError, match=r"index of `units`.*reset_index"):
        merge_contiguous(units.set_axis([1, 1]), "kind")
    with pytest.raises(NoDataError, match="`units` has no rows"):
        merge_contiguous(units.iloc[:0], "kind")
    with pytest.raises(MissingCRSError, match="`units` has no CRS"):
        merge_contiguous(units.set_crs(None, allow_override=True), "kind")
    with pytest.raises(GeometryError, match=r"`units` 1 pair.*clean_coverage"):
        merge_contiguous(km((0, 0, 2, 1), (1, 0, 3, 1), kind=list("ab")), "kind")
    with pytest.raises(ParameterError, match="`by` is empty"):
        merge_contiguous(units, [])
    with pytest.raises(ParameterError, match="`by` is 'geometry'"):
        merge_contiguous(units, "geometry")
