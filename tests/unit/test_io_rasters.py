"""Rasters to files and back: nothing lost, nothing half written."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from ecozoning.errors import (
    InputError,
    MissingCRSError,
    OutputError,
    ParameterError,
)
from ecozoning.io.band_reader import BandReader
from ecozoning.io.raster_files import write_raster
from ecozoning.io.rasters import open_raster
from ecozoning.io.tiff import codec_options
from ecozoning.raster.classify import reclassify

da = pytest.importorskip("dask.array")

VALUES = np.arange(12.0).reshape(3, 4)
VALUES[1, 2] = np.nan


def write_plain(path, bands, **profile):
    """Write a file as other programs do."""
    bands = np.asarray(bands)
    options = {
        "driver": "GTiff",
        "count": len(bands),
        "height": bands.shape[1],
        "width": bands.shape[2],
        "dtype": bands.dtype,
        "crs": "EPSG:4547",
        "transform": from_origin(0, 90, 30, 30),
    } | profile
    with rasterio.open(path, "w", **options) as file:
        file.write(bands)
    return path


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("cog", [False, True])
@pytest.mark.parametrize("compress", ["zstd", "deflate", "lzw", "none"])
def test_a_raster_comes_back_as_it_was(make_raster, tmp_path, compress, cog, lazy):
    raster = make_raster(VALUES, name="dem").assign_attrs(units="m", long_name="height")
    given = raster.chunk(y=2, x=1) if lazy else raster
    write_raster(given, tmp_path / "dem.tif", compress=compress, cog=cog)
    found = open_raster(tmp_path / "dem.tif")
    assert found.equals(raster)
    assert found.dtype == raster.dtype
    assert (found.name, found.attrs) == ("dem", {"units": "m", "long_name": "height"})
    assert found.rio.crs.to_epsg() == 4547


def test_rows_from_south_to_north_come_back_in_that_order(make_raster, tmp_path):
    raster = make_raster(VALUES).isel(y=slice(None, None, -1))
    write_raster(raster, tmp_path / "dem.tif", cog=False)
    assert open_raster(tmp_path / "dem.tif").equals(raster)


def test_classes_come_back_with_their_words_and_nodata(make_raster, tmp_path):
    classes = reclassify(make_raster(VALUES), [3, 7], ["low", "fair", "high"])
    write_raster(classes, tmp_path / "classes.tif")
    found = open_raster(tmp_path / "classes.tif")
    assert found.identical(classes) or found.equals(classes)
    assert found.attrs["flag_meanings"] == "low fair high"
    assert found.attrs["flag_values"].tolist() == [1, 2, 3]
    assert (found.dtype, found.rio.nodata) == ("uint8", 255)


def test_scale_and_offset_are_told_and_not_applied(make_raster, tmp_path):
    stored = make_raster([[5000, 7000]]).astype("uint16")
    stored = stored.rio.write_transform(from_origin(0, 30, 30, 30))
    stored = stored.assign_attrs(scale_factor=0.0001, add_offset=-0.1)
    write_raster(stored, tmp_path / "red.tif")
    found = open_raster(tmp_path / "red.tif")
    assert found.to_numpy().tolist() == [[5000, 7000]]
    assert found.attrs == {"scale_factor": 0.0001, "add_offset": -0.1}


@pytest.mark.parametrize(
    ("kind", "masked"),
    [("uint8", "float32"), ("int16", "float32"), ("int32", "float64")],
)
def test_nodata_becomes_nan_in_a_type_that_holds_the_rest(tmp_path, kind, masked):
    path = write_plain(tmp_path / "a.tif", np.array([[[1, 7]]], dtype=kind), nodata=7)
    found = open_raster(path)
    assert found.dtype == masked
    assert np.array_equal(found, [[1, np.nan]], equal_nan=True)
    stored = open_raster(path, masked=False)
    assert (stored.dtype, stored.rio.nodata) == (kind, 7)
    assert stored.to_numpy().tolist() == [[1, 7]]


def test_whole_numbers_without_nodata_stay_whole(tmp_path):
    path = write_plain(tmp_path / "a.tif", np.array([[[1, 7]]], dtype="uint16"))
    assert open_raster(path).dtype == "uint16"


def test_nodata_that_no_cell_can_hold_is_none(tmp_path):
    path = write_plain(tmp_path / "a.tif", np.array([[[1.0, 7]]], "float32"), nodata=-1)
    with rasterio.open(path, "r+") as file:
        file.nodata = -3.4028234663852886e38
    assert not open_raster(path).isnull().any()


def test_a_mask_in_the_file_is_honoured_and_not_dropped(tmp_path):
    path = write_plain(tmp_path / "a.tif", np.array([[[1, 7]]], dtype="uint8"))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as file:
        file.write_mask(np.array([[255, 0]], dtype="uint8"))
    assert np.array_equal(open_raster(path), [[1, np.nan]], equal_nan=True)
    with pytest.raises(ParameterError, match=r"by a mask .* `masked=True`"):
        open_raster(path, masked=False)


def test_a_file_of_several_bands_needs_to_be_told_which(tmp_path):
    path = write_plain(tmp_path / "a.tif", [[[1.0, 2]], [[3.0, 4]]])
    assert open_raster(path, band=2).to_numpy().tolist() == [[3, 4]]
    with pytest.raises(
        ParameterError, match=r"2 band\(s\); say which .* 1: float64, 2"
    ):
        open_raster(path)
    with pytest.raises(ParameterError, match="`band` is 3, but"):
        open_raster(path, band=3)


def test_files_that_are_no_rasters_with_a_place_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.tif' cannot be opened"):
        open_raster(tmp_path / "none.tif")
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"text\.tif' cannot be read"):
        open_raster(tmp_path / "text.tif")
    bare = write_plain(tmp_path / "bare.tif", [[[1.0]]], crs=None)
    with pytest.raises(MissingCRSError, match=r"bare\.tif' has no CRS"):
        open_raster(bare)
    turned = from_origin(0, 90, 30, 30) @ rasterio.Affine.rotation(10)
    path = write_plain(tmp_path / "turned.tif", [[[1.0]]], transform=turned)
    with pytest.raises(ParameterError, match=r"turned\.tif' is rotated"):
        open_raster(path)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_file_without_a_place_is_refused(tmp_path):
    path = write_plain(tmp_path / "a.tif", [[[1.0]]], crs=None, transform=None)
    with pytest.raises(MissingCRSError, match="no CRS and no place"):
        open_raster(path)


@pytest.mark.parametrize("chunks", [None, 512])
@pytest.mark.parametrize("compress", ["zstd", "none"])
def test_a_file_cut_short_is_named(make_raster, tmp_path, chunks, compress):
    noise = np.random.default_rng(0).random((1100, 1100))
    path = tmp_path / "dem.tif"
    write_raster(make_raster(noise), path, cog=False, compress=compress)
    whole = path.read_bytes()
    # A compressed one opens, its directory comes first, and lacks its last tiles.
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"dem\.tif' cannot be read .*cut short"):
        open_raster(path, chunks=chunks)


def test_a_damaged_tile_is_named_when_it_is_read(make_raster, tmp_path):
    path = tmp_path / "dem.tif"
    noise = np.random.default_rng(0).random((600, 600))
    write_raster(make_raster(noise), path, cog=False, overviews=False)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 4 : -1000] = bytes(len(whole) - len(whole) // 4 - 1000)
    path.write_bytes(whole)
    with pytest.raises(InputError, match=r"dem\.tif' cannot be read"):
        open_raster(path)
    with pytest.raises(InputError, match=r"dem\.tif' cannot be read"):
        open_raster(path, chunks=512).compute()


@pytest.mark.parametrize("chunks", [True, 1, 2, (3, 1), (1, 7)])
def test_a_lazy_raster_has_the_same_cells(make_raster, tmp_path, chunks):
    write_raster(make_raster(VALUES), tmp_path / "dem.tif")
    found = open_raster(tmp_path / "dem.tif", chunks=chunks)
    assert isinstance(found.data, da.Array)
    assert found.equals(open_raster(tmp_path / "dem.tif"))


def test_a_lazy_raster_reads_nothing_before_it_is_computed(make_raster, tmp_path):
    write_raster(make_raster(VALUES), tmp_path / "dem.tif")
    found = open_raster(tmp_path / "dem.tif", chunks=2)
    (tmp_path / "dem.tif").unlink()
    with pytest.raises(InputError, match=r"dem\.tif"):
        found.compute(scheduler="threads")


def test_a_file_that_changed_since_it_was_opened_is_refused(make_raster, tmp_path):
    write_raster(make_raster(VALUES), tmp_path / "dem.tif")
    found = open_raster(tmp_path / "dem.tif", chunks=2)
    write_raster(make_raster(np.ones((5, 5))), tmp_path / "dem.tif")
    with pytest.raises(InputError, match="has changed since it was opened"):
        found.compute(scheduler="threads", num_workers=3)


def test_a_reader_can_be_sent_elsewhere(make_raster, tmp_path):
    write_raster(make_raster(VALUES), tmp_path / "dem.tif")
    reader = BandReader(tmp_path / "dem.tif", band=None, masked=True)
    sent = pickle.loads(pickle.dumps(reader))
    assert np.array_equal(sent.read((0, 3, 1, 3)), VALUES[:, 1:3], equal_nan=True)


@pytest.mark.parametrize("chunks", [0, -1, (1, 2, 3), ("a", 1), 1.5])
def test_chunks_that_are_no_sizes_are_refused(make_raster, tmp_path, chunks):
    write_raster(make_raster(VALUES), tmp_path / "dem.tif")
    with pytest.raises(ParameterError, match="`chunks` is"):
        open_raster(tmp_path / "dem.tif", chunks=chunks)


def test_the_file_is_a_tiled_cog_with_overviews(make_raster, tmp_path):
    write_raster(make_raster(np.ones((1100, 600))), tmp_path / "dem.tif")
    with rasterio.open(tmp_path / "dem.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"] == "ZSTD"
        assert file.block_shapes == [(512, 512)]
        assert file.overviews(1) == [2, 4]


@pytest.mark.parametrize("cog", [False, True])
def test_overviews_of_classes_hold_classes_only(make_raster, tmp_path, cog):
    values = np.where(np.arange(1024) % 3 == 0, 1.0, 9.0) * np.ones((1024, 1))
    classes = reclassify(make_raster(values), [5], [1, 9])
    write_raster(classes, tmp_path / "a.tif", cog=cog)
    with rasterio.open(tmp_path / "a.tif", overview_level=0) as file:
        assert set(np.unique(file.read(1)).tolist()) <= {1, 9}


@pytest.mark.parametrize("cog", [False, True])
def test_overviews_can_be_left_out(make_raster, tmp_path, cog):
    raster = make_raster(np.ones((1100, 600)))
    write_raster(raster, tmp_path / "dem.tif", cog=cog, overviews=False)
    with rasterio.open(tmp_path / "dem.tif") as file:
        assert file.overviews(1) == []


def test_the_predictor_fits_the_values():
    kinds = {"float32": 3, "int16": 2}
    for kind, predictor in kinds.items():
        options = codec_options(np.dtype(kind), "zstd", classes=False)
        assert (options["predictor"], options["zstd_level"]) == (predictor, 1)
    assert codec_options(np.dtype("uint8"), "zstd", classes=True)["predictor"] == 1
    assert codec_options(np.dtype("float32"), "none", classes=False) == {}


def test_what_cannot_be_written_is_refused(make_raster, tmp_path):
    raster = make_raster(VALUES)
    with pytest.raises(ParameterError, match=r"does not end in \.tif"):
        write_raster(raster, tmp_path / "dem.png")
    with pytest.raises(ParameterError, match="`compress` is 'jpeg'"):
        write_raster(raster, tmp_path / "dem.tif", compress="jpeg")
    with pytest.raises(ParameterError, match="holds float16"):
        write_raster(raster.astype("float16"), tmp_path / "dem.tif")
    with pytest.raises(MissingCRSError, match="`raster` has no CRS"):
        write_raster(make_raster(VALUES, crs=None), tmp_path / "dem.tif")
    with pytest.raises(ParameterError, match="one cell wide or high"):
        write_raster(raster[:1], tmp_path / "dem.tif")
    with pytest.raises(OutputError, match="does not exist"):
        write_raster(raster, tmp_path / "none" / "dem.tif")
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_a_chunk_leaves_the_old_file(make_raster, tmp_path):
    def fail(block):
        raise ZeroDivisionError("in a chunk")

    raster = make_raster(VALUES)
    write_raster(raster, tmp_path / "dem.tif")
    bad = raster.copy(data=da.map_blocks(fail, raster.chunk(x=2).data, dtype=float))
    with pytest.raises(ZeroDivisionError, match="in a chunk"):
        write_raster(bad, tmp_path / "dem.tif")
    assert open_raster(tmp_path / "dem.tif").equals(raster)
    assert [path.name for path in tmp_path.iterdir()] == ["dem.tif"]


FULL = """
import resource, signal, sys
import numpy as np, xarray as xr, rioxarray
from ecozoning.errors import OutputError
from ecozoning.io.raster_files import write_raster
from ecozoning.io.strips import process_file

path, cog, compress, limit = sys.argv[1:]
cog = cog == "True"
rows = np.arange(1200.0)
noise = np.random.default_rng(0).random((1200, 1200)).astype("float32")
dem = xr.DataArray(noise, {"y": -rows, "x": rows}, ("y", "x")).rio.write_crs(4547)
write_raster(dem[:600], path + ".source.tif", cog=False)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
try:
    write_raster(dem, path, cog=cog, compress=compress)
except OutputError as error:
    print("refused", path in str(error))
try:
    process_file(lambda r: r, path + ".source.tif", path, halo=0, compress=compress)
except OutputError as error:
    print("refused", path in str(error))
"""


# The limits let some tiles, most of them, or all but the last one pass: GDAL says
# nothing of what fails when it closes a file.
@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
@pytest.mark.parametrize("limit", [100_000, 1_000_000, 1_040_000])
@pytest.mark.parametrize("compress", ["none", "zstd"])
@pytest.mark.parametrize("cog", [False, True])
def test_a_full_disk_leaves_the_old_file(tmp_path, cog, compress, limit):
    path = tmp_path / "dem.tif"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(cog), compress, str(limit)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.stdout.split() == ["refused", "True"] * 2, done.stderr
    assert path.read_bytes() == b"old"
    assert {p.name for p in tmp_path.iterdir()} == {"dem.tif", "dem.tif.source.tif"}


def test_memory_of_a_lazy_raster_is_that_of_some_chunks(tmp_path):
    code = (
        "import sys, resource, numpy as np, xarray as xr, rioxarray, dask.array as da;"
        "from ecozoning.io.raster_files import write_raster;"
        "from ecozoning.io.rasters import open_raster;"
        "n = 12288; axis = np.arange(float(n));"
        "write_raster(xr.DataArray(da.ones((16, 16), chunks=8), {'y': -axis[:16],"
        " 'x': axis[:16]}, ('y', 'x')).rio.write_crs(4547), sys.argv[1]);"
        "data = da.ones((n, n), chunks=1024, dtype='float32');"
        "dem = xr.DataArray(data, {'y': -axis, 'x': axis}, ('y', 'x'));"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "write_raster(dem.rio.write_crs(4547), sys.argv[1], cog=False);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    path = str(tmp_path / "dem.tif")
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 250 * 1024  # kB, of 576 MiB
