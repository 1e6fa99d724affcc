"""Uncompressed GeoTIFF files, read and written past GDAL: the same cells as by GDAL."""

import os

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import from_origin
from rasterio.windows import Window

import ecozoning as ez
from ecozoning.errors import InputError, OutputError
from ecozoning.io.band_reader import BandReader
from ecozoning.io.plain_tiff import PlainFile, plain_layout
from ecozoning.io.tiff import TiffWriter
from ecozoning.io.tiff_blocks import block_places

SHAPE = (70, 100)
GRID = {"crs": "EPSG:4547", "transform": from_origin(5e5, 4e6, 30, 30)}
TILES = {"tiled": True, "blockxsize": 32, "blockysize": 16}

pytestmark = pytest.mark.skipif(
    not hasattr(os, "preadv"), reason="this system cannot read at a place"
)


def write(path, values, **options):
    count, height, width = values.shape
    profile = {"driver": "GTiff", "count": count, "height": height, "width": width}
    with rasterio.open(
        path, "w", dtype=values.dtype, **profile, **GRID, **options
    ) as d:
        d.write(values)
    return path


def noise(dtype="float32", bands=1, shape=SHAPE):
    return np.random.default_rng(5).integers(0, 99, (bands, *shape)).astype(dtype)


def layout_of(path, band=1):
    with rasterio.open(path) as dataset:
        return plain_layout(dataset, band, block_places(dataset, band))


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "float32", "float64"])
@pytest.mark.parametrize("options", [TILES, {}, {"blockysize": 3}], ids=str)
def test_plain_cells_are_those_of_gdal(tmp_path, dtype, options):
    path = write(tmp_path / "a.tif", noise(dtype), **options)
    out = np.zeros((30, 41), dtype)
    PlainFile(path, layout_of(path)).read((13, 43, 29, 70), out)
    with rasterio.open(path) as dataset:
        expected = dataset.read(1, window=Window(29, 13, 41, 30))
    np.testing.assert_array_equal(out, expected)


def test_a_band_of_several_is_read_where_bands_lie_apart(tmp_path):
    values = noise("uint16", bands=3)
    path = write(tmp_path / "a.tif", values, interleave="band", **TILES)
    out = np.zeros(SHAPE, "uint16")
    PlainFile(path, layout_of(path, band=2)).read((0, 70, 0, 100), out)
    np.testing.assert_array_equal(out, values[1])


@pytest.mark.parametrize(
    ("bands", "options"),
    [
        (1, {"compress": "deflate"}),
        (3, {"interleave": "pixel"}),
        (1, {"nbits": 4}),
        (1, {"endianness": "big"}),
        (1, {"sparse_ok": True, "nodata": 0}),
    ],
    ids=str,
)
def test_what_has_to_be_decoded_is_left_to_gdal(tmp_path, bands, options):
    values = noise("uint16", bands) % 16
    if "sparse_ok" in options:
        values[:, :32] = 0
    path = write(tmp_path / "a.tif", values, **TILES, **options)
    assert layout_of(path) is None
    reader = BandReader(path, band=1, masked=None)
    np.testing.assert_array_equal(reader.read((0, 70, 0, 100)), values[0])


def test_other_formats_are_left_to_gdal(tmp_path):
    profile = {"driver": "ENVI", "count": 1, "height": 70, "width": 100, **GRID}
    with rasterio.open(tmp_path / "a.img", "w", dtype="uint8", **profile) as dataset:
        dataset.write(noise("uint8"))
    assert layout_of(tmp_path / "a.img") is None


@given(st.integers(1, 1100), st.integers(1, 1100), st.data())
def test_windows_written_in_any_order_make_the_raster(
    tmp_path_factory, height, width, data
):
    path = tmp_path_factory.mktemp("plain") / "a.tif"
    values = noise("int16", shape=(height, width))[0]
    cuts = [
        sorted({0, n, *data.draw(st.lists(st.integers(0, n), max_size=3))})
        for n in (height, width)
    ]
    windows = [
        (slice(*rows), slice(*columns))
        for rows in zip(cuts[0], cuts[0][1:], strict=False)
        for columns in zip(cuts[1], cuts[1][1:], strict=False)
    ]
    size = {"count": 1, "height": height, "width": width, "dtype": "int16"}
    with TiffWriter(path, {**size, "nodata": -1, **GRID}, {}, "none") as writer:
        for window in data.draw(st.permutations(windows)):
            writer[window] = values[window]
    with rasterio.open(path) as dataset:
        assert dataset.nodata == -1
        np.testing.assert_array_equal(dataset.read(1), values)


def test_a_file_that_shrinks_after_opening_is_named(tmp_path):
    path = write(tmp_path / "a.tif", noise(), **TILES)
    reader = BandReader(path, band=None, masked=None)
    reader.read((0, 16, 0, 100))
    os.truncate(path, 9000)
    with pytest.raises(InputError, match=r"a\.tif' cannot be read.*ends before"):
        reader.read((0, 70, 0, 100))


@pytest.mark.parametrize("call", ["fsync", "pwrite"])
def test_a_disk_that_fails_leaves_the_old_file(
    tmp_path, make_raster, monkeypatch, call
):
    source, target = tmp_path / "dem.tif", tmp_path / "slope.tif"
    ez.write_raster(make_raster(noise(shape=(64, 64))[0]), source, compress="none")
    target.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OutputError, match=r"slope\.tif.*No space left"):
        ez.process_file(ez.slope, source, target, compress="none")
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dem.tif", "slope.tif"]


def test_where_no_place_can_be_read_gdal_does_it(tmp_path, make_raster, monkeypatch):
    monkeypatch.delattr(os, "preadv")
    path = tmp_path / "dem.tif"
    values = noise(shape=(64, 64))[0]
    ez.write_raster(
        make_raster(values), path, cog=False, overviews=False, compress="none"
    )
    assert layout_of(path) is None
    np.testing.assert_array_equal(ez.open_raster(path), values)
