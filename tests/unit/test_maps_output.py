"""Saving: same bytes, true page, whole files or none."""

import os
import re
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image
from shapely import Point, box

from ecozoning.errors import OutputError, ParameterError
from ecozoning.maps import save_sheet, zoning_sheet

KINDS = ["png", "pdf", "svg"]


def synthetic_sheet():
    county = gpd.GeoDataFrame(geometry=[box(114.4, 28.0, 114.9, 28.4)], crs=4490)
    zones = county.assign(
        name="合成分区",
        area_km2=2177.02,
        share_percent=100.0,
        geometry_kind="modelled",
    )
    seats = gpd.GeoDataFrame(
        {"name": ["昇堃镇", "乙乡"]},
        geometry=[Point(114.6, 28.2), Point(114.7, 28.3)],
        crs=4490,
    )
    return zoning_sheet(
        zones,
        county,
        title="修复分区图（合成）",
        seats=seats,
        source="合成",
        note="Ж ≥ ①",
    )


@pytest.fixture(scope="module")
def sheet():
    return synthetic_sheet()


def bytes_of(sheet, folder, kind, **options):
    path = folder / f"sheet.{kind}"
    save_sheet(sheet, path, **options)
    return path.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_same_layers_give_the_same_bytes(sheet, tmp_path, kind):
    first = bytes_of(sheet, tmp_path, kind)
    assert bytes_of(sheet, tmp_path, kind) == first
    assert bytes_of(synthetic_sheet(), tmp_path, kind) == first


@pytest.mark.parametrize("kind", KINDS)
def test_style_of_the_caller_does_not_reach_the_file(sheet, tmp_path, kind):
    plain = bytes_of(sheet, tmp_path, kind)
    loud = {
        "savefig.bbox": "tight",
        "savefig.dpi": 30,
        "savefig.facecolor": "black",
        "font.family": "DejaVu Serif",
        "svg.fonttype": "none",
        "pdf.fonttype": 3,
        "text.usetex": True,
        "lines.linewidth": 9,
    }
    with mpl.rc_context(loud):
        assert bytes_of(synthetic_sheet(), tmp_path, kind) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_no_date_is_written_whatever_the_clock_says(sheet, tmp_path, monkeypatch, kind):
    plain = bytes_of(sheet, tmp_path, kind)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert bytes_of(sheet, tmp_path, kind) == plain
    assert re.search(rb"CreationDate|dc:date|Software", plain) is None


def test_png_has_the_pixels_of_the_page(sheet, tmp_path):
    """297 mm at 200 dots an inch are 2338 whole pixels, 210 mm are 1653."""
    save_sheet(sheet, tmp_path / "a.png", dpi=200)
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (2338, 1653)


def test_pdf_page_is_a4_and_its_fonts_are_real_fonts(sheet, tmp_path):
    data = bytes_of(sheet, tmp_path, "pdf")
    width, height = map(
        float, re.search(rb"MediaBox \[ 0 0 (\S+) (\S+)", data).groups()
    )
    np.testing.assert_allclose((width, height), (841.89, 595.28), atol=0.01)
    assert b"/FontFile2" in data
    assert b"/Type3" not in data


def test_svg_needs_no_font_on_the_readers_computer(sheet, tmp_path):
    assert b"<text" not in bytes_of(sheet, tmp_path, "svg")


def test_suffix_may_be_in_capitals(sheet, tmp_path):
    save_sheet(sheet, tmp_path / "A.PNG", dpi=50)
    assert (tmp_path / "A.PNG").read_bytes()[:4] == b"\x89PNG"


def test_a_notebook_shows_the_sheet_by_itself(sheet):
    assert sheet._repr_png_()[:4] == b"\x89PNG"


def test_own_savefig_finds_the_font_after_drawing(sheet, tmp_path):
    """A missing glyph would warn, and warnings are errors here."""
    sheet.savefig(tmp_path / "own.png", dpi=60)
    assert (tmp_path / "own.png").stat().st_size > 10_000


# --- refusals ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.jpg", "a.tiff", "a", "png"])
def test_other_formats_are_refused_and_the_three_named(sheet, tmp_path, name):
    with pytest.raises(ParameterError, match=r"`path` ends in .*\.png, \.pdf or \.svg"):
        save_sheet(sheet, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dpi", [0, 49, 5000, float("nan")])
def test_resolutions_out_of_range_are_refused(sheet, tmp_path, dpi):
    with pytest.raises(ParameterError, match=r"`dpi` is .*50 to 1200"):
        save_sheet(sheet, tmp_path / "a.png", dpi=dpi)


def test_missing_folder_is_refused(sheet, tmp_path):
    with pytest.raises(OutputError, match=r"nowhere.* does not exist; create it"):
        save_sheet(sheet, tmp_path / "nowhere" / "a.png", dpi=50)


def no_room(*_, **__):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["write", "rename"])
@pytest.mark.parametrize("old", [b"old map", None])
def test_failed_write_leaves_what_was_there_and_nothing_else(
    sheet, tmp_path, monkeypatch, step, old
):
    path = tmp_path / "a.png"
    if old is not None:
        path.write_bytes(old)
    if step == "write":
        monkeypatch.setattr(os, "fsync", no_room)
    else:
        monkeypatch.setattr(Path, "replace", no_room)
    with pytest.raises(OutputError, match=r"could not be written .*No space left"):
        save_sheet(sheet, path, dpi=50)
    assert list(tmp_path.iterdir()) == ([path] if old is not None else [])
    assert old is None or path.read_bytes() == old
