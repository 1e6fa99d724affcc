"""Your own ruleset: what a file may replace, and what is refused, with its place."""

import re
from pathlib import Path

import pytest

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.rulesets import load_ruleset

ROOT = Path(__file__).resolve().parents[2]


OWN = """\
id = "own"
title = "本县阈值"
title_en = "our thresholds"
year = 2024
source = "our report"

[scales]
level = [
  { score = 1, label = "低", label_en = "low" },
  { score = 2, label = "高", label_en = "high" },
]

[tables.slope]
name = "坡度"
factor = "slope"
unit = "°"
kind = "intervals"
scale = "level"
source = "our report"
clause = "table 3"
confidence = "verified"
rows = [
  { interval = "(15, 90]", score = 2 },
  { interval = "[0, 15]", score = 1 },
]

[tables.cover]
name = "C"
factor = "cover"
unit = "class"
kind = "matrix"
value_unit = "1"
source = "our report"
clause = "table 4"
confidence = "verified"
columns = { factor = "slope", unit = "°", keys = [
  { interval = "[0, 15]" },
  { interval = "(15, 90]" },
] }
rows = [
  { category = "forest", name = "林地", scores = [0.1, 0.2] },
  { category = "shrub", name = "灌丛", scores = [0.3, 0.4] },
]
"""


COLUMNS = '{ interval = "[0, 15]" },\n  { interval = "(15, 90]" }'
REVERSED = '{ interval = "(15, 90]" },\n  { interval = "[0, 15]" }'
ORIGIN = 'source = "our report"\nclause = "table 3"\n'
KIND = 'kind = "intervals"'
FIRST = "score = 2 },\n  { i"
CHOICE = '[choices.c]\nwhy = "w"\noptions = { a = "slope" }\n\n[scales]'


@pytest.fixture
def own_file(tmp_path):
    """Return a writer of a ruleset file that differs from `OWN` in one place."""

    def write(old="", new="", text=OWN):
        assert old in text
        path = tmp_path / "own.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_own_file_is_loaded_by_its_path_and_sorted(own_file):
    table = load_ruleset(str(own_file()))["slope"]
    assert [str(row.key) for row in table.rows] == ["[0, 15]", "(15, 90]"]
    assert table.lookup([15, 16]).tolist() == [1, 2]


def test_own_file_on_a_base_replaces_the_tables_it_names_and_keeps_the_rest(own_file):
    text = """\
id = "ours"
title = "本县"
title_en = "ours"
year = 2024
source = "our report"
base = "redline2017"

[tables.local_relief]
name = "地形起伏度"
factor = "local_relief"
unit = "m"
kind = "intervals"
scale = "sensitivity_score"
source = "our report"
clause = "table 3"
confidence = "verified"
rows = [
  { interval = "[0, 100]", score = 1 },
  { interval = "(100, inf)", score = 3 },
]
"""
    ours, base = load_ruleset(own_file(text=text)), load_ruleset("redline2017")
    assert ours["local_relief"].lookup([80]).tolist() == [1]
    assert ours["aridity"] == base["aridity"]
    assert ours.choices == base.choices
    assert len(ours.tables) == len(base.tables)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"(15, 90]"',
            '"(10, 90]"',
            r"^own.toml, table 'slope', row 1 \(line 23\): .* from 10 to 15\.$",
        ),
        ('"(15, 90]"', '"[15, 90]"', r"overlap at 15; open one"),
        ('"(15, 90]"', '"(20, 90]"', r"gap from 15 to 20"),
        ('"[0, 15]", s', '"[0, 15)", s', r"gap at 15; close one"),
        (
            '"(15, 90]"',
            '"(90, 15]"',
            r"row 1 \(line 23\): interval \(90, 15\] has its ends turned",
        ),
        ('"(15, 90]"', '"(15, 15]"', r"holds no number"),
        ('"(15, 90]"', '"(15, inf]"', r"closes an endless end"),
        ('"(15, 90]"', '"15-90"', r"interval '15-90' cannot be read; write"),
        (
            '{ interval = "[0, 15]" }',
            '{ interval = "[0, 10]" }',
            r"'cover' \(line 27\): columns: .* gap from 10 to 15",
        ),
        (COLUMNS, REVERSED, r"columns: intervals should ascend"),
        ('clause = "table 3"\n', "", r"row 1 \(line 22\): clause is missing"),
        (ORIGIN, 'clause = "table 3"\n', "source is missing"),
        ('confidence = "verified"\n', "", "confidence is missing"),
        (
            'confidence = "verified"',
            'confidence = "likely"',
            "'likely' should be one of verified, code",
        ),
        (
            FIRST,
            "score = 3 },\n  { i",
            r"score 3 is not in the scale, which has \[1, 2\]",
        ),
        (FIRST, 'score = "2" },\n  { i', "score = '2' should be a number"),
        (
            FIRST,
            "skore = 2 },\n  { i",
            r"key 'skore' is unknown; the keys are interval, score",
        ),
        (
            "scores = [0.1, 0.2]",
            "scores = [0.1]",
            r"row 1 \(line 41\): has 1 scores for 2 columns",
        ),
        ("scores = [0.1, 0.2]", "scores = [0.1, nan]", "should be a finite number"),
        ('"shrub"', '"forest"', r"row 2 \(line 42\): category 'forest' is given twice"),
        ('"shrub"', '"tall shrub"', "should be one word, joined by _"),
        (
            'category = "shrub", name = "灌丛"',
            'interval = "[0, 1]"',
            "intervals and categories cannot stand in one list",
        ),
        ('scale = "level"', 'scale = "grade"', "'grade' is not defined under"),
        ('scale = "level"\n', "", "either a scale of scores or the value_unit"),
        (KIND, 'kind = "matrix"', "columns belong to kind 'matrix'"),
        (KIND, 'kind = "list"', "kind 'list' should be one of intervals"),
        (KIND, KIND + '\ndefault = "x"', "`default` and `why` go together"),
        (KIND, KIND + '\ndefault = "x"\nwhy = "y"', "default 'x' is no row of it"),
        (
            "{ score = 1, l",
            "{ score = 0, l",
            r"scale 'level': scores should rise, from 1 to 255",
        ),
        (
            "year = 2024",
            'year = "2024"',
            r"own.toml: year = '2024' should be a whole number",
        ),
        ('id = "own"\n', "", "own.toml: key 'id' is missing"),
        ('id = "own"', 'id = "Own Rules"', "should be of lower-case letters"),
        (
            "year = 2024",
            'year = 2024\nbase = "redline"',
            "base 'redline' is no packaged ruleset; use one of",
        ),
        ("year = 2024", "year = 2024\ninherit = []", "`inherit` needs a `base`"),
        (
            "year = 2024",
            'year = 2024\nbase = "eco2003"\ninherit = ["relief"]',
            "ruleset 'eco2003' has no table 'relief'",
        ),
        (
            "[scales]",
            CHOICE.replace("slope", "relief"),
            "choice 'c': table 'relief' does not exist",
        ),
        (
            "[scales]",
            CHOICE.replace("why", 'default = "b"\nwhy'),
            "default 'b' is no option",
        ),
        ("year = 2024", "year = ", "own.toml is not valid TOML"),
    ],
)
def test_damaged_file_is_refused_in_one_sentence_that_says_where(
    own_file, old, new, says
):
    with pytest.raises(SchemaError, match=says) as caught:
        load_ruleset(own_file(old, new))
    assert str(caught.value).endswith(".")
    assert caught.value.bad_rows


def test_all_faults_are_listed_not_only_the_first(own_file):
    text = OWN.replace(FIRST, "score = 7 },\n  { i")
    path = own_file("scores = [0.1, 0.2]", "scores = [0.1]", text)
    with pytest.raises(SchemaError, match=r"\(and 1 more\)\.$") as caught:
        load_ruleset(path)
    assert [
        "'slope'" in caught.value.bad_rows[0],
        "'cover'" in caught.value.bad_rows[1],
    ] == [True, True]


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ("redline", ParameterError, "no packaged ruleset; use one of dual2019draft"),
        ("nowhere.toml", SchemaError, "cannot be read .*; give the path"),
    ],
)
def test_what_is_no_ruleset_is_refused(asked, error, says):
    with pytest.raises(error, match=says):
        load_ruleset(asked)


def test_file_in_another_coding_is_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(OWN.encode("gbk"))
    with pytest.raises(SchemaError, match="is not UTF-8"):
        load_ruleset(path)


@pytest.mark.parametrize("page", ["docs/rulesets.md", "docs/zh/rulesets.md"])
def test_example_of_the_page_is_a_ruleset(page, own_file):
    text = (ROOT / page).read_text(encoding="utf-8")
    example = re.search(r"```toml\n(id = .*?)```", text, flags=re.DOTALL)[1]
    ours = load_ruleset(own_file(text=example))
    assert ours["local_relief"].lookup([150]).tolist() == [3]
    assert "aridity" in ours


def test_refusal_shown_on_the_page_is_what_the_example_gives_when_damaged(own_file):
    text = (ROOT / "docs" / "rulesets.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(id = .*?)```", text, flags=re.DOTALL)[1]
    shown = re.search(r"^ours.toml, (.*)$", text, flags=re.MULTILINE)[1]
    with pytest.raises(SchemaError, match=re.escape(shown)):
        load_ruleset(own_file("(100, 400]", "(120, 400]", example))


def test_rows_under_headers_of_their_own_are_found_by_line_too(own_file):
    cut = OWN.index("rows = [\n  { interval")
    rows = '[[tables.slope.rows]]\ninterval = "[0, 15]"\nscore = 1\n'
    text = OWN[:cut] + rows + rows.replace("[0, 15]", "(20, 90]")
    with pytest.raises(SchemaError, match=r"row 2 \(line 25\): .* gap from 15 to 20"):
        load_ruleset(own_file(text=text))
