"""Raster functions from file to file: the values of the whole raster, and refusals."""

import threading

import numpy as np
import pytest
import rasterio
import rioxarray  # noqa: F401 -- registers `.rio`

from ecozoning._apply import thread_count
from ecozoning.errors import GridMismatchError, NoDataError, ParameterError
from ecozoning.io.raster_files import write_raster
from ecozoning.io.rasters import open_raster
from ecozoning.io.strips import process_file
from ecozoning.raster.classify import reclassify
from ecozoning.raster.values import reads_around


@reads_around(1)
def spread(dem):
    """Return the greatest difference to the rows and columns around."""
    padded = np.pad(dem.to_numpy(), 1, constant_values=np.nan)
    size = dem.shape
    shifted = [
        padded[i : i + size[0], j : j + size[1]] for i in (0, 1, 2) for j in (0, 1, 2)
    ]
    found = dem.copy(data=np.max(shifted, axis=0) - np.min(shifted, axis=0))
    found.attrs = {"units": "m"}
    return found


@reads_around(lambda window_cells: window_cells // 2)
def rows_mean(dem, window_cells):
    """Return the mean of the rows around, as many as there are."""
    half = window_cells // 2
    rows = range(dem.shape[0])
    values = [dem[max(0, i - half) : i + half + 1].mean("y").to_numpy() for i in rows]
    return dem.copy(data=np.array(values))


@reads_around(0)
def difference(nir, red, scale=1.0):
    return (nir.astype(float) - red.astype(float)) * scale


@pytest.fixture
def rows_file(make_raster, tmp_path):
    """Return a builder of files in strips of one row, so that strips can be thin."""

    def build(values, name="dem.tif", **profile):
        raster = make_raster(values)
        path = tmp_path / name
        bands = raster.to_numpy()[None].astype(profile.pop("dtype", "float64"))
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            count=1,
            height=bands.shape[1],
            width=bands.shape[2],
            dtype=bands.dtype,
            crs=raster.rio.crs,
            transform=raster.rio.transform(),
            blockysize=1,
            **profile,
        ) as file:
            file.write(bands)
        return path

    return build


NOISE = np.random.default_rng(7).random((23, 9))


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("strip_rows", [1, 3, 4, 22, 100])
def test_strips_change_nothing(rows_file, tmp_path, strip_rows, threads):
    path, out = rows_file(NOISE), tmp_path / "out.tif"
    process_file(spread, path, out, strip_rows=strip_rows, threads=threads)
    assert open_raster(out).equals(spread(open_raster(path)))
    assert open_raster(out).attrs == {"units": "m"}


@pytest.mark.parametrize("window_cells", [1, 3, 9, 51])
def test_the_halo_follows_the_keywords(rows_file, tmp_path, window_cells):
    path, out = rows_file(NOISE), tmp_path / "out.tif"
    process_file(rows_mean, path, out, strip_rows=2, window_cells=window_cells)
    assert open_raster(out).equals(rows_mean(open_raster(path), window_cells))


def test_several_rasters_are_handed_on_by_name(rows_file, tmp_path):
    red, nir = rows_file(NOISE, "red.tif"), rows_file(NOISE * 3, "nir.tif")
    sources = {"red": red, "nir": (nir, 1)}
    process_file(difference, sources, tmp_path / "out.tif", strip_rows=5, scale=2.0)
    assert np.allclose(open_raster(tmp_path / "out.tif"), NOISE * 4, rtol=1e-15)


def test_classes_keep_their_words(rows_file, tmp_path):
    path, out = rows_file(NOISE), tmp_path / "out.tif"
    labels = ["low", "high"]
    process_file(reclassify, path, out, strip_rows=4, breaks=[0.5], labels=labels)
    whole = reclassify(open_raster(path), [0.5], labels)
    assert open_raster(out).equals(whole)
    assert open_raster(out).attrs["flag_meanings"] == "low high"


@pytest.mark.parametrize("empty", [slice(0, 10), slice(5, 15), slice(15, 23)])
def test_strips_without_values_become_nodata(rows_file, tmp_path, empty):
    values = NOISE.copy()
    values[empty] = np.nan
    path, out = rows_file(values), tmp_path / "out.tif"
    labels = ["low", "high"]
    process_file(reclassify, path, out, strip_rows=3, breaks=[0.5], labels=labels)
    assert open_raster(out).equals(reclassify(open_raster(path), [0.5], labels))


def test_a_file_without_any_value_is_refused(rows_file, tmp_path):
    path = rows_file(np.full((9, 4), np.nan))
    with pytest.raises(NoDataError, match="no cell with a value"):
        process_file(reclassify, path, tmp_path / "out.tif", breaks=[1], labels=[1, 2])
    assert not (tmp_path / "out.tif").exists()


def test_cells_come_as_stored_with_their_nodata(rows_file, tmp_path):
    path = rows_file(np.arange(12).reshape(4, 3), dtype="uint16", nodata=7)
    seen = []

    def look(raster):
        seen.append((raster.dtype, raster.rio.nodata))
        return raster

    process_file(look, path, tmp_path / "out.tif", halo=0)
    assert seen == [("uint16", 7)]
    assert open_raster(tmp_path / "out.tif").equals(open_raster(path))


def test_kernels_within_a_strip_use_one_thread(rows_file, tmp_path):
    counts = set()

    def look(raster):
        counts.add(thread_count())
        return raster

    process_file(look, rows_file(NOISE), tmp_path / "out.tif", halo=0, strip_rows=4)
    assert counts == {1}


def test_strips_are_computed_in_several_threads(rows_file, tmp_path):
    meeting = threading.Barrier(2, timeout=30)

    def wait(raster):
        meeting.wait()
        return raster

    path = rows_file(NOISE[:20])
    process_file(wait, path, tmp_path / "out.tif", halo=0, strip_rows=5, threads=2)


def test_no_more_strips_are_read_than_there_is_room_for(rows_file, tmp_path):
    begun, most = [], []

    def look(raster):
        begun.append(1)
        return raster

    def done(rows, _):
        most.append(len(begun) - len(most) - 1)

    path = rows_file(np.ones((200, 3)))
    process_file(
        look, path, tmp_path / "o.tif", halo=0, strip_rows=2, threads=2, progress=done
    )
    assert max(most) <= 3


def test_progress_is_told_after_each_strip(rows_file, tmp_path):
    told = []
    process_file(
        spread,
        rows_file(NOISE[:20]),
        tmp_path / "out.tif",
        strip_rows=5,
        progress=lambda done, rows: told.append((done, rows)),
    )
    assert told == [(5, 20), (10, 20), (15, 20), (20, 20)]


def test_a_source_may_be_written_over(rows_file):
    path = rows_file(NOISE)
    process_file(lambda dem: dem * 2, path, path, halo=0, strip_rows=4)
    assert np.array_equal(open_raster(path), NOISE * 2)


def test_rasters_on_two_grids_are_refused_before_anything_is_read(
    make_raster, rows_file, tmp_path
):
    red, nir = rows_file(NOISE, "red.tif"), tmp_path / "nir.tif"
    shifted = make_raster(NOISE)
    write_raster(shifted.assign_coords(x=shifted["x"] + 997), nir, cog=False)

    def never(**_):
        raise AssertionError("called")

    with pytest.raises(GridMismatchError, match="997, 0 apart"):
        process_file(never, {"red": red, "nir": nir}, tmp_path / "out.tif", halo=0)


def test_a_function_that_does_not_say_what_it_reads_is_refused(rows_file, tmp_path):
    with pytest.raises(ParameterError, match=r"`<lambda>` does not say .* `halo=`"):
        process_file(lambda dem: dem, rows_file(NOISE), tmp_path / "out.tif")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"halo": -1}, "`halo` is -1; give a whole number, 0 or more"),
        ({"threads": 0}, "`threads` is 0; give a whole number, 1 or more"),
        ({"strip_rows": 1.5}, r"`strip_rows` is 1\.5"),
        ({"compress": "jpeg"}, "`compress` is 'jpeg'"),
        ({"output": "out.png"}, r"does not end in \.tif"),
        ({"sources": {}}, "`sources` is empty"),
    ],
)
def test_arguments_outside_their_domain_are_refused(
    rows_file, tmp_path, wrong, message
):
    given = {"sources": rows_file(NOISE), "output": tmp_path / "out.tif"} | wrong
    with pytest.raises(ParameterError, match=message):
        process_file(spread, **given)


@pytest.mark.parametrize(
    "function", [lambda dem: dem[1:], lambda dem: dem.to_numpy(), lambda dem: dem.T]
)
def test_a_function_that_leaves_the_grid_is_refused(rows_file, tmp_path, function):
    with pytest.raises(ParameterError, match=r"a raster on the same cells is needed"):
        process_file(function, rows_file(NOISE), tmp_path / "out.tif", halo=0)


def test_a_function_that_changes_its_type_is_refused(rows_file, tmp_path):
    kinds = iter(["float32", "float64"])
    with pytest.raises(
        ParameterError, match="returned float32 for one strip and float64"
    ):
        process_file(
            lambda dem: dem.astype(next(kinds)),
            rows_file(NOISE[:10]),
            tmp_path / "out.tif",
            halo=0,
            strip_rows=5,
            threads=1,
        )


def test_an_error_in_a_strip_passes_and_leaves_the_old_file(rows_file, tmp_path):
    (tmp_path / "out.tif").write_bytes(b"old")

    def fail(dem):
        raise ZeroDivisionError("in a strip")

    with pytest.raises(ZeroDivisionError, match="in a strip"):
        process_file(fail, rows_file(NOISE), tmp_path / "out.tif", halo=0, strip_rows=2)
    assert (tmp_path / "out.tif").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"dem.tif", "out.tif"}
