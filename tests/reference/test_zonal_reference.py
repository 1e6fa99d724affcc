"""Zones against exactextract and rasterstats, where these are installed."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import shapely
import xarray as xr
from numpy.testing import assert_allclose
from rasterio import Affine

import ecozoning as ez
from ecozoning.errors import SmallZonesWarning
from ecozoning.overlay import crosstab, zonal

pytestmark = pytest.mark.reference

ROWS, COLUMNS, CELL = 40, 50, 10.0
NAMES = ["count", "mean", "min", "max", "std", "majority", "minority", "variety"]
THEIRS = {"std": "stdev"}


def star(rng):
    reach = rng.choice([4, 25, 120, 600])
    turns = np.sort(rng.uniform(0, 2 * np.pi, 24))
    rays = np.column_stack([np.cos(turns), np.sin(turns)])
    centre = rng.uniform(-20, 520, 2)
    shell = centre + rays * reach * rng.uniform(0.4, 1, (24, 1))
    return shapely.Polygon(shell, [centre + 0.2 * reach * rays[::3]])


def zones():
    rng = np.random.default_rng(11)
    stars = [star(rng) for _ in range(150)]
    parts = shapely.box(0, 300, 100, 400).union(shapely.box(205, 105, 300, 190))
    boxes = [shapely.box(-99, -99, 999, 999), shapely.box(10, 20, 30, 25), parts]
    polygons = [polygon for polygon in [*stars, *boxes] if polygon.is_valid]
    return gpd.GeoDataFrame(geometry=polygons, crs="EPSG:4547")


def raster_of(dtype):
    rng = np.random.default_rng(12)
    values = rng.normal(100, 30, (ROWS, COLUMNS)).astype(dtype)
    if dtype == "float32":
        values[rng.uniform(size=values.shape) < 0.1] = np.nan
    y, x = CELL * (np.arange(ROWS)[::-1] + 0.5), CELL * (np.arange(COLUMNS) + 0.5)
    return xr.DataArray(values, {"y": y, "x": x}, ("y", "x")).rio.write_crs("EPSG:4547")


def exactextract(raster, layer, operations):
    package = pytest.importorskip("exactextract")
    west, south, east, north = raster.rio.bounds()
    source = pytest.importorskip("exactextract.raster").NumPyRasterSource(
        raster.to_numpy(),
        xmin=west,
        xmax=east,
        ymin=south,
        ymax=north,
        srs_wkt=raster.rio.crs.to_wkt(),
    )
    return package.exact_extract(source, layer, operations, output="pandas")


@pytest.mark.parametrize("dtype", ["float32", "int16"])
def test_sums_agree_with_exactextract(dtype):
    raster, layer = raster_of(dtype), zones()
    theirs = exactextract(raster, layer, [THEIRS.get(name, name) for name in NAMES])
    ours = zonal(raster, layer, NAMES)
    # Their covers are float32.
    assert_allclose(ours["count"], theirs["count"], rtol=1e-6, atol=1e-6)
    for name in NAMES[1:]:
        assert_allclose(
            ours[name], theirs[THEIRS.get(name, name)], rtol=1e-5, atol=1e-5
        )


def test_quantiles_agree_with_exactextract():
    raster, layer = raster_of("float32"), zones()
    theirs = exactextract(
        raster, layer, ["median", "quantile(q=0.05)", "quantile(q=0.9)"]
    )
    ours = zonal(raster, layer, "median", quantiles=[0.05, 0.9]).iloc[:, :3]
    assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_class_areas_agree_with_exactextract():
    raster, layer = raster_of("int16") // 40, zones()
    theirs = exactextract(raster, layer, ["unique", "frac", "count"])
    ours = crosstab(layer, raster).iloc[:-1] * 1e6 / CELL**2
    for row, (_, their) in zip(ours.to_dict("records"), theirs.iterrows(), strict=True):
        expected = dict(
            zip(their["unique"], their["frac"] * their["count"], strict=True)
        )
        found = {key: row[key] for key in expected}
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_centres_agree_with_rasterstats():
    package = pytest.importorskip("rasterstats")
    raster, layer = raster_of("int16"), zones()
    # Away from centres on borders, which every program gives to another side.
    layer = layer.set_geometry(layer.translate(0.3, 0.3))
    theirs = package.zonal_stats(
        layer,
        raster.to_numpy(),
        affine=Affine(CELL, 0, 0, 0, -CELL, ROWS * CELL),
        nodata=-32768,
        stats=["count", "mean", "min", "max", "std"],
    )
    with pytest.warns(SmallZonesWarning):
        ours = zonal(raster, layer, list(theirs[0]), rule="centre")
    for name in theirs[0]:
        expected = [np.nan if row[name] is None else row[name] for row in theirs]
        assert_allclose(ours[name], expected, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("slug", ["guyang", "jinping", "shanggao", "shanshan"])
def test_heights_of_real_zones_are_those_of_exactextract(slug):
    plan = ez.load_plan(slug)
    layer = plan.zones[["geometry"]]
    ours = zonal(plan.dem, layer, ["count", "mean", "min", "max"])
    theirs = exactextract(plan.dem, layer, ["count", "mean", "min", "max"])
    assert_allclose(ours["count"], theirs["count"], rtol=1e-6)
    assert_allclose(ours["mean"], theirs["mean"], rtol=1e-6)
    assert_allclose(ours[["min", "max"]], theirs[["min", "max"]])


@pytest.mark.parametrize("slug", ["guyang", "jinping", "shanggao", "shanshan"])
def test_areas_of_land_cover_in_real_zones_close_on_the_ellipsoid(slug):
    plan = ez.load_plan(slug)
    file = ez.io.data_dir() / "landcover" / f"county_{slug}_igbp_2019.tif"
    cover = ez.open_raster(file, masked=False).rio.write_crs(plan.zones.crs)
    ledger = crosstab(plan.zones.set_index("zone_id"), cover)
    areas = ez.ellipsoidal_area(plan.zones).to_numpy() / 1e6
    # An edge that is straight in degrees is no geodesic: 1e-5 on a county.
    assert_allclose(ledger["total"].iloc[:-1], areas, rtol=1e-4)
    assert_allclose(ledger.drop(columns="total").sum(axis=1), ledger["total"])
