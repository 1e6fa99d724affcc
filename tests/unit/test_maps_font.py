"""The packaged font: what it holds, whose it is, and when matplotlib learns of it."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font

from ecozoning.io import data_dir
from ecozoning.maps.fonts import FAMILY, FONT_FILE, drawing, register_font

ROOT = Path(__file__).resolve().parents[2]
# Numbers 8101 to 8105 of 通用规范汉字表, characters of names that GB 2312 lacks, and
# two outside the basic plane.
RARE = "玃醾齇觿蠼" + "昇堃玥珺" + "𬭊𠅤"
SIGNS = "²³㎡㎢℃°′″±×≤≥≈①⑳ⅠⅫ—–…·、。，；：？！“”‘’（）《》【】％→←↑↓ＡＺ０９￥"


@pytest.fixture(scope="module")
def font():
    return FT2Font(str(FONT_FILE))


@pytest.fixture(scope="module")
def has(font):
    codes = set(font.get_charmap())
    return lambda text: {char for char in text if ord(char) not in codes}


def plan_texts():
    files = [p for p in data_dir().rglob("*") if p.suffix in {".toml", ".csv"}]
    return {path: path.read_text(encoding="utf-8") for path in files}


def test_font_is_small_enough_to_travel_with_the_package():
    assert FONT_FILE.stat().st_size < 3_000_000


def test_font_bears_a_name_of_its_own_and_one_weight(font):
    assert (font.family_name, font.style_name) == (FAMILY, "Regular")
    assert not re.search("noto|source", font.family_name + font.postscript_name, re.I)


def test_font_travels_with_its_licence_and_copyright():
    text = FONT_FILE.with_name("OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Copyright 2014-2021 Adobe" in text


def test_font_has_the_whole_standard_table(font):
    """Of the 8105 characters of the table, 196 stand outside the basic plane."""
    codes = set(font.get_charmap())
    assert sum(0x3400 <= code <= 0x9FFF for code in codes) >= 8105 - 196
    assert sum(code >= 0x20000 for code in codes) == 196


@pytest.mark.parametrize("text", [RARE, SIGNS], ids=["rare", "signs"])
def test_font_has_rare_characters_and_signs(has, text):
    assert has(text) == set()


def test_font_has_ascii_and_latin_1(has):
    assert has(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) == set()


def test_font_has_every_character_of_the_plan_files(has):
    texts = plan_texts()
    assert texts
    assert has("".join(texts.values())) <= {"\n", "\r", "\t", "\ufeff"}


def test_font_is_the_one_its_build_script_describes():
    script = (ROOT / "data" / "build" / "font.py").read_text(encoding="utf-8")
    digest = hashlib.sha256(FONT_FILE.read_bytes()).hexdigest()
    assert digest in script


def test_registering_twice_leaves_one_entry():
    register_font()
    register_font()
    assert [entry.name for entry in fontManager.ttflist].count(FAMILY) == 1


def test_drawing_puts_every_setting_back():
    before = dict(mpl.rcParams)
    with drawing():
        assert mpl.rcParams["font.family"] == [FAMILY, "DejaVu Sans"]
    assert dict(mpl.rcParams) == before


def test_importing_maps_registers_no_font_and_loads_no_pyplot():
    code = (
        "import sys, ecozoning.maps; from matplotlib.font_manager import fontManager; "
        f"print({FAMILY!r} in {{e.name for e in fontManager.ttflist}}, "
        "'matplotlib.pyplot' in sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "", "MPLBACKEND": "Agg"},
    )
    assert out.stdout.split() == ["False", "False"]
