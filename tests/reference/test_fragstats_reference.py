"""Landscape metrics against tables of FRAGSTATS, and against PyLandStats.

The tables are no part of the repository. They are looked for in the folder that the
environment variable ECOZONING_REFERENCE names, else in `shared/reference` beside the
project.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr
from numpy.testing import assert_allclose

from ecozoning.network import landscape_metrics

pytestmark = pytest.mark.reference

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "reference"
FOLDER = Path(os.environ.get("ECOZONING_REFERENCE", BESIDE)) / "fragstats_toy"
NEEDS_TABLES = pytest.mark.skipif(
    not FOLDER.exists(), reason="the tables of FRAGSTATS are not beside the project"
)
PRINTED = 0.5001e-4  # half of the last digit
SPREAD = [
    f"{base}_{end}" for base in ("AREA", "SHAPE", "CORE", "ENN") for end in ("SD", "CV")
]


def theirs(ending):
    return pd.read_csv(
        FOLDER / f"landscape.{ending}",
        sep=r"\s*,\s*",
        engine="python",
        na_values=["N/A"],
    )


def on_grid(values, cell=1.0):
    rows, columns = values.shape
    axes = {"y": cell * np.arange(rows)[::-1], "x": cell * np.arange(columns)}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs("EPSG:4547")


@pytest.fixture(scope="module")
def toy():
    with rasterio.open(FOLDER / "landscape.tif") as source:
        return on_grid(source.read(1)).rio.write_nodata(source.nodata)


@NEEDS_TABLES
def test_classes_are_those_of_fragstats_to_the_printed_digit(toy):
    expected = theirs("class").set_index("TYPE").sort_index()
    names = [*landscape_metrics(toy).columns, *SPREAD]
    found = landscape_metrics(toy, metrics=names)
    assert found.index.tolist() == [1, 2, 3]
    assert_allclose(found, expected[names], rtol=0, atol=PRINTED)


@NEEDS_TABLES
def test_the_landscape_is_that_of_fragstats_to_the_printed_digit(toy):
    names = [*landscape_metrics(toy, "landscape").columns, *SPREAD]
    found = landscape_metrics(toy, "landscape", metrics=names)
    assert_allclose(found, theirs("land")[names], rtol=0, atol=PRINTED)


@NEEDS_TABLES
def test_patches_are_those_of_fragstats_to_the_printed_digit(toy):
    # Their numbers of patches are others, so both are put in order of their values.
    names = ["AREA", "PERIM", "SHAPE", "CORE", "ENN"]
    found = landscape_metrics(toy, "patch").round(4)
    found["class"] = "cls_" + found["class"].astype(str)
    order = ["class", *names]
    expected = theirs("patch").rename(columns={"TYPE": "class"})[order]
    found, expected = (table.sort_values(order) for table in (found, expected))
    assert found["class"].tolist() == expected["class"].tolist()
    assert_allclose(found[names], expected[names], rtol=0, atol=1.01e-4)


def test_classes_with_nodata_agree_with_pylandstats():
    package = pytest.importorskip("pylandstats")
    rng = np.random.default_rng(21)
    values = np.repeat(rng.integers(0, 5, (40, 20), np.uint8), 2, axis=1)
    names = {
        "CA": "total_area",
        "NP": "number_of_patches",
        "LPI": "largest_patch_index",
        "TE": "total_edge",
        "ED": "edge_density",
        "AREA_MN": "area_mn",
        "SHAPE_MN": "shape_index_mn",
        "LSI": "landscape_shape_index",
        "MESH": "effective_mesh_size",
        "CORE_MN": "core_area_mn",
        "TCA": "total_core_area",
        "ENN_MN": "euclidean_nearest_neighbor_mn",
    }
    table = package.Landscape(values, res=(30.0, 30.0), nodata=0)
    expected = table.compute_class_metrics_df(
        metrics=list(names.values()),
        metrics_kwargs={"total_edge": {"count_boundary": False}},
    )
    raster = on_grid(values, 30.0).rio.write_nodata(0)
    assert_allclose(landscape_metrics(raster, metrics=names), expected, rtol=1e-12)
