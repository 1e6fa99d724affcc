"""Files cut short, full disks, killed processes: refused, and old files stay."""

import multiprocessing
import os
import resource
import signal
import time

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

import ecozoning as ez
from ecozoning.errors import EcozoningError, InputError, OutputError

FORMATS = [".gpkg", ".shp", ".geojson", ".fgb"]


def layer(rows):
    squares = [box(114 + i / 1e4, 28, 114 + (i + 1) / 1e4, 28.1) for i in range(rows)]
    columns = {"名称": ["塔下乡" * 20] * rows, "n": np.arange(rows)}
    return gpd.GeoDataFrame(columns, geometry=squares, crs=4490)


def files_in(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_a_shapefile_with_a_file_cut_short_is_refused(tmp_path, suffix, share):
    path = ez.write_layer(layer(100), tmp_path / "a.shp")
    file = path.with_suffix(suffix)
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with pytest.raises(InputError, match=rf"'a\{suffix}' has .* its end is lost"):
        ez.read_layer(path)


def test_files_of_two_shapefiles_are_refused(tmp_path):
    path = ez.write_layer(layer(9), tmp_path / "a.shp")
    other = ez.write_layer(layer(8), tmp_path / "b.shp")
    other.with_suffix(".dbf").replace(path.with_suffix(".dbf"))
    with pytest.raises(InputError, match=r"has 8 rows and 'a\.shx' 9 geometries"):
        ez.read_layer(path)


def test_a_shapefile_with_broken_rings_is_refused(tmp_path):
    path = ez.write_layer(layer(1), tmp_path / "a.shp")
    raw = bytearray(path.read_bytes())
    raw[-16:] = np.array([1.0, 2.0]).tobytes()  # the last vertex is not the first
    path.write_bytes(bytes(raw))
    with pytest.raises(InputError, match="cannot be read"):
        ez.read_layer(path)


def on_a_small_disk(path, size):
    """Write until a file is so large, and leave the name of what was raised."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        ez.write_layer(layer(400), path)
    except OutputError:
        os._exit(7)
    except EcozoningError:
        os._exit(8)
    os._exit(0)


def exit_code(path, size):
    context = multiprocessing.get_context("fork")
    process = context.Process(target=on_a_small_disk, args=(path, size))
    process.start()
    process.join()
    return process.exitcode


def test_a_table_that_lacks_its_last_byte_is_not_kept(tmp_path):
    # GDAL then leaves its head as it was when the table was empty, and says nothing.
    whole = ez.write_layer(layer(400), tmp_path / "whole.shp")
    size = whole.with_suffix(".dbf").stat().st_size
    assert exit_code(tmp_path / "a.shp", size - 1) == 7
    assert not (tmp_path / "a.shp").exists()


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("size", [1_000, 40_000, 60_000])
def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path, suffix, size):
    path = ez.write_layer(layer(1), tmp_path / f"a{suffix}")
    before = files_in(tmp_path)
    assert exit_code(path, size) == 7
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_process_killed_while_writing_leaves_the_old_file(tmp_path, suffix):
    path = ez.write_layer(layer(1), tmp_path / f"a{suffix}")
    before = files_in(tmp_path)
    process = multiprocessing.get_context("fork").Process(
        target=ez.write_layer, args=(layer(60_000), path)
    )
    process.start()
    while not any(tmp_path.glob(f".part-*/**/a{suffix}")) and process.is_alive():
        time.sleep(0.001)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert files_in(tmp_path) == before


def test_folders_in_the_place_of_files_are_told(tmp_path):
    for name in ("a.shp", "a.gpkg"):
        (tmp_path / name).mkdir()
        with pytest.raises(OutputError, match=r"a folder|could not be written"):
            ez.write_layer(layer(1), tmp_path / name)
