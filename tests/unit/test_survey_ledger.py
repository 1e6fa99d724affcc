"""Zones by township and class: worlds of a few squares whose areas are known."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ecozoning.errors import (
    AreaBalanceError,
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
    SmallZonesWarning,
)
from ecozoning.overlay import crosstab, ellipsoidal_area
from ecozoning.survey import area_ledger

EQUAL_AREA = "+proj=laea +lat_0=28 +lon_0=115 +ellps=GRS80"
"""Near its centre areas on this map are those on the ellipsoid."""


def layer(column, labels, boxes, crs=EQUAL_AREA):
    """Boxes in hundreds of metres: a square of 1 is one hectare."""
    geometry = [shapely.box(*(100 * side for side in box)) for box in boxes]
    return gpd.GeoDataFrame({column: labels}, geometry=geometry, crs=crs)


@pytest.fixture
def zones():
    """Two zones of 4 x 4 ha, side by side."""
    return layer("zone_id", ["Z1", "Z2"], [(0, 0, 4, 4), (4, 0, 8, 4)])


@pytest.fixture
def towns():
    """Two townships of 8 x 2 ha, one above the other, across both zones."""
    return layer("unit_id", ["T1", "T2"], [(0, 2, 8, 4), (0, 0, 8, 2)])


@pytest.fixture
def land():
    """Forest in the west, 3 x 4 ha; fields 4 x 4; a pond 1 x 4."""
    codes = ["0301", "0101", "1104A"]
    return layer("DLBM", codes, [(0, 0, 3, 4), (3, 0, 7, 4), (7, 0, 8, 4)])


@pytest.fixture
def cover(make_raster):
    """The same land in cells of 100 m."""
    flags = {"flag_values": [1, 2, 3], "flag_meanings": "forest field pond"}
    row = [1, 1, 1, 2, 2, 2, 2, 3]
    raster = make_raster(np.tile(row, (4, 1)), cell=100.0, crs=EQUAL_AREA)
    raster = raster.assign_coords(x=raster["x"] + 50, y=raster["y"] + 50)
    return raster.assign_attrs(flags)


def test_parcels_are_counted_by_zone_township_and_class(zones, towns, land):
    ledger = area_ledger(zones, land, towns, class_column="DLBM", system="survey3")
    # Z1: 3 ha wide of forest, 1 of field; Z2: 3 of field, 1 of pond; each 2 ha high.
    wide = ledger.wide("zone", "class", unit="hm2")
    assert wide.loc["Z1"].to_dict() == {"0101": 4, "0301": 12, "1104": 0, "total": 16}
    assert wide.loc["Z2"].to_dict() == {"0101": 12, "0301": 0, "1104": 4, "total": 16}
    assert ledger.by("zone", "unit")["area_hm2"].tolist() == [8.0] * 4
    assert ledger.table[["zone", "unit", "class"]].to_numpy().tolist()[:3] == [
        ["Z1", "T1", "0101"],
        ["Z1", "T1", "0301"],
        ["Z1", "T2", "0101"],
    ]


@pytest.mark.parametrize("rule", ["exact", "centre"])
@pytest.mark.filterwarnings("ignore::ecozoning.errors.SmallZonesWarning")
def test_a_raster_of_the_same_land_gives_the_same(zones, towns, cover, rule):
    ledger = area_ledger(zones, cover, towns, rule=rule)
    wide = ledger.wide("zone", "class", unit="hm2")
    assert wide.columns.tolist() == ["forest", "field", "pond", "total"]
    assert wide.loc["total"].tolist() == [12, 16, 4, 32]


def test_km2_hectares_and_mu_are_one_number(zones, towns, land):
    table = area_ledger(zones, land, towns, class_column="DLBM").table
    hundredths = (table["area_hm2"] * 100).round().astype("int64")
    assert (table["area_km2"] * 1e4).round().astype("int64").equals(hundredths)
    assert (table["area_mu"] * 100 / 15).round().astype("int64").equals(hundredths)


def test_every_margin_is_the_sum_of_the_same_cells(zones, towns, land):
    ledger = area_ledger(zones, land, towns, class_column="DLBM", control=0.3217)
    for sides in [(), ("zone",), ("unit",), ("class",), ("zone", "class")]:
        margin = ledger.by(*sides)
        assert round(margin["area_km2"].sum(), 4) == 0.3217
        assert round(margin["share_percent"].sum(), 2) == 100.0
    assert ledger.check().empty


def test_areas_of_zones_are_those_on_the_ellipsoid(make_raster):
    # 1 degree east of the meridian a Gauss-Kruger map is 1.5e-4 too large.
    zones = layer("zone_id", ["Z"], [(6000, 31000, 6040, 31040)], "EPSG:4547")
    cells = make_raster(np.ones((40, 40)), cell=100.0, crs="EPSG:4547")
    cells = cells.assign_coords(x=cells["x"] + 600050, y=cells["y"] + 3100050)
    table = area_ledger(zones, cells).table
    on_earth = ellipsoidal_area(zones).sum()
    assert table["area_m2"].sum() == pytest.approx(on_earth, rel=1e-12)
    assert abs(on_earth / 16e6 - 1) > 1e-5


def test_classes_of_a_raster_agree_with_crosstab(zones, cover):
    ledger = area_ledger(zones, cover)
    expected = crosstab(zones.set_index("zone_id"), cover)
    wide = ledger.wide("zone", "class", unit="km2")
    names = ["forest", "field", "pond", "total"]
    assert np.allclose(wide[names], expected[names], atol=1e-6)


def test_land_in_no_township_and_in_no_zone_is_kept(zones, towns, land):
    towns = towns.iloc[:1]  # the lower half has none
    zones = zones.iloc[1:]  # the western half has none
    ledger = area_ledger(zones, land, towns, class_column="DLBM")
    wide = ledger.wide("zone", "unit", unit="hm2")
    # Parcels in neither are land too: the lower west, 8 ha.
    assert wide.loc["Z2"].to_dict() == {"T1": 8, "outside": 8, "total": 16}
    assert wide.loc["outside"].to_dict() == {"T1": 8, "outside": 8, "total": 16}


def test_a_raster_is_counted_on_land_of_zones_and_townships_only(zones, towns, cover):
    ledger = area_ledger(zones.iloc[1:], cover, towns.iloc[:1])
    assert ledger.wide("zone", "unit", unit="hm2").loc["total", "total"] == 24.0


def test_land_outside_is_refused_on_request(zones, towns, land):
    options = {"class_column": "DLBM", "outside": "refuse"}
    with pytest.raises(GeometryError, match=r"0.16 km² .*of unit 'T1'.*in no zone"):
        area_ledger(zones.iloc[1:], land, towns, **options)
    with pytest.raises(
        GeometryError, match=r"0.16 km² .*of zone 'Z1', 'Z2' lie in no u"
    ):
        area_ledger(zones, land, towns.iloc[:1], **options)
    assert len(area_ledger(zones, land, towns, **options).table) == 8


def test_land_under_no_parcel_has_no_class(zones, land):
    ledger = area_ledger(zones, land.iloc[:2], class_column="DLBM")
    wide = ledger.wide("zone", "class", unit="hm2")
    assert wide.loc["Z2"].to_dict() == {"0101": 12, "0301": 0, "nodata": 4, "total": 16}


def test_nodata_of_a_raster_and_land_beyond_it_have_no_class(zones, cover):
    cover = cover.where(cover != 3)[:, :-1]  # the pond is lost, its column cut off
    wide = area_ledger(zones, cover).wide("zone", "class", unit="hm2")
    assert wide.loc["Z2"].to_dict() == {
        "forest": 0,
        "field": 12,
        "nodata": 4,
        "total": 16,
    }


def test_a_parcel_over_a_border_by_less_than_rounding_is_not_cut(zones, land):
    # A micrometre of 400 m is 4 cm2, which has no class of its own in the other zone.
    land.geometry = land.geometry.translate(1e-6)
    table = area_ledger(zones, land.iloc[1:2], class_column="DLBM").table
    fields = table[table["class"] == "0101"]
    assert fields["zone"].tolist() == ["Z1", "Z2"]
    land.geometry = [shapely.box(0, 0, 400 + 1e-10, 400), *land.geometry[1:]]
    table = area_ledger(zones, land.iloc[:1], class_column="DLBM").table
    assert table["zone"].tolist() == ["Z1", "Z2"]
    assert table["class"].tolist() == ["0301", None]


def test_a_zone_of_a_square_metre_in_a_parcel_of_a_county_has_its_class(zones):
    small = zones.iloc[:1].set_geometry([shapely.box(0, 0, 1, 1)], crs=zones.crs)
    county = layer("DLBM", ["0301"], [(-500, -500, 500, 500)])
    table = area_ledger(small, county, class_column="DLBM").table
    own = table[table["zone"] == "Z1"]
    assert own["class"].tolist() == ["0301"]
    assert own["area_m2"].tolist() == pytest.approx([1.0], rel=1e-4)


def test_zones_that_follow_townships_but_for_rounding_have_no_slivers(zones, cover):
    towns = zones.rename(columns={"zone_id": "unit_id"})
    towns.geometry = towns.geometry.translate(3e-10, -2e-10)
    table = area_ledger(zones, cover, towns).table
    assert (table["zone"] == table["unit"]).all()
    assert table["area_m2"].sum() == pytest.approx(320_000.0, rel=1e-5)


def test_areas_of_the_books_are_shared_out(zones, towns, land):
    # The field of 16 ha on the map is 16.8 by the books: a quarter of it in Z1.
    land = land.assign(TBMJ=[120000.0, 168000.0, 40000.0])
    ledger = area_ledger(zones, land, towns, class_column="DLBM", area="TBMJ")
    cells = ledger.by("zone", "class").set_index(["zone", "class"])["area_hm2"]
    assert cells["Z1", "0101"] == 4.2
    assert cells["Z2", "0101"] == 12.6


def test_a_total_is_spread_from_zones_to_classes(land):
    zones = layer("zone_id", ["Z1", "Z2"], [(0, 0, 3, 4), (3, 0, 8, 4)])
    ledger = area_ledger(zones, land, class_column="DLBM", control=0.3201)
    # 12 and 20 of 32 ha become 12.00375 and 20.00625 of 32.01: 12.00 and 20.01. Then
    # 16 and 4 of 20 become 16.008 and 4.002 of 20.01: 16.01 and 4.00.
    assert ledger.by("zone")["area_hm2"].tolist() == [12.0, 20.01]
    assert ledger.by("zone", "class")["area_hm2"].tolist() == [12.0, 16.01, 4.0]


def test_zones_and_townships_may_have_their_names_in_a_column_of_one_name(
    zones, towns, land
):
    zones = zones.rename(columns={"zone_id": "name"})
    towns = towns.rename(columns={"unit_id": "name"})
    options = {"class_column": "DLBM", "zone_id": "name", "unit_id": "name"}
    control = {"unit": {"T1": 0.1602, "T2": 0.1597}}
    ledger = area_ledger(zones, land, towns, control=control, **options)
    assert ledger.by("unit")["area_km2"].tolist() == [0.1602, 0.1597]
    with pytest.raises(ParameterError, match="`control` names 'name'"):
        area_ledger(zones, land, towns, control={"name": {}}, **options)


def test_controls_of_townships_are_met(zones, towns, land):
    control = {"unit_id": {"T1": 0.1602, "T2": 0.1597}}
    ledger = area_ledger(zones, land, towns, class_column="DLBM", control=control)
    assert ledger.by("unit")["area_km2"].tolist() == [0.1602, 0.1597]
    assert ledger.check().empty


def test_controls_of_zones_and_townships_are_met_together(zones, towns, land):
    control = {
        "zone_id": {"Z1": 0.1611, "Z2": 0.1588},
        "unit_id": pd.Series({"T1": 0.1602, "T2": 0.1597}),
        "total": 0.3199,
    }
    ledger = area_ledger(zones, land, towns, class_column="DLBM", control=control)
    assert ledger.by("zone")["area_km2"].tolist() == [0.1611, 0.1588]
    assert ledger.by("unit")["area_km2"].tolist() == [0.1602, 0.1597]
    assert ledger.check().empty


def test_a_changed_table_no_longer_closes(zones, land):
    ledger = area_ledger(zones, land, class_column="DLBM", control=0.32)
    ledger.table.loc[0, "area_hm2"] += 0.01
    found = ledger.check()
    assert found["direction"].tolist() == ["area_km2", "area_mu", "total"]
    assert found["found_km2"].iloc[-1] == pytest.approx(0.3201)


@pytest.mark.parametrize(
    ("control", "words"),
    [
        ({"zone_id": {"Z1": 0.16, "Z2": 0.16}, "total": 0.3201}, "contradicts itself"),
        (
            {
                "zone_id": {"Z1": 0.16, "Z2": 0.16},
                "unit_id": {"T1": 0.16, "T2": 0.1601},
            },
            r"zone_id and those of unit_id are -1 smallest",
        ),
        (0.4, r"in all 1 areas .*'total'.*tolerance"),
        (32.0, r"convert\(control, 'hm2', 'km2'\)"),
    ],
)
def test_controls_that_cannot_be_met_are_refused(zones, towns, land, control, words):
    with pytest.raises(AreaBalanceError, match=words):
        area_ledger(zones, land, towns, class_column="DLBM", control=control)


def test_controls_of_unknown_or_missing_zones_are_refused(zones, land):
    control = {"zone_id": {"Z1": 0.16, "Z3": 0.16}}
    with pytest.raises(SchemaError, match="for 'Z2' and areas for unknown 'Z3'"):
        area_ledger(zones, land, class_column="DLBM", control=control)
    with pytest.raises(ParameterError, match="`control` names 'township'"):
        area_ledger(zones, land, class_column="DLBM", control={"township": 1.0})
    with pytest.raises(ParameterError, match=r"Series.*control=\{'zone': control\}"):
        area_ledger(zones, land, class_column="DLBM", control=pd.Series([0.16, 0.16]))


def test_zones_that_overlap_or_repeat_are_refused(zones, towns, land):
    options = {"class_column": "DLBM"}
    wide = layer("zone_id", ["Z1", "Z2"], [(0, 0, 5, 4), (4, 0, 8, 4)])
    with pytest.raises(GeometryError, match="`zones` 1 pairs of polygons overlap"):
        area_ledger(wide, land, **options)
    with pytest.raises(SchemaError, match=r"'Z1'\).*dissolve"):
        area_ledger(zones.assign(zone_id="Z1"), land, **options)
    with pytest.raises(SchemaError, match=r"without a 'zone_id' \(labels 1\)"):
        area_ledger(zones.assign(zone_id=["Z1", None]), land, **options)
    with pytest.raises(SchemaError, match="lacks the column 'unit_id'"):
        area_ledger(zones, land, towns.rename(columns={"unit_id": "name"}), **options)
    with pytest.raises(GeometryError, match="`units` 1 pairs"):
        area_ledger(zones, land, wide.rename(columns={"zone_id": "unit_id"}), **options)


def test_parcels_that_overlap_or_have_no_class_are_refused(zones, land):
    twice = layer("DLBM", ["0101", "0301"], [(0, 0, 5, 4), (4, 0, 8, 4)])
    with pytest.raises(GeometryError, match="`classes` 1 pairs of polygons overlap"):
        area_ledger(zones, twice, class_column="DLBM")
    with pytest.raises(SchemaError, match=r"without a class in 'DLBM' \(labels 1\)"):
        area_ledger(zones, land.assign(DLBM=["0101", None, "x"]), class_column="DLBM")
    with pytest.raises(ParameterError, match="`class_column` is None"):
        area_ledger(zones, land)
    with pytest.raises(
        SchemaError, match=r"codes that gbt21010_2017 .*survey3 have '11"
    ):
        area_ledger(zones, land, class_column="DLBM", system="gbt21010_2017")


def test_invalid_polygons_empty_layers_and_other_systems_are_refused(zones, land):
    options = {"class_column": "DLBM"}
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    broken = gpd.GeoDataFrame({"zone_id": ["Z"]}, geometry=[bow], crs=EQUAL_AREA)
    with pytest.raises(GeometryError, match=r"`zones` is 1 row \(0\) with invalid"):
        area_ledger(broken, land, **options)
    with pytest.raises(NoDataError, match="`zones` has no rows"):
        area_ledger(zones.iloc[:0], land, **options)
    with pytest.raises(NoDataError, match="`classes` has no rows"):
        area_ledger(zones, land.iloc[:0], **options)
    with pytest.raises(MissingCRSError, match="`zones`"):
        area_ledger(zones.set_crs(None, allow_override=True), land, **options)
    with pytest.raises(CRSMismatchError, match="`classes`"):
        area_ledger(zones, land.to_crs(4490), **options)


def test_townships_on_another_datum_are_refused():
    boxes = [(0, 0, 200, 200), (200, 0, 400, 200)]
    zones = layer("zone_id", ["Z1", "Z2"], boxes)
    towns = zones.rename(columns={"zone_id": "unit_id"}).translate(430, -310)
    towns = gpd.GeoDataFrame({"unit_id": ["T1", "T2"]}, geometry=towns, crs=EQUAL_AREA)
    with pytest.raises(CRSMismatchError, match="`units`"):
        area_ledger(
            zones, zones.rename(columns={"zone_id": "c"}), towns, class_column="c"
        )


def test_a_raster_elsewhere_is_refused(zones, cover):
    far = cover.assign_coords(x=cover["x"] + 1e5)
    with pytest.raises(NoDataError, match="total_bounds"):
        area_ledger(zones, far)


def test_parcels_and_townships_elsewhere_are_refused(zones, towns, land):
    far = land.set_geometry(land.translate(1e5))
    with pytest.raises(NoDataError, match=r"no parcel in `zones`.*total_bounds"):
        area_ledger(zones, far, class_column="DLBM")
    away = towns.set_geometry(towns.translate(1e5))
    with pytest.raises(
        NoDataError, match=r"`units` and `zones` have no land in common"
    ):
        area_ledger(zones, land, away, class_column="DLBM")


def test_parcels_twice_or_one_in_another_are_refused(zones, land):
    twice = pd.concat([land, land], ignore_index=True)
    nested = layer("DLBM", ["0101", "0301"], [(0, 0, 8, 4), (2, 1, 3, 2)])
    for parcels in (twice, nested):
        with pytest.raises(GeometryError, match=r"`classes`.*overlap"):
            area_ledger(zones, parcels, class_column="DLBM")
    for nonsense in ([1, 2], 5):
        with pytest.raises(ParameterError, match="`classes` is a int"):
            area_ledger(zones, nonsense)
    with pytest.raises(ParameterError, match="`classes` has no block"):
        area_ledger(zones, [], class_column="DLBM")


def test_a_legacy_datum_is_refused_by_the_name_of_the_layer(zones, land):
    zones, land = (one.set_crs(2433, allow_override=True) for one in (zones, land))
    with pytest.raises(CRSMismatchError, match="`zones` is in Beijing 1954"):
        area_ledger(zones, land, class_column="DLBM")


def test_few_centres_are_warned_of(zones, cover):
    with pytest.warns(SmallZonesWarning, match="2 zones"):
        area_ledger(zones, cover, rule="centre")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"decimals": 5}, "`decimals` is 5"),
        ({"outside": "drop"}, "`outside` is 'drop'"),
        ({"rule": "all"}, "`rule` is 'all'"),
        ({"tolerance": np.nan}, "`tolerance` is nan"),
    ],
)
def test_options_outside_their_domain_are_refused(zones, towns, land, options, words):
    with pytest.raises(ParameterError, match=words):
        area_ledger(zones, land, towns, class_column="DLBM", **options)


def test_a_ledger_cannot_be_asked_for_what_it_is_not_kept_by(zones, land):
    ledger = area_ledger(zones, land, class_column="DLBM")
    with pytest.raises(ParameterError, match=r"kept by \['zone', 'class'\]"):
        ledger.by("unit")
    with pytest.raises(ParameterError, match="kept by"):
        ledger.wide("zone", "zone")
    with pytest.raises(ParameterError, match="`unit` is 'ha'"):
        ledger.wide(unit="ha")


def test_a_zone_called_total_is_told_from_the_total(zones, land):
    ledger = area_ledger(
        zones.assign(zone_id=["total", "b"]), land, class_column="DLBM"
    )
    with pytest.raises(ParameterError, match="a zone is called 'total'"):
        ledger.wide()


@pytest.mark.parametrize("option", ["class_column", "area", "system"])
def test_what_is_said_of_parcels_is_refused_with_a_raster(zones, cover, option):
    with pytest.raises(ParameterError, match=rf"`{option}` is for parcels"):
        area_ledger(zones, cover, **{option: "survey3"})


def test_blank_names_are_no_names(zones, land):
    with pytest.raises(SchemaError, match=r"`zones` has 1 rows without a 'zone_id'"):
        area_ledger(zones.assign(zone_id=["Z1", " "]), land, class_column="DLBM")
    blank = land.assign(DLBM=["0301", "", "1104A"])
    with pytest.raises(SchemaError, match=r"1 rows without a class in 'DLBM'"):
        area_ledger(zones, blank, class_column="DLBM")


def test_a_column_that_stands_twice_is_refused(zones, land):
    twice = pd.concat([zones, zones[["zone_id"]]], axis=1)
    with pytest.raises(SchemaError, match=r"column 'zone_id' more than once"):
        area_ledger(twice, land, class_column="DLBM")


@pytest.mark.parametrize("kind", ["category", "string", "string[pyarrow]", "object"])
def test_names_may_be_of_any_kind_and_layers_have_geometries_of_any_name(
    zones, towns, land, kind
):
    ledger = area_ledger(
        zones.astype({"zone_id": kind}).rename_geometry("class"),
        land.astype({"DLBM": kind}).rename_geometry("zone"),
        towns.astype({"unit_id": kind}).rename_geometry("unit"),
        class_column="DLBM",
        control={"zone": {"Z1": 0.16, "Z2": 0.16}},
    )
    assert ledger.by("zone")["area_hm2"].tolist() == [16.0, 16.0]
    assert ledger.check().empty


def test_a_list_of_sides_is_refused_and_not_a_crash(zones, land):
    ledger = area_ledger(zones, land, class_column="DLBM")
    with pytest.raises(ParameterError, match="asked for"):
        ledger.by(["zone"])
