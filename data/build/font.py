"""Remake the Chinese map font, byte for byte, from its two sources.

Result: ``src/ecozoning/maps/fonts/EcozoningSansSC-Regular.ttf``, family "Ecozoning
Sans SC", weight 400, TrueType outlines, no hinting.

Sources, both taken from Debian 12 packages, given as arguments:

* ``NotoSansCJK-Regular.ttc`` of `fonts-noto-cjk` 1:20220127+repack1-1: Noto Sans CJK
  2.004, (c) 2014-2021 Adobe, SIL Open Font License 1.1 (beside the font: ``OFL.txt``).
  Face 2 of the collection is SC. The licence lets a subset travel under a name of its
  own only, hence the family name.
* ``Unihan_OtherMappings.txt.bz2`` of `unicode-data` 15.0.0-1: the field kTGH lists the
  8105 characters of 通用规范汉字表 (State Council 2013). (c) Unicode, Inc., Unicode
  licence; only the list of characters is used.

Glyphs: that table, ASCII, Latin-1, Greek, general and CJK punctuation, full-width
forms, circled and Roman numbers, arrows, mathematical and geometric signs, squared
units (㎡, ㎢), and the seven traditional forms that the five plans print besides.

Outlines are turned from cubic to quadratic curves (at most 1/1000 em apart): TrueType
can be embedded in a PDF as a real font, so that its Chinese text can be searched.

Made with fontTools 4.68.0; another version may order its tables differently. The
result has the sha256
68489f748947ff9f8e822fd00996929b7b3e3ebf5505d5cc23c0a14950148b9d. Run::

    python data/build/font.py NotoSansCJK-Regular.ttc Unihan_OtherMappings.txt.bz2

Add ``--check`` to compare with the file that is there and write nothing.
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

FAMILY = "Ecozoning Sans SC"
TARGET = (
    Path(__file__).parents[2]
    / "src/ecozoning/maps/fonts"
    / "EcozoningSansSC-Regular.ttf"
)
FACE_SC = 2
TABLE_LENGTH = 8105
MAX_ERROR_EM = 1.0  # of 1000 units

BLOCKS = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xFF),  # Latin-1: °, ±, ², ³, ×
    (0x391, 0x3C9),  # Greek
    (0x2010, 0x205E),  # general punctuation: –, —, ‰, ′, ″
    (0x2070, 0x209C),  # superscripts and subscripts
    (0x20AC, 0x20AC),  # €
    (0x2100, 0x218B),  # letter-like, fractions, Roman numbers: ℃, №, Ⅰ-Ⅻ
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical: ≤, ≥, ≈
    (0x2460, 0x24FF),  # ①-⑳
    (0x25A0, 0x26FF),  # geometric and other signs
    (0x3000, 0x303F),  # CJK punctuation
    (0x3220, 0x3229),  # ㈠-㈩
    (0x3380, 0x33DF),  # ㎞, ㎡, ㎢
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # ￥
)
PLAN_CHARACTERS = "層爾羨關雙顯鳽"  # printed in the plans, not in the table


def standard_table(unihan: Path) -> set[int]:
    """Return the code points of 通用规范汉字表."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        found = {int(s.split("\t")[0][2:], 16) for s in lines if "\tkTGH\t" in s}
    if len(found) != TABLE_LENGTH:
        sys.exit(f"{unihan}: {len(found)} characters with kTGH, not {TABLE_LENGTH}.")
    return found


def wanted(unihan: Path) -> set[int]:
    """Return every code point the font should have."""
    blocks = {code for low, high in BLOCKS for code in range(low, high + 1)}
    return standard_table(unihan) | blocks | set(map(ord, PLAN_CHARACTERS))


def cut(collection: Path, codes: set[int]) -> TTFont:
    """Return the SC face with these characters and nothing it does not need."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern"]
    options.glyph_names = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]
    font = TTFont(collection, fontNumber=FACE_SC, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    return font


def to_truetype(font: TTFont) -> None:
    """Replace cubic (CFF) outlines by quadratic ones, in place."""
    order, shapes = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, MAX_ERROR_EM, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    _profile(font["maxp"])


def _profile(maxp: object) -> None:
    """Fill the fields a TrueType `maxp` has besides; the counts are set on saving."""
    fields = """
        maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs
        maxStackElements maxSizeOfInstructions maxComponentElements maxPoints
        maxContours maxCompositePoints maxCompositeContours maxComponentDepth
    """
    vars(maxp).update(dict.fromkeys(fields.split(), 0))
    vars(maxp).update(tableVersion=0x00010000, maxZones=1)


def rename(font: TTFont) -> None:
    """Give the subset a name of its own; keep copyright and licence."""
    table = font["name"]
    kept = {i: table.getDebugName(i) for i in (0, 13, 14)}
    compact = FAMILY.replace(" ", "")
    table.names = []
    names = kept | {
        1: FAMILY,
        2: "Regular",
        3: f"2.004;{compact}-Regular",
        4: FAMILY,
        5: "Version 2.004",
        6: f"{compact}-Regular",
        10: "Subset of Noto Sans CJK SC 2.004 with quadratic outlines.",
    }
    for number, text in sorted(names.items()):
        table.setName(text, number, 3, 1, 0x409)


def build(collection: Path, unihan: Path) -> bytes:
    """Return the bytes of the font file."""
    font = cut(collection, wanted(unihan))
    to_truetype(font)
    rename(font)
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()


def main() -> None:
    """Read the arguments, build, compare or write."""
    parser = argparse.ArgumentParser(description="Remake the Chinese map font.")
    parser.add_argument("collection", type=Path, help="NotoSansCJK-Regular.ttc")
    parser.add_argument("unihan", type=Path, help="Unihan_OtherMappings.txt.bz2")
    parser.add_argument("-o", "--output", type=Path, default=TARGET)
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    arguments = parser.parse_args()
    data = build(arguments.collection, arguments.unihan)
    digest = hashlib.sha256(data).hexdigest()
    if not arguments.check:
        arguments.output.write_bytes(data)
    elif arguments.output.read_bytes() != data:
        sys.exit(f"{arguments.output} differs from what the sources give ({digest}).")
    print(f"{len(data)} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
