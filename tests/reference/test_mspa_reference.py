"""Pattern classes against GuidosToolbox: its example map, and pyguidos where it is.

The example is read from `mspa_forest` in the folder that the environment variable
ECOZONING_REFERENCE names, else in `shared/reference` beside the project.
"""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
import xarray as xr
from scipy import ndimage

from ecozoning.network import mspa

pytestmark = pytest.mark.reference

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "reference"
FOLDER = Path(os.environ.get("ECOZONING_REFERENCE", BESIDE)) / "mspa_forest"
PALETTE = np.array([5, 2, 1, 3, 8, 7, 10, 4, 9, 6, 0])
"""Our class of each index of the example's picture."""
TABLE = {2: 75.09, 3: 3.26, 4: 2.17, 8: 3.93}
"""Printed shares of the foreground in percent; links in edges count as edge there."""


def classed(cells, **options):
    """Return classes of a map of 0 missing, 1 background, 2 foreground."""
    values = np.where(cells == 0, np.nan, cells - 1.0)
    axes = [30.0 * np.arange(size) for size in cells.shape]
    raster = xr.DataArray(values, {"y": axes[0][::-1], "x": axes[1]}, ("y", "x"))
    return mspa(raster.rio.write_crs(4547), **options).to_numpy()


def _picture():
    """Open the picture of the classes, which has no place on the earth."""
    warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
    return rasterio.open(FOLDER / "example_8_1_1_1.png")


@pytest.fixture(scope="module")
def example():
    """Return the example map, its classes in GuidosToolbox, and ours."""
    if not FOLDER.is_dir():
        pytest.skip(f"no example in {FOLDER}")
    with rasterio.open(FOLDER / "example.tif") as source:
        cells = source.read(1)
    with warnings.catch_warnings(), _picture() as source:
        theirs = PALETTE[source.read(1)]
    return cells, theirs, classed(cells)


def test_all_cells_of_the_example_agree_but_three_corners(example):
    _, theirs, ours = example
    rows, columns = np.nonzero(ours != theirs)
    last = ours.shape[0] - 1
    assert rows.size == 3
    assert set(rows.tolist()) | set(columns.tolist()) <= {0, last}
    assert (ours[rows, columns] == 2).all()


def test_the_printed_shares_are_ours(example):
    cells, _, _ = example
    ours = classed(cells, transition=False)
    total = np.count_nonzero(cells == 2)
    for code, percent in TABLE.items():
        assert np.count_nonzero(ours == code) / total * 100 == pytest.approx(
            percent, abs=0.005
        )


def blots(seed, sigma, level, lost):
    """Return a random map of blots, with blots of missing cells."""
    rng = np.random.default_rng(seed)
    cells = (ndimage.gaussian_filter(rng.normal(size=(200, 200)), sigma) > level) + 1
    cells[ndimage.gaussian_filter(rng.normal(size=(200, 200)), 3) > lost] = 0
    return cells.astype(np.uint8)


MAPS = {
    "corridors": blots(1, 1.5, 0.0, 9),
    "holes": blots(2, 1.2, -0.3, 9),
    "missing": blots(3, 2.0, 0.0, 0.16),
    "wide": blots(4, 5.0, 0.0, 9),
}


def of_guidos(cells, folder, **options):
    """Return the classes of pyguidos as ours."""
    pyguidos = pytest.importorskip("pyguidos")
    path = folder / "map.tif"
    rows, columns = cells.shape
    shape = {"height": rows, "width": columns, "count": 1, "dtype": "uint8"}
    place = rasterio.transform.from_origin(0, 0, 30, 30)
    with rasterio.open(path, "w", crs="EPSG:4547", transform=place, **shape) as sink:
        sink.write(cells, 1)
    pyguidos.mspa(path, outdir=folder, statists=False, stat_files=False, **options)
    told = "{connectivity}_{edge_width}_1_{intext:d}".format(**options)
    with rasterio.open(folder / f"map_{told}.tif") as source:
        codes = source.read(1).astype(int)
    names = {100: 9, 220: 10, 129: 0}
    kinds = {0: 1, 1: 8, 3: 5, 5: 4, 9: 3, 17: 2}
    kinds |= {33: 7, 35: 7, 37: 7, 65: 6, 67: 6, 69: 6}
    table = np.zeros(256, np.uint8)
    for code, kind in kinds.items():
        table[code] = table[code + 100] = kind
    for code, kind in names.items():
        table[code] = kind
    return table[codes]


@pytest.mark.parametrize("intext", [True, False])
@pytest.mark.parametrize("connectivity", [8, 4])
@pytest.mark.parametrize("width", [1, 2, 3, 5])
@pytest.mark.parametrize("name", MAPS)
def test_random_maps_agree_with_pyguidos(tmp_path, name, width, connectivity, intext):
    cells = MAPS[name]
    theirs = of_guidos(
        cells, tmp_path, edge_width=width, connectivity=connectivity, intext=intext
    )
    ours = classed(
        cells, edge_width_cells=width, connectivity=connectivity, intext=intext
    )
    assert np.array_equal(ours[cells != 2], theirs[cells != 2])
    assert np.array_equal(ours == 2, theirs == 2)
    assert np.array_equal(ours == 3, theirs == 3)
    same = (ours == theirs)[cells == 2].mean()
    assert same >= (0.998 if width == 1 else 0.98)
