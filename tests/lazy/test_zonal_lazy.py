"""Zones of lazy rasters: the same table, whatever the blocks."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
import xarray as xr
from numpy.testing import assert_allclose

from ecozoning.errors import ParameterError, SmallZonesWarning
from ecozoning.overlay import crosstab, zonal

pytest.importorskip("dask.array")

SUMS = ["count", "area_km2", "sum", "mean", "min", "max", "std"]
ORDER = ["median", "majority", "minority", "variety"]
CHUNKS = [(1, 1), (2, 5), (7, 3), (6, 8), (9, 9)]


def raster_of(values, *, up=False):
    import rioxarray  # noqa: F401 -- writes the CRS

    rows, columns = values.shape
    y = 10 * (np.arange(rows) + 0.5)
    axes = {"y": y if up else y[::-1], "x": 10 * (np.arange(columns) + 0.5)}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs("EPSG:4547")


def cut(raster, rows, columns):
    return raster.chunk({"y": rows, "x": columns})


RNG = np.random.default_rng(4)
VALUES = RNG.normal(20, 5, (9, 9)).astype("float32")
VALUES[RNG.uniform(size=VALUES.shape) < 0.2] = np.nan
CODES = RNG.integers(0, 5, (9, 9)).astype("int16")
ZONES = gpd.GeoSeries(
    [
        shapely.Polygon([(-5, 12), (50, 3), (95, 61), (31, 99)]),
        shapely.box(30, 30, 60, 60),
        shapely.box(41, 41, 44, 43),
        shapely.box(200, 200, 210, 210),
        shapely.Point(45, 45).buffer(40).difference(shapely.Point(45, 45).buffer(15)),
    ],
    crs="EPSG:4547",
)


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("up", [False, True])
def test_sums_are_the_same_however_the_raster_is_cut(chunks, up):
    raster, weights = raster_of(VALUES, up=up), raster_of(np.abs(CODES), up=up)
    stats = [*SUMS, "weighted_mean"]
    expected = zonal(raster, ZONES, stats, weights=weights)
    found = zonal(cut(raster, *chunks), ZONES, stats, weights=weights)
    assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("chunks", CHUNKS)
def test_order_of_integers_is_the_same_however_the_raster_is_cut(chunks):
    raster = raster_of(CODES)
    expected = zonal(raster, ZONES, ORDER, quantiles=[0.1, 0.9])
    found = zonal(cut(raster, *chunks), ZONES, ORDER, quantiles=[0.1, 0.9])
    assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("chunks", CHUNKS)
def test_zones_of_a_raster_are_the_same_however_both_are_cut(chunks):
    raster, zones = raster_of(CODES), raster_of((CODES + 1) // 2)
    stats = [*SUMS, *ORDER]
    expected = zonal(raster, zones, stats)
    assert_allclose(zonal(cut(raster, *chunks), zones, stats), expected, rtol=1e-12)
    lazy = zones.chunk({"y": 4, "x": 2})
    assert_allclose(zonal(cut(raster, *chunks), lazy, stats), expected, rtol=1e-12)


@pytest.mark.parametrize("chunks", CHUNKS)
def test_ledgers_are_the_same_however_the_raster_is_cut(chunks):
    classes = raster_of(CODES).rio.write_nodata(3)
    zones = raster_of((CODES + 1) // 2)
    for given in (ZONES, zones):
        expected = crosstab(given, classes)
        found = crosstab(given, cut(classes, *chunks))
        assert found.columns.tolist() == expected.columns.tolist()
        assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_centres_are_the_same_however_the_raster_is_cut():
    raster = raster_of(VALUES)
    with pytest.warns(SmallZonesWarning):
        expected = zonal(raster, ZONES, SUMS, rule="centre")
    with pytest.warns(SmallZonesWarning):
        found = zonal(cut(raster, 2, 5), ZONES, SUMS, rule="centre")
    assert_allclose(found, expected, rtol=1e-12)


def test_threads_change_not_a_bit(monkeypatch):
    tables = []
    for threads in ("1", "2", "7"):
        monkeypatch.setenv("ECOZONING_THREADS", threads)
        tables.append(zonal(raster_of(VALUES), ZONES, [*SUMS, *ORDER]))
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_order_of_lazy_fractions_is_refused_with_two_ways_out():
    with pytest.raises(
        ParameterError, match=r"median, q10 .*raster.compute\(\).*int16"
    ):
        zonal(cut(raster_of(VALUES), 3, 3), ZONES, ["mean", "median"], quantiles=[0.1])


def test_infinite_values_of_a_block_are_refused():
    values = VALUES.copy()
    values[4, 4] = np.inf
    with pytest.raises(ParameterError, match="infinite"):
        zonal(cut(raster_of(values), 3, 3), ZONES)
