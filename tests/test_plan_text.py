"""Every encoded number stands in the plan's text, under the headings given for it.

The texts are no part of the repository. They are looked for beside the folder that the
environment variable ECOZONING_REFERENCE names, else in `shared/plans` beside the
project; without them these tests skip.
"""

import csv
import itertools
import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from ecozoning.io import plan_dir, plan_slugs

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = os.environ.get("ECOZONING_REFERENCE")
TEXTS = (Path(REFERENCE).parent if REFERENCE else ROOT.parent / "shared") / "plans"

BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")
SUBSCRIPT = re.compile(r"_\{([^}]*)\}")  # LaTeX of the scan, as in PM_{2.5}
# A line of the table of contents: a heading and its page. (Cells of tables, too, stand
# after a tab and are numbers, but no heading comes before them.)
CONTENTS_LINE = re.compile(
    r"\s*(第|附|前|[一二三四五六七八九十]+、).*(\t|\.{3,})\s*(-\s*)?[\dIVX]+(\s*-)?\s*$"
    r"|.*\t- \d+ -\s*$"
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
TABLES = ("figures", "indicators", "projects", "land_use")
PRINTED = {  # the columns that hold numbers as printed
    "figures": ("value",),
    "indicators": (
        "base_value",
        "required_value",
        "target_2025",
        "target_2030",
        "target_2035",
    ),
    "projects": ("budget",),
    "land_use": ("area", "share_percent"),
}
UNIT_PRINTED = {  # unit tokens as the texts print them
    "km2": ("平方千米", "平方公里", "km2", "km²", "km^2", "km^{2}"),
    "hm2": ("公顷", "hm2", "hm²", "hm^2", "hm^{2}"),
    "m2": ("平方米", "m2", "m²", "m^2", "m^{2}"),
    "万hm2": ("万公顷", "万hm"),
    "万km2": ("万平方千米", "万平方公里"),
    "亩": ("亩",),
    "万亩": ("万亩",),
    "%": ("%",),
    "km": ("公里", "千米", "km"),
    "m": ("米", "m"),
    "mm": ("毫米", "mm"),
    "m3": ("立方米", "m3", "m^3", "方"),
    "万m3": ("万立方米", "万m", "万方"),
    "亿m3": ("亿立方米", "亿m"),
    "元": ("元",),
    "万元": ("万元",),
    "亿元": ("亿元",),
    "°C": ("℃", "°C", "circ"),
    "t": ("吨", "t"),
    "万t": ("万吨", "万t"),
    "亿t": ("亿吨", "亿t"),
    "万人": ("万人",),
    "h": ("小时", "h"),
    "d": ("天", "日"),
}
# Names, headings and lists of names are facts and may be as long as they are printed.
NAMED = {
    "name",
    "names",
    "section",
    "sections",
    "title",
    "subject",
    "programme",
    "programmes",
    "items",
    "responsible",
    "heading",
}

EVERY_PLAN = pytest.mark.parametrize("slug", plan_slugs())


def clean(text):
    """Drop what the conversion of the documents has put into the text."""
    return SUBSCRIPT.sub(r"\1", BOOKMARK.sub("", text))


def squeeze(text):
    """Drop all blanks too: the texts break lines inside numbers and names."""
    return re.sub(r"\s+", "", clean(text))


class Body:
    """The text of a plan without its table of contents, and where headings stand."""

    def __init__(self, text):
        lines = [
            clean(line) for line in text.splitlines() if not CONTENTS_LINE.match(line)
        ]
        self.contents = squeeze(
            "".join(line for line in text.splitlines() if CONTENTS_LINE.match(line))
        )
        squeezed = [squeeze(line) for line in lines]
        ends = list(itertools.accumulate(map(len, squeezed)))
        self.text = "".join(squeezed)
        self.starts = [
            end - len(line) for end, line in zip(ends, squeezed, strict=True) if line
        ]
        # The same with one blank between lines and words: in tables the cells of two
        # columns would run together otherwise (380.18 and 1 would be 380.181).
        self.blanks = {}
        position = 0
        for line in lines:
            for word in line.split():
                self.blanks[position] = word
                position += len(word)

    def chain(self, section):
        """Return where each heading of a section starts, each after the one before."""
        found, at = [], -1
        for heading in map(squeeze, section.split(" > ")):
            places = (
                start
                for start in self.starts
                if start > at and self.text.startswith(heading, start)
            )
            at = next(places, None)
            if at is None:
                return None
            found.append(at)
        return found

    def with_blanks(self, first, last):
        """Return a stretch of the text with blanks between its words."""
        return " ".join(
            word for start, word in self.blanks.items() if first <= start < last
        )


@cache
def rows(slug, table):
    path = plan_dir(slug) / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def document(slug):
    return tomllib.loads((plan_dir(slug) / "plan.toml").read_text(encoding="utf-8"))


@cache
def body(slug):
    path = TEXTS / f"{slug}.txt"
    if not path.is_file():
        pytest.skip(f"the plan texts are not at {TEXTS}")
    return Body(path.read_text(encoding="utf-8"))


def sections_of_tables(slug):
    return list(dict.fromkeys(r["section"] for t in TABLES for r in rows(slug, t)))


def sections_of_document(slug):
    found = []
    for table in ("pattern", "zones", "protected_areas"):
        found += [entry.get("section", "") for entry in document(slug).get(table, ())]
    for variant in document(slug).get("name_variants", ()):
        found += variant.get("sections", ())
    return [section for section in dict.fromkeys(found) if section not in ("", "目录")]


@cache
def stretches(slug):
    """Return, by section, the text from its last heading to the next heading named."""
    text = body(slug)
    chains = {s: text.chain(s) for s in sections_of_tables(slug)}
    heads = sorted({start for chain in chains.values() for start in chain or ()})
    ends = dict(itertools.pairwise([*heads, len(text.text)]))
    return {
        section: (
            text.text[chain[-1] : ends[chain[-1]]],
            text.with_blanks(chain[-1], ends[chain[-1]]),
        )
        for section, chain in chains.items()
        if chain
    }


def stands_in(value, texts):
    """Tell whether a printed value occurs, and not as a piece of a longer number."""
    wanted = re.escape(squeeze(value))
    if value[:1].isdigit():
        wanted = rf"(?<![\d.]){wanted}"
    if value[-1:].isdigit():
        wanted = rf"{wanted}(?!\d|\.\d)"
    return any(re.search(wanted, text) for text in texts)


def test_a_value_is_not_found_inside_a_longer_number():
    assert stands_in("4877.10", ["面积4877.10平方公里"])
    assert stands_in("23", ["380.18 23 %"])
    assert not stands_in("23", ["2023年", "0.23%", "23.5%"])


def test_headings_of_the_contents_are_not_taken_for_those_of_the_body():
    contents = "第一章 现状\t- 6 -\n一、面积.....3\n"
    plan = Body(contents + "[bookmark: x]第一章 现状\n一、面积\n\t5\n平方公里\n")
    assert plan.chain("第一章 现状 > 一、面积") == [0, 5]
    assert plan.text == "第一章现状一、面积5平方公里"


@EVERY_PLAN
def test_every_section_of_the_tables_is_a_chain_of_headings_of_the_body(slug):
    lost = [s for s in sections_of_tables(slug) if body(slug).chain(s) is None]
    assert not lost


@EVERY_PLAN
def test_every_section_of_the_document_is_a_chain_of_headings_of_the_body(slug):
    lost = [s for s in sections_of_document(slug) if body(slug).chain(s) is None]
    assert not lost


@EVERY_PLAN
def test_every_heading_stands_below_the_one_named_before_it(slug):
    """A heading of section two is not taken for one that section one lacks."""
    sections = [*sections_of_tables(slug), *sections_of_document(slug)]
    chains = {section: body(slug).chain(section) or () for section in sections}
    depths = {}
    for chain in chains.values():
        for depth, start in enumerate(chain):
            depths[start] = min(depth, depths.get(start, depth))
    crossing = [
        section
        for section, chain in chains.items()
        for level, (upper, lower) in enumerate(itertools.pairwise(chain))
        if any(upper < at < lower and depth <= level for at, depth in depths.items())
    ]
    assert not crossing


@EVERY_PLAN
def test_every_printed_figure_stands_in_its_section(slug):
    texts = stretches(slug)
    lost = [
        (row["figure_id"], row["value"], row["section"])
        for row in rows(slug, "figures")
        if not stands_in(row["value"], texts.get(row["section"], ()))
    ]
    assert not lost


@EVERY_PLAN
def test_every_unit_is_printed_in_the_section_of_its_figure(slug):
    texts = stretches(slug)
    lost = [
        (row["figure_id"], row["unit"], row["section"])
        for row in rows(slug, "figures")
        if row["unit"] in UNIT_PRINTED
        and not any(p in texts[row["section"]][0] for p in UNIT_PRINTED[row["unit"]])
    ]
    assert not lost


@EVERY_PLAN
@pytest.mark.parametrize("table", ["indicators", "projects", "land_use"])
def test_every_number_of_the_other_tables_stands_in_its_section(slug, table):
    texts = stretches(slug)
    lost = [
        (line, column, number)
        for line, row in enumerate(rows(slug, table), 2)
        for column in PRINTED[table]
        for number in NUMBER.findall(row[column])
        if not stands_in(number, texts.get(row["section"], ()))
    ]
    assert not lost


@EVERY_PLAN
def test_every_project_and_indicator_has_the_name_that_the_text_prints(slug):
    whole = body(slug).text
    lost = [
        row["name"]
        for table in ("indicators", "projects")
        for row in rows(slug, table)
        if squeeze(row["name"]) not in whole
    ]
    assert not lost


@EVERY_PLAN
def test_every_zone_and_its_units_have_the_names_that_the_text_prints(slug):
    body(slug)  # skips first
    names = []
    for zone in document(slug).get("zones", ()):
        names.append(zone["name"])
        for unit in zone["units"]:
            names += [unit["name"], *unit.get("villages", ())]
    assert [n for n in names if squeeze(n) not in body(slug).text] == []


@cache
def whole_sections(slug):
    """Return, by section of the document, its text with all that stands below it."""
    text = body(slug)
    every = [*sections_of_tables(slug), *sections_of_document(slug)]
    chains = {s: chain for s in every if (chain := text.chain(s))}
    found = {"目录": text.contents}
    for section, chain in chains.items():
        ends = (c[len(chain) - 1] for c in chains.values() if len(c) >= len(chain))
        higher = (c[-1] for c in chains.values() if len(c) < len(chain))
        later = [at for at in (*ends, *higher) if at > chain[-1]]
        found[section] = text.text[chain[-1] : min(later, default=None)]
    return found


@EVERY_PLAN
def test_every_printed_name_variant_stands_in_its_section(slug):
    texts = whole_sections(slug)
    lost = [
        (name, section)
        for variant in document(slug).get("name_variants", ())
        for name, section in zip(variant["names"], variant["sections"], strict=False)
        if section and squeeze(name) not in texts[section]
    ]
    assert not lost


@EVERY_PLAN
def test_every_name_variant_has_at_least_two_forms_and_a_section_for_each(slug):
    odd = [
        variant["names"]
        for variant in document(slug).get("name_variants", ())
        if len(set(variant["names"])) < 2
        or len(variant["names"]) != len(variant["sections"])
    ]
    assert not odd


def texts_of(value, key=""):
    """Return (key, text) of every text below a TOML value."""
    if isinstance(value, str):
        return [(key, value)]
    if isinstance(value, dict):
        return [pair for k, v in value.items() for pair in texts_of(v, k)]
    if isinstance(value, list):
        return [pair for v in value for pair in texts_of(v, key)]
    return []


def own_words(slug):
    """Return (column, text) of every cell that is no name, heading or list of names."""
    found = texts_of(document(slug))
    for table in TABLES:
        found += [pair for row in rows(slug, table) for pair in row.items()]
    return [(key, text) for key, text in found if key not in NAMED]


@EVERY_PLAN
def test_no_sentence_of_the_text_is_copied(slug):
    """Facts are ours to keep, sentences are not: a clause of 25 characters or more,
    or any stretch of 40, that stands so in the text."""
    whole = body(slug).text
    copied = [
        (key, text)
        for key, text in own_words(slug)
        for squeezed in [squeeze(text)]
        if squeezed in whole
        and (
            len(squeezed) > 40 or (len(squeezed) >= 25 and re.search("[，。；]", text))
        )
    ]
    assert not copied


@EVERY_PLAN
def test_no_cell_but_a_list_of_names_is_longer_than_a_note(slug):
    body(slug)  # skips with the rest, so that one reason shows
    listed = {"derived", "at_most", "location", "size"}
    long = [
        (key, text)
        for key, text in own_words(slug)
        if key not in listed and len(text) > 120
    ]
    assert not long
