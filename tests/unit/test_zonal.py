"""Statistics of zones whose cells can be counted by hand, and everything refused."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import shapely
import xarray as xr
from rasterio import Affine

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    GridMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
    SmallZonesWarning,
)
from ecozoning.overlay import ellipsoidal_area, zonal

da = pytest.importorskip("dask.array")

CRS = "EPSG:4547"
EVERY = ["count", "area_km2", "sum", "mean", "min", "max", "std", "median"]
EVERY += ["majority", "minority", "variety"]


def raster_of(values, *, cell=10.0, crs=CRS, dtype=None, up=False, origin=(0.0, 0.0)):
    """Return a raster whose south-west corner is the origin."""
    values = np.asarray(values, dtype=dtype or "float32")
    rows, columns = values.shape
    y = origin[1] + cell * (np.arange(rows) + 0.5)
    x = origin[0] + cell * (np.arange(columns) + 0.5)
    axes = {"y": y if up else y[::-1], "x": x}
    data = values[::-1].copy() if up else values
    raster = xr.DataArray(data, axes, ("y", "x")).rio.write_crs(crs)
    north, step = (origin[1], cell) if up else (origin[1] + rows * cell, -cell)
    return raster.rio.write_transform(Affine(cell, 0, origin[0], 0, step, north))


def layer(*polygons, crs=CRS, index=None):
    return gpd.GeoSeries(list(polygons), crs=crs, index=index)


NINE = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
WHOLE = shapely.box(0, 0, 30, 30)


def one(values, polygon, stats, **options):
    """Return the statistics of one zone as a dictionary."""
    return zonal(raster_of(values), layer(polygon), stats, **options).iloc[0].to_dict()


# --- known answers -----------------------------------------------------------------


def test_a_zone_of_whole_cells_has_the_statistics_of_its_cells():
    found = one(NINE, WHOLE, EVERY)
    expected = {"count": 9, "area_km2": 9e-4, "sum": 45, "mean": 5, "min": 1}
    expected |= {"max": 9, "std": np.sqrt(60 / 9), "median": 5}
    expected |= {"majority": 9, "minority": 1, "variety": 9}
    assert found == pytest.approx(expected | {"valid_share": 1})


def test_half_a_cell_counts_half():
    # The left half of the upper left cell and all of the one below: 1/2 + 4.
    polygon = shapely.Polygon([(0, 10), (10, 10), (10, 20), (5, 20), (5, 30), (0, 30)])
    found = one(NINE, polygon, ["count", "sum", "mean", "std"])
    mean = 4.5 / 1.5
    std = np.sqrt((0.5 * (1 - mean) ** 2 + (4 - mean) ** 2) / 1.5)
    expected = {"count": 1.5, "sum": 4.5, "mean": mean, "std": std, "valid_share": 1}
    assert found == pytest.approx(expected)


def test_a_triangle_covers_halves_along_its_slope_and_whole_cells_below():
    # Below the diagonal from the upper left: halves of 1, 5, 9 and all of 4, 7, 8.
    triangle = shapely.Polygon([(0, 0), (30, 0), (0, 30)])
    found = one(NINE, triangle, ["count", "sum"])
    assert found["count"] == pytest.approx(4.5, rel=1e-14)
    assert found["sum"] == pytest.approx(7.5 + 19, rel=1e-14)


def test_a_hole_is_left_out_whichever_way_rings_run():
    hole = [(10, 10), (20, 10), (20, 20), (10, 20)]
    for shell in (WHOLE.exterior.coords, WHOLE.exterior.coords[::-1]):
        for ring in (hole, hole[::-1]):
            found = one(NINE, shapely.Polygon(shell, [ring]), ["count", "sum"])
            assert (found["count"], found["sum"]) == (8, 40)


def test_parts_of_a_zone_add_up():
    parts = shapely.MultiPolygon(
        [shapely.box(0, 20, 10, 30), shapely.box(25, 0, 30, 5)]
    )
    found = one(NINE, parts, ["count", "sum"])
    assert (found["count"], found["sum"]) == (1.25, 1 + 9 / 4)


def test_zones_that_overlap_each_get_their_cells():
    zones = layer(WHOLE, WHOLE, shapely.box(0, 0, 10, 10))
    assert zonal(raster_of(NINE), zones, "sum")["sum"].tolist() == [45, 45, 7]


def test_a_zone_inside_a_cell_has_its_value():
    found = one(NINE, shapely.box(11, 11, 12, 13), ["count", "mean", "std"])
    assert found == pytest.approx(
        {"count": 0.02, "mean": 5, "std": 0, "valid_share": 1}
    )


def test_a_neighbour_along_a_border_of_cells_is_not_touched():
    found = one(NINE, shapely.box(0, 0, 10, 30), ["max", "variety"])
    assert (found["max"], found["variety"]) == (7, 3)


def test_cells_bordered_by_rounded_degrees_are_not_touched():
    values = np.arange(400).reshape(20, 20)
    place = {"cell": 1 / 3600, "crs": "EPSG:4490", "origin": (110.1, 30.3)}
    x, y = 110.1 + np.arange(21) / 3600, 30.3 + np.arange(21) / 3600
    boxes = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i, j in np.ndindex(20, 20)]
    found = zonal(raster_of(values, **place), layer(*boxes, crs=4490), "variety")
    assert set(found["variety"]) == {1}


def test_what_lies_outside_the_raster_shows_in_the_valid_share():
    found = one(NINE, shapely.box(-10, 0, 30, 30), ["count", "area_km2"])
    assert found == pytest.approx({"count": 9, "area_km2": 9e-4, "valid_share": 0.75})


@pytest.mark.parametrize(
    "box",
    [
        (-15, 5, 15, 15),
        (15, 15, 99, 99),
        (-9, -9, 5, 99),
        (5, -99, 9, 5),
        (-9, -9, 99, 99),
    ],
)
def test_zones_across_any_edge_of_the_raster_keep_what_is_inside(box):
    found = one(np.ones((3, 3)), shapely.box(*box), ["count"])
    inside = shapely.box(*box).intersection(WHOLE)
    assert found["count"] == pytest.approx(inside.area / 100, rel=1e-13)
    assert found["valid_share"] == pytest.approx(inside.area / shapely.box(*box).area)


def test_a_zone_without_a_value_is_nan_and_says_so():
    values = np.array(NINE, dtype=float)
    values[0] = np.nan
    zones = layer(shapely.box(0, 20, 30, 30), shapely.box(99, 99, 120, 120), WHOLE)
    found = zonal(raster_of(values), zones, EVERY, quantiles=[0.1])
    for row in (0, 1):
        expected = dict.fromkeys(found.columns, np.nan)
        expected |= dict.fromkeys(["count", "area_km2", "variety", "valid_share"], 0)
        assert found.iloc[row].to_dict() == pytest.approx(expected, nan_ok=True)
    assert found["count"].iloc[2] == 6


def test_a_layer_wholly_outside_the_raster_has_no_cells():
    found = zonal(raster_of(NINE), layer(shapely.box(99, 0, 120, 9)), EVERY)
    assert found["count"].tolist() == found["valid_share"].tolist() == [0]
    assert np.isnan(found["mean"].iloc[0])


@pytest.mark.parametrize(
    "dtype", ["uint8", "int16", "uint16", "int32", "float32", "int64"]
)
def test_nodata_that_is_not_masked_is_left_out(dtype):
    raster = raster_of(NINE, dtype=dtype).rio.write_nodata(9)
    found = zonal(raster, layer(WHOLE), ["sum", "max", "median"]).iloc[0]
    assert found.to_dict() == pytest.approx(
        {"sum": 36, "max": 8, "median": 4.5, "valid_share": 8 / 9}
    )


def test_the_centre_rule_takes_whole_cells():
    with pytest.warns(SmallZonesWarning, match=r"1 zones \('a'\) hold less than 50"):
        found = zonal(
            raster_of(NINE),
            layer(shapely.box(0, 0, 16, 30), index=["a"]),
            ["count", "sum"],
            rule="centre",
        )
    assert found.loc["a"].tolist() == [6, 1 + 2 + 4 + 5 + 7 + 8, 1]


@pytest.mark.parametrize("up", [False, True])
def test_a_centre_on_a_border_belongs_to_the_east_and_the_south(up):
    zones = layer(
        *(shapely.box(x, y, x + 10, y + 10) for x in (5, 15) for y in (5, 15))
    )
    with pytest.warns(SmallZonesWarning):
        found = zonal(raster_of(NINE, up=up), zones, "sum", rule="centre")
    assert found["sum"].tolist() == [4, 1, 5, 2]


def test_centres_of_a_partition_are_shared_out_once():
    corners = shapely.MultiPoint(np.random.default_rng(5).uniform(0, 300, (40, 2)))
    cells = shapely.voronoi_polygons(corners, extend_to=shapely.box(0, 0, 300, 300))
    zones = layer(*shapely.get_parts(cells))
    with pytest.warns(SmallZonesWarning):
        found = zonal(raster_of(np.ones((30, 30))), zones, "count", rule="centre")
    assert found["count"].sum() == 900


def test_rows_from_south_to_north_change_nothing():
    polygon = shapely.Polygon([(-3, 4), (28, 9), (17, 33), (6, 14)])
    north, south = (
        zonal(raster_of(NINE, up=up), layer(polygon), EVERY) for up in (False, True)
    )
    np.testing.assert_allclose(north, south, rtol=1e-14)


def test_quantiles_of_whole_cells_are_those_of_numpy():
    values = np.random.default_rng(1).normal(size=(7, 6))
    found = zonal(
        raster_of(values, dtype="float64"),
        layer(shapely.box(0, 0, 60, 70)),
        "median",
        quantiles=[0, 0.05, 0.975, 1],
    )
    assert list(found) == ["median", "q00", "q05", "q97.5", "q100", "valid_share"]
    expected = np.quantile(values, [0.5, 0, 0.05, 0.975, 1])
    np.testing.assert_allclose(found.iloc[0, :-1], expected, rtol=1e-12)


def test_majority_takes_the_greater_and_minority_the_smaller_of_a_tie():
    found = one(
        [[1, 1, 2, 2, 3, 4]], shapely.box(0, 0, 60, 10), ["majority", "minority"]
    )
    assert (found["majority"], found["minority"]) == (2, 3)


def test_weights_pull_the_mean():
    weights = raster_of([[1, 0, 0], [0, 0, 0], [0, 0, 3]])
    found = one(NINE, WHOLE, ["weighted_mean", "mean"], weights=weights)
    assert found["weighted_mean"] == pytest.approx((1 + 3 * 9) / 4)
    assert list(found) == ["weighted_mean", "mean", "valid_share"]


def test_weights_by_area_count_northern_cells_less():
    raster = raster_of([[1], [0]], cell=30, crs="EPSG:4490", origin=(100, 0))
    zone = layer(shapely.box(100, 0, 130, 60), crs=4490)
    found = zonal(raster, zone, ["mean", "weighted_mean"], weights="area").iloc[0]
    # On a sphere the band from 30 to 60 degrees has sin 60 - sin 30 to sin 30.
    share = (np.sqrt(3) / 2 - 0.5) / (np.sqrt(3) / 2)
    assert found["mean"] == 0.5
    assert found["weighted_mean"] == pytest.approx(share, abs=2e-3)


def test_areas_in_degrees_are_those_of_the_ellipsoid():
    raster = raster_of(np.ones((30, 30)), cell=0.01, crs="EPSG:4490", origin=(115, 28))
    polygon = shapely.Polygon([(115.03, 28.02), (115.27, 28.11), (115.12, 28.25)])
    zone = layer(polygon, crs=4490)
    found = zonal(raster, zone, "area_km2")["area_km2"].iloc[0]
    expected = ellipsoidal_area(zone.segmentize(0.005)).iloc[0] / 1e6
    assert found == pytest.approx(expected, rel=1e-5)


def test_the_spread_of_high_ground_is_not_lost_in_its_height():
    values = 1e7 + np.array([[-1, 1], [1, -1]])
    found = zonal(
        raster_of(values, dtype="float64"), layer(shapely.box(0, 0, 20, 20)), "std"
    )
    assert found["std"].iloc[0] == pytest.approx(1, rel=1e-12)


def test_zones_can_be_the_classes_of_a_raster():
    zones = raster_of(
        [[1, 1, 2], [1, 1, 2], [0, 0, 0]], dtype="uint8"
    ).rio.write_nodata(0)
    values = np.array(NINE, dtype=float)
    values[0, 0] = np.nan
    found = zonal(raster_of(values), zones, ["count", "sum", "median"])
    assert found.index.tolist() == [1, 2]
    np.testing.assert_allclose(found, [[3, 11, 4, 0.75], [2, 9, 4.5, 1]])


def test_classes_are_called_by_their_meanings_even_if_they_do_not_occur():
    flags = {"flag_values": [3, 1], "flag_meanings": "forest water"}
    zones = raster_of([[1, 1, 2]], dtype="int16").assign_attrs(flags)
    found = zonal(raster_of([[4, 5, 6]]), zones, ["count", "mean"])
    assert found.index.tolist() == ["forest", "water", 2]
    assert found["count"].tolist() == [0, 2, 1]


def test_weights_and_order_work_in_classes_too():
    zones = raster_of([[1, 1, 2]], dtype="float32")
    found = zonal(
        raster_of([[4, 8, 6]], dtype="int16"),
        zones,
        ["weighted_mean", "majority", "variety", "std", "min"],
        weights=raster_of([[1, 3, 1]]),
    )
    np.testing.assert_allclose(found, [[7, 8, 2, 2, 4, 1], [6, 6, 1, 0, 6, 1]])


def test_the_arguments_stay_as_they_are():
    raster, zones = raster_of(NINE), layer(WHOLE)
    before, polygons = raster.copy(deep=True), zones.copy()
    zonal(raster, zones, EVERY)
    xr.testing.assert_identical(raster, before)
    assert zones.equals(polygons)


def test_a_near_level_edge_across_many_columns_is_exact():
    polygon = shapely.Polygon([(0, 0), (3000, 0), (3000, 25), (0, 15.5)])
    found = zonal(raster_of(np.ones((3, 300))), layer(polygon), "count")
    assert found["count"].iloc[0] == pytest.approx(polygon.area / 100, rel=1e-12)


def test_a_comb_of_hundreds_of_edges_in_a_row_is_exact():
    x = np.repeat(np.arange(0, 400.0), 2)
    y = np.tile([1.0, 28.0, 28.0, 1.0], 200)[: x.size]
    comb = shapely.Polygon([*zip(x, y, strict=True), (399, 0.5), (0, 0.5)])
    found = zonal(raster_of(np.ones((3, 40))), layer(comb), "count")
    assert found["count"].iloc[0] == pytest.approx(comb.area / 100, rel=1e-12)


def test_zones_larger_than_a_piece_of_work_are_put_together():
    values = np.random.default_rng(0).normal(5, 2, (1300, 1700)).astype("float32")
    zone = layer(shapely.box(3, 3, 16993, 12996))
    found = zonal(raster_of(values), zone, ["mean", "std", "min", "max"]).iloc[0]
    inner = values.astype(float)
    assert found["mean"] == pytest.approx(inner.mean(), rel=1e-4)
    assert found["std"] == pytest.approx(inner.std(), rel=1e-4)
    assert (found["min"], found["max"]) == (values.min(), values.max())


# --- refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stats": "average"}, "`stats` is .*average.* count, area_km2"),
        ({"stats": ["mean", "mean"]}, "`stats`"),
        ({"rule": "touched"}, "`rule` is 'touched'; use one of exact, centre"),
        ({"quantiles": [1.5]}, "`quantiles`"),
        ({"weights": "area"}, "need each other"),
        ({"stats": "weighted_mean"}, "need each other"),
        ({"stats": "weighted_mean", "weights": "population"}, "or 'area'"),
    ],
)
def test_what_is_not_known_is_refused(options, words):
    with pytest.raises(ParameterError, match=words):
        zonal(raster_of(NINE), layer(WHOLE), **options)


def test_infinite_values_in_zones_are_refused():
    with pytest.raises(ParameterError, match=r"1 infinite .*numpy.isfinite"):
        one([[1, np.inf], [2, 3]], shapely.box(0, 0, 20, 20), "mean")
    with pytest.raises(ParameterError, match="1 infinite"):
        zonal(raster_of([[1, -np.inf]]), raster_of([[1, 1]], dtype="uint8"))


@pytest.mark.parametrize(
    ("weight", "words"), [(np.nan, "in 1 cells"), (-1, "below 0 in 1")]
)
def test_weights_that_weigh_nothing_sensible_are_refused(weight, words):
    weights = raster_of([[1, weight]])
    box = shapely.box(0, 0, 20, 10)
    with pytest.raises(ParameterError, match=words):
        one([[1, 2]], box, "weighted_mean", weights=weights)
    with pytest.raises(ParameterError, match=words):
        zonal(
            raster_of([[1, 2]]), raster_of([[1, 1]]), "weighted_mean", weights=weights
        )


def test_a_raster_without_any_value_is_refused():
    with pytest.raises(NoDataError, match="`raster` has no cell with a value"):
        one(np.full((2, 2), np.nan), WHOLE, "mean")


def test_zones_in_another_crs_are_refused_with_the_call_that_mends_it():
    with pytest.raises(CRSMismatchError, match=r"zones.to_crs\(raster.rio.crs\)"):
        zonal(raster_of(NINE), layer(WHOLE, crs="EPSG:4548"))


def test_zones_without_crs_are_refused():
    with pytest.raises(MissingCRSError, match="`zones` has no CRS"):
        zonal(raster_of(NINE), layer(WHOLE, crs=None))


def test_invalid_polygons_are_named_by_index():
    bow = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])
    with pytest.raises(GeometryError, match="'bow'"):
        zonal(raster_of(NINE), layer(WHOLE, bow, index=["good", "bow"]))


def test_polygons_beyond_all_maps_are_named_by_index():
    with pytest.raises(GeometryError, match=r"\['far'\].*cells from the raster"):
        zonal(raster_of(NINE), layer(shapely.box(1e15, 0, 2e15, 9), index=["far"]))


def test_an_empty_layer_and_labels_twice_are_refused():
    with pytest.raises(NoDataError, match="`zones` has no rows"):
        zonal(raster_of(NINE), layer(WHOLE).iloc[:0])
    with pytest.raises(SchemaError, match="more than once"):
        zonal(raster_of(NINE), layer(WHOLE, WHOLE, index=["a", "a"]))


def test_zones_on_another_grid_are_refused():
    shifted = raster_of(NINE, dtype="uint8", origin=(5, 0))
    with pytest.raises(
        GridMismatchError, match="`raster` and `zones` are not on one grid"
    ):
        zonal(raster_of(NINE), shifted)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[1.5, 2]], "no whole numbers"),
        ([[0, 1e8]], "from 0 to 1e"),
    ],
)
def test_zones_that_are_no_classes_are_refused(values, words):
    with pytest.raises(ParameterError, match=f"`zones` has .*{words}"):
        zonal(raster_of([[1, 2]]), raster_of(values))


def test_names_that_do_not_fit_the_classes_are_refused():
    zones = raster_of([[1, 2]], dtype="uint8")
    flags = {"flag_values": [1, 2], "flag_meanings": "forest"}
    with pytest.raises(ParameterError, match="2 flag_values and 1 flag_meanings"):
        zonal(raster_of([[1, 2]]), zones.assign_attrs(flags))
