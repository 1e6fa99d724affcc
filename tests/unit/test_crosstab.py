"""Ledgers of class areas that can be added up by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import shapely
import xarray as xr
from rasterio import Affine

from ecozoning.errors import NoDataError, ParameterError, SmallZonesWarning
from ecozoning.overlay import crosstab, ellipsoidal_area

CRS = "EPSG:4547"
FLAGS = {"flag_values": [1, 2, 5], "flag_meanings": "forest water desert"}


def classes_of(
    values, *, cell=1000.0, crs=CRS, dtype="uint8", origin=(0.0, 0.0), **attrs
):
    values = np.asarray(values, dtype=dtype)
    y = origin[1] + cell * (np.arange(values.shape[0])[::-1] + 0.5)
    x = origin[0] + cell * (np.arange(values.shape[1]) + 0.5)
    raster = xr.DataArray(values, {"y": y, "x": x}, ("y", "x"), attrs=attrs)
    north = origin[1] + cell * len(values)
    transform = Affine(cell, 0, origin[0], 0, -cell, north)
    return raster.rio.write_crs(crs).rio.write_transform(transform)


def layer(*boxes, crs=CRS, **options):
    return gpd.GeoSeries([shapely.box(*box) for box in boxes], crs=crs, **options)


COVER = [[1, 1, 2], [1, 2, 2], [9, 2, 1]]


def test_the_ledger_has_zones_classes_nodata_and_totals():
    cover = classes_of(COVER, **FLAGS).rio.write_nodata(9)
    # A column and a half from the west; and a zone half outside in the east.
    zones = layer((0, 0, 1500, 3000), (2000, 0, 4000, 1000), index=["west", "east"])
    found = crosstab(zones, cover)
    assert found.columns.tolist() == ["forest", "water", "desert", "nodata", "total"]
    assert found.index.tolist() == ["west", "east", "total"]
    expected = [[2.5, 1.0, 0, 1, 4.5], [1, 0, 0, 1, 2], [3.5, 1.0, 0, 2, 6.5]]
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_classes_without_names_are_called_by_their_numbers():
    found = crosstab(layer((0, 0, 3000, 3000)), classes_of(COVER))
    assert found.columns.tolist() == [1, 2, 9, "nodata", "total"]
    assert found.loc["total"].tolist() == [4, 4, 1, 0, 9]


def test_the_centre_rule_takes_whole_cells_and_closes():
    with pytest.warns(SmallZonesWarning):
        found = crosstab(layer((0, 0, 1600, 4000)), classes_of(COVER), rule="centre")
    assert found.loc[0].tolist() == [3, 2, 1, 2, 8]


def test_a_layer_wholly_outside_the_raster_is_nodata():
    found = crosstab(layer((9000, 0, 9500, 1000)), classes_of(COVER))
    assert found.loc[0].tolist() == [0, 0, 0, 0.5, 0.5]


def test_zones_can_be_a_raster():
    zones = classes_of([[1, 1, 2], [1, 1, 2], [0, 0, 2]]).rio.write_nodata(0)
    found = crosstab(zones, classes_of(COVER).rio.write_nodata(9))
    assert found.index.tolist() == [1, 2, "total"]
    assert found.to_numpy().tolist() == [[3, 1, 0, 4], [1, 2, 0, 3], [4, 3, 0, 7]]


def test_float_classes_with_nan_are_classes():
    found = crosstab(
        layer((0, 0, 2000, 1000)), classes_of([[3, np.nan]], dtype="float32")
    )
    assert found.loc[0].tolist() == [1, 1, 2]


def test_areas_in_degrees_close_on_the_zone_within_and_beyond_the_raster():
    cover = classes_of(np.ones((20, 20)), cell=0.01, crs="EPSG:4490", origin=(115, 28))
    zones = layer(
        (115.033, 28.041, 115.155, 28.177), (115.1, 28.1, 115.4, 28.5), crs=4490
    )
    found = crosstab(zones, cover)
    expected = ellipsoidal_area(zones.segmentize(0.005)).to_numpy() / 1e6
    np.testing.assert_allclose(found["total"].iloc[:2], expected, rtol=1e-5)
    assert found["nodata"].tolist()[0] == 0
    assert found["nodata"].tolist()[1] == pytest.approx(expected[1] * 11 / 12, rel=2e-3)


def test_rows_and_columns_add_up():
    rng = np.random.default_rng(2)
    cover = classes_of(rng.integers(0, 6, (40, 50)), cell=30).rio.write_nodata(3)
    points = shapely.MultiPoint(rng.uniform(-100, 1600, (30, 2)))
    zones = gpd.GeoSeries(shapely.get_parts(shapely.voronoi_polygons(points)), crs=CRS)
    found = crosstab(zones, cover)
    inner = found.iloc[:-1, :-1]
    np.testing.assert_allclose(inner.sum(axis=0), found.iloc[-1, :-1], rtol=1e-12)
    np.testing.assert_allclose(inner.sum(axis=1), found["total"].iloc[:-1], rtol=1e-12)
    np.testing.assert_allclose(found["total"].iloc[:-1], zones.area / 1e6, rtol=1e-11)
    assert (inner >= 0).all(axis=None)


def test_labels_of_several_levels_are_kept():
    index = pd.MultiIndex.from_tuples([("上高", 1), ("上高", 2)], names=["county", "n"])
    zones = layer((0, 0, 1000, 1000), (0, 0, 2000, 2000), index=index)
    found = crosstab(zones, classes_of(COVER))
    assert found.index.tolist() == [("上高", 1), ("上高", 2), ("total", "")]


@pytest.mark.parametrize(("word", "noun"), [("total", "class"), ("nodata", "class")])
def test_a_class_called_as_the_table_calls_its_own_is_refused(word, noun):
    cover = classes_of(COVER, flag_values=[1], flag_meanings=word)
    with pytest.raises(ParameterError, match=f"a {noun} is called"):
        crosstab(layer((0, 0, 9, 9)), cover)


def test_a_zone_called_total_is_refused():
    with pytest.raises(ParameterError, match="a zone is called"):
        crosstab(layer((0, 0, 9, 9), index=["total"]), classes_of(COVER))


def test_a_raster_without_classes_is_refused():
    cover = classes_of([[0, 0]]).rio.write_nodata(0)
    with pytest.raises(NoDataError, match="`classes` has no cell with a class"):
        crosstab(layer((0, 0, 9, 9)), cover)
    with pytest.raises(NoDataError, match="`zones` has no cell with a class"):
        crosstab(cover, classes_of([[1, 1]]))


def test_quantities_are_refused_as_classes():
    with pytest.raises(ParameterError, match=r"`classes` has .*ecozoning.reclassify"):
        crosstab(layer((0, 0, 9, 9)), classes_of([[1.5, 2]], dtype="float32"))
