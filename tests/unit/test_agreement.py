"""Agreement of two zonings: textbook numbers, refusals, rasters."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import shapely
from shapely import box

import ecozoning as ez
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.maps import save_sheet
from ecozoning.zoning import agreement

UNIT = 20.0  # metres: over 1 km the scale of the projection is the same to 1e-9


def strips(*zones, crs="EPSG:4547", north=3.101e6):
    """Return zones of a county one km high from (id, (west, east), ...) in units."""
    land = [
        shapely.union_all(
            [box(5e5 + w * UNIT, 3.1e6, 5e5 + e * UNIT, north) for w, e in parts]
        )
        for _, *parts in zones
    ]
    ids = [zone for zone, *_ in zones]
    return gpd.GeoDataFrame({"zone_id": ids}, geometry=land, crs=crs)


A = strips(("yes", (0, 25)), ("no", (25, 50)))
B = strips(("yes", (0, 20), (25, 35)), ("no", (20, 25), (35, 50)))


def test_kappa_of_the_textbook_matrix():
    """Of 50 units both say yes to 20 and no to 15: 0.7 against 0.5 by chance."""
    found = agreement(A, B)
    shares = found.table.to_numpy() / found.table.to_numpy().sum()
    expected = [[0.4, 0.1, 0], [0.2, 0.3, 0], [0, 0, 0]]
    assert shares == pytest.approx(np.array(expected), abs=1e-7)
    assert found.overall == pytest.approx(0.7, abs=1e-7)
    assert found.kappa == pytest.approx(0.4, abs=1e-7)


def test_disagreement_is_split_by_amount_and_by_place():
    """Yes is 25 and 30 units, so 5 of the 15 units of disagreement are of amount."""
    found = agreement(A, B)
    assert found.quantity == pytest.approx(0.1, abs=1e-7)
    assert found.allocation == pytest.approx(0.2, abs=1e-7)


def test_each_zone_has_its_iou_and_the_share_of_either():
    zones = agreement(A, B).zones.set_index("a_zone")
    assert zones["iou"].to_numpy() == pytest.approx([20 / 35, 15 / 30], abs=1e-7)
    assert zones["users"].to_numpy() == pytest.approx([20 / 25, 15 / 25], abs=1e-7)
    assert zones["producers"].to_numpy() == pytest.approx([20 / 30, 15 / 20], abs=1e-7)


def test_areas_are_those_of_the_ellipsoid():
    found = agreement(A, B)
    assert found.table.loc["yes"].sum() * 1e6 == pytest.approx(
        ez.ellipsoidal_area(A).iloc[0], rel=1e-9
    )
    assert found.pieces["area_km2"].sum() == pytest.approx(found.table.sum().sum())


def test_a_border_that_moved_lies_as_far_as_it_moved():
    """One border at unit 25; those of `b` at 20, 25 and 35, so 100, 0 and 200 m."""
    borders = agreement(A, B).borders
    assert borders.loc["a_to_b", "max_m"] == pytest.approx(0, abs=0.01)
    assert borders.loc["b_to_a", "mean_m"] == pytest.approx(100, abs=0.1)
    assert borders.loc["b_to_a", "max_m"] == pytest.approx(200, abs=0.1)
    assert borders.loc["b_to_a", "length_km"] == pytest.approx(3, abs=0.01)


def test_95_percent_of_a_slanting_border_lie_within_95_percent_of_its_reach():
    """A border that leaves the other linearly, from 0 to 400 m: mean 200, 95 % 380."""
    ring = [(5e5, 3.1e6), (5.005e5, 3.1e6), (5.009e5, 3.101e6), (5e5, 3.101e6)]
    west = shapely.Polygon(ring)
    slanting = strips(("yes", (0, 25)), ("no", (25, 50)))
    slanting["geometry"] = [
        west,
        shapely.difference(box(5e5, 3.1e6, 5.01e5, 3.101e6), west),
    ]
    row = agreement(slanting, A).borders.loc["a_to_b"]
    assert row["mean_m"] == pytest.approx(200, abs=1)
    assert row["p95_m"] == pytest.approx(380, abs=5)
    assert row["max_m"] == pytest.approx(400, abs=1)


def test_a_hairline_slit_within_a_zone_is_no_border():
    slit = box(5.002e5, 3.1e6, 5.002e5 + 1e-6, 3.1009e6)
    torn = A.set_geometry(A.difference(slit))
    one, other = agreement(torn, B).borders, agreement(A, B).borders
    assert one.to_numpy() == pytest.approx(other.to_numpy(), abs=0.02)


def test_a_zoning_agrees_with_itself_wholly():
    found = agreement(B, B)
    assert (found.overall, found.kappa, found.quantity) == (1.0, 1.0, 0.0)
    assert found.zones["iou"].tolist() == [1.0, 1.0]
    assert found.borders["max_m"].tolist() == pytest.approx([0, 0], abs=1e-6)


def test_one_zone_that_covers_all_has_kappa_one_and_no_borders():
    whole = strips(("all", (0, 50)))
    found = agreement(whole, whole)
    assert (found.overall, found.kappa) == (1.0, 1.0)
    assert found.borders["mean_m"].isna().all()


def test_land_of_one_zoning_only_is_told_and_not_judged():
    """`b` lacks the last 10 units: agreement is judged on the first 40."""
    short = strips(("yes", (0, 20)), ("no", (20, 40)))
    found = agreement(A, short)
    assert found.table.loc["no", "outside"] == pytest.approx(0.2, rel=1e-3)
    assert found.table.loc["outside"].sum() == 0
    assert found.overall == pytest.approx(35 / 40, abs=1e-7)
    assert found.zones.set_index("a_zone").loc["no", "iou"] == pytest.approx(15 / 30)


def test_best_pairs_are_those_with_the_largest_sum_of_iou():
    other = B.assign(zone_id=[7, 3])
    found = agreement(A, other, match="best")
    assert found.zones[["a_zone", "b_zone"]].to_numpy().tolist() == [
        ["yes", 7],
        ["no", 3],
    ]
    assert found.kappa == pytest.approx(0.4, abs=1e-7)


def test_told_pairs_leave_zones_without_a_partner():
    found = agreement(A, B, match={"yes": "no"})
    assert found.zones["a_zone"].tolist() == ["yes", "no", None]
    assert found.zones["b_zone"].tolist() == ["no", None, "yes"]
    assert found.overall == pytest.approx(0.1, abs=1e-7)


def test_swapping_the_zonings_transposes_all():
    one, other = agreement(A, B), agreement(B, A)
    assert one.table.to_numpy() == pytest.approx(other.table.to_numpy().T, abs=1e-12)
    assert one.kappa == pytest.approx(other.kappa)
    assert one.borders.loc["a_to_b"].tolist() == other.borders.loc["b_to_a"].tolist()


def test_degrees_and_metres_give_the_same():
    one, other = agreement(A, B), agreement(A.to_crs(4490), B.to_crs(4490))
    assert one.table.to_numpy() == pytest.approx(other.table.to_numpy(), abs=1e-6)
    assert one.borders.to_numpy() == pytest.approx(other.borders.to_numpy(), abs=0.5)


# --- rasters -----------------------------------------------------------------------


def test_rasters_of_two_by_two_cells(make_raster):
    """Three of four cells agree; classes 1, 2 are 2, 2 cells and 1, 3 cells."""
    a = make_raster([[1, 1], [2, 2]])
    b = make_raster([[1, 2], [2, 2]])
    found = agreement(a, b)
    assert found.overall == pytest.approx(0.75)
    assert found.kappa == pytest.approx(0.5)
    assert (found.quantity, found.allocation) == pytest.approx((0.25, 0.0))


def test_flags_name_the_zones_of_a_raster_and_nodata_is_outside(make_raster):
    flags = {"flag_values": [1, 2], "flag_meanings": "hills plain"}
    a = make_raster([[1, 1], [2, np.nan]]).assign_attrs(flags)
    b = make_raster([[1, 1], [2, 2]]).assign_attrs(flags)
    found = agreement(a, b)
    assert found.table.index.tolist() == ["hills", "plain", "outside"]
    assert found.table.loc["outside", "plain"] * 1e6 == pytest.approx(900, rel=0.01)
    assert found.overall == 1.0


def test_a_layer_is_held_against_a_raster(make_raster):
    raster = make_raster([[1, 1], [2, 2]], cell=1000.0)
    found = agreement(agreement_layer(raster), raster)
    assert found.overall == pytest.approx(1.0)


def agreement_layer(raster):
    """Return the two rows of cells as polygons."""
    boxes = [box(-500, 500, 1500, 1500), box(-500, -500, 1500, 500)]
    return gpd.GeoDataFrame({"zone_id": [1, 2]}, geometry=boxes, crs=raster.rio.crs)


def test_a_raster_without_classes_is_refused(make_raster):
    empty = make_raster(np.full((2, 2), np.nan))
    with pytest.raises(NoDataError, match=r"`a` has no cell with a class"):
        agreement(empty, empty)


# --- refusals ----------------------------------------------------------------------


def test_layers_without_common_land_are_refused():
    far = A.set_geometry(A.translate(5e4))
    with pytest.raises(GeometryError, match=r"no land in common.*set_crs"):
        agreement(A, far)


def test_layers_that_only_touch_are_refused():
    with pytest.raises(GeometryError, match=r"only touch"):
        agreement(A, strips(("yes", (50, 60))))


def test_layers_on_two_datums_are_refused():
    zones = ez.load_plan("shanggao").zones.to_crs("EPSG:4547")
    moved = zones.set_geometry(zones.translate(420, -310))
    with pytest.raises(CRSMismatchError, match=r"`b` lies 5\d\d m off `a`"):
        agreement(zones, moved)


def test_two_systems_and_none_are_refused():
    with pytest.raises(CRSMismatchError, match=r"`b = b.to_crs\(a.crs\)`"):
        agreement(A, B.to_crs(4490))
    with pytest.raises(MissingCRSError, match=r"`a` has no CRS"):
        agreement(A.set_crs(None, allow_override=True), B)


def test_repeated_missing_and_reserved_ids_are_refused():
    with pytest.raises(SchemaError, match=r"1 zone \('yes'\) in more than.*dissolve"):
        agreement(A.replace({"zone_id": {"no": "yes"}}), B)
    with pytest.raises(SchemaError, match=r"in `b` 1 row \(1\) without an id.*dropna"):
        agreement(A, B.replace({"zone_id": {"no": None}}))
    with pytest.raises(SchemaError, match=r"a zone called 'outside'.*rename"):
        agreement(A.replace({"zone_id": {"no": "outside"}}), B)
    with pytest.raises(SchemaError, match=r"`a` lacks the column 'name'"):
        agreement(A, B, a_id="name")


def test_zones_over_one_another_and_bow_ties_are_refused():
    over = strips(("yes", (0, 30)), ("no", (25, 50)))
    with pytest.raises(GeometryError, match=r"in `b` 1 pairs of polygons overlap"):
        agreement(A, over)
    tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(GeometryError, match=r"in `a`.*invalid geometry.*make_valid"):
        agreement(A.set_geometry([tie, A.geometry[1]], crs=A.crs), B)
    with pytest.raises(NoDataError, match=r"`b` has no rows"):
        agreement(A, B.iloc[:0])


def test_pairs_that_cannot_be_are_refused():
    with pytest.raises(ParameterError, match=r"no id of `a`.*`match='best'`"):
        agreement(A, B.assign(zone_id=[1, 2]))
    with pytest.raises(ParameterError, match=r"`match` is 'iou'; use None"):
        agreement(A, B, match="iou")
    with pytest.raises(ParameterError, match=r"`match` names 1 zone \('maybe'\)"):
        agreement(A, B, match={"maybe": "no"})
    with pytest.raises(SchemaError, match=r"`match` pairs 1 zone .*dissolve"):
        agreement(A, B, match={"yes": "no", "no": "no"})


# --- the sheet ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_shows_measures_and_matrix(language, tmp_path):
    sheet = agreement(A, B).plot(names=("前", "后"), language=language)
    texts = " ".join(text.get_text() for axes in sheet.axes for text in axes.texts)
    assert "70.00 %" in texts
    assert "0.400" in texts
    assert "0.40" in texts
    save_sheet(sheet, tmp_path / "sheet.png", dpi=50)


def test_a_sheet_of_many_zones_has_a_line_for_each():
    zones = [(f"中南部第{k}号水源涵养区", (5 * k, 5 * k + 5)) for k in range(10)]
    many = strips(*zones)
    sheet = agreement(many, many).plot()
    texts = {text.get_text() for axes in sheet.axes for text in axes.texts}
    assert "IoU" in texts
    assert "100.0%" in texts


def test_the_sheet_of_modelled_zones_says_so():
    modelled = A.assign(geometry_kind=["official", "modelled"])
    sheet = agreement(B, modelled).plot(language="en")
    texts = " ".join(text.get_text() for axes in sheet.axes for text in axes.texts)
    assert "Modelled geometry" in texts


def test_a_sheet_without_a_title_or_of_another_language_is_refused():
    found = agreement(A, B)
    with pytest.raises(ParameterError, match=r"`title` is empty"):
        found.plot(title=" ")
    with pytest.raises(ParameterError, match=r"`language` is 'fr'"):
        found.plot(language="fr")


def test_a_zoning_agrees_with_itself_to_the_last_digit():
    parts = strips(("a", (0, 7)), ("b", (7, 20)), ("c", (20, 50)))
    found = agreement(parts, parts)
    assert (found.overall, found.kappa, found.quantity, found.allocation) == (
        1,
        1,
        0,
        0,
    )


def test_pairs_may_be_a_series_and_have_to_be_some():
    told = agreement(A, B, match=pd.Series({"yes": "no"})).zones
    assert told.loc[0, ["a_zone", "b_zone"]].tolist() == ["yes", "no"]
    with pytest.raises(SchemaError, match="pairs no zones"):
        agreement(A, B, match={})
    with pytest.raises(ParameterError, match=r"\['no'\].*`b` does not have"):
        agreement(A, B, match={"yes": ["no"]})


def test_a_class_called_outside_and_no_layer_at_all_are_refused(make_raster):
    classes = make_raster([[1, 2], [1, 2]]).astype("uint8")
    classes.attrs.update(flag_values=[1, 2], flag_meanings="outside plain")
    with pytest.raises(SchemaError, match=r"`a` has a zone called 'outside'.*flag_mea"):
        agreement(classes, classes)
    with pytest.raises(ParameterError, match="`a` is a NoneType"):
        agreement(None, B)
