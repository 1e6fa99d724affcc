"""The command line: what is printed, what is written, with which exit code."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ecozoning as ez
from ecozoning import cli
from ecozoning.errors import PlanDataError
from ecozoning.io import plan_dir

COMMANDS = ["plans", "stats", "audit", "fidelity", "map", "export", "demo"]
COUNTIES = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
SOURCE = str(Path(cli.__file__).parents[1])


@pytest.fixture
def call(capsys):
    """Return a caller of the command line: exit code, output, messages."""

    def run(*words):
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as stop:  # what argparse does
            code = stop.code
        done = capsys.readouterr()
        assert "Traceback" not in done.out + done.err
        return code, done.out, done.err

    return run


def process(*words, encoding="utf-8", **options):
    """Start the command line as a process of its own."""
    script = "import sys; from ecozoning.cli import main; sys.exit(main(sys.argv[1:]))"
    paths = os.pathsep.join([SOURCE, *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": paths}
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)],
        env=environment,
        stderr=subprocess.PIPE,
        **{"stdout": subprocess.PIPE, **options},
    )


def said(*words, **options):
    """Return exit code, output and messages of a process, as bytes."""
    with process(*words, **options) as started:
        out, err = started.communicate(timeout=120)
    return started.returncode, out, err


# --- help --------------------------------------------------------------------------


def test_help_names_every_command_and_the_exit_codes(call):
    code, out, _ = call("--help")
    assert code == 0
    assert all(re.search(rf"^    {name} ", out, re.MULTILINE) for name in COMMANDS)
    assert "exit codes: 0 done; 1 the data is wrong" in out


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("plans", "packaged plans"),
        ("stats", "[Aa]reas of a county's zones"),
        ("audit", "what a plan gets wrong"),
        ("fidelity", "how well"),
        ("map", "zoning map"),
        ("export", "GeoPackage"),
        ("demo", "every county"),
    ],
)
def test_help_of_a_command_says_what_it_does(call, command, words):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert re.search(words, out, re.IGNORECASE)


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_no_line_of_the_help_is_over_a_hundred_columns(call, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "100")
    _, out, _ = call(*filter(None, [command]), "--help")
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(call, command):
    # argparse prints an option without help alone on its line, or before the next one.
    _, out, _ = call(command, "--help")
    options = re.findall(r"^  (-[^\n]*(?:\n {24}\S[^\n]*)*)", out, re.MULTILINE)
    bare = [o for o in options if len(re.split(r"\s{2,}|\n\s+", o)) < 2]
    assert bare == []


def test_version_is_that_of_the_package(call):
    code, out, _ = call("--version")
    assert code == 0
    assert out == f"ecozoning {ez.__version__}\n"


# --- tables ------------------------------------------------------------------------


def test_plans_lists_the_five_counties(call):
    code, out, err = call("plans")
    assert (code, err) == (0, "")
    assert all(slug in out for slug in COUNTIES)


def test_plans_for_machines_has_a_row_for_each(call):
    code, out, _ = call("plans", "--format", "csv")
    table = pd.read_csv(io.StringIO(out))
    assert code == 0
    assert table["slug"].tolist() == COUNTIES
    assert table["n_zones"].tolist() == [4, 3, 0, 3, 4]


def test_plans_as_json_has_a_row_for_each(call):
    _, out, _ = call("plans", "--format", "json")
    assert [row["slug"] for row in json.loads(out)] == COUNTIES


@pytest.mark.parametrize("name", ["guyang", "固阳县", "固阳", "150222"])
def test_county_goes_by_slug_name_or_code(call, name):
    code, out, _ = call("stats", name)
    assert code == 0
    assert "固阳县" in out


def test_stats_shows_published_beside_computed(call):
    # The plan prints 1619.28, 2501.41, 317.90 and 438.51 km2.
    _, out, _ = call("stats", "guyang")
    for area in ("1,619.28", "2,501.41", "317.90", "438.51"):
        assert area in out
    assert "合计" in out


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_stats_for_machines_holds_all_zones_in_numbers(call, kind):
    code, out, err = call("stats", "guyang", "--format", kind)
    rows = (
        pd.read_csv(io.StringIO(out)).to_dict("records")
        if kind == "csv"
        else json.loads(out)
    )
    names = [row["name"] for row in rows]
    assert (code, err) == (0, "")
    assert names[:4] == ez.load_plan("guyang").zones["name"].tolist()
    assert [row["published_area_km2"] for row in rows[:4]] == [
        1619.28,
        2501.41,
        317.9,
        438.51,
    ]


def test_stats_in_english_has_no_chinese_in_its_table(call):
    _, out, _ = call("stats", "guyang", "--language", "en")
    title, *table = out.strip().splitlines()
    assert "固阳" in title  # the plan's own
    assert re.search("[一-鿿]", "".join(table)) is None
    assert "published km²" in out


def test_county_without_zones_says_why(call):
    code, out, err = call("stats", "mulei")
    assert code == 0
    assert out == ""
    assert "木垒" in err
    assert "未划分" in err


@pytest.mark.parametrize(("kind", "text"), [("json", []), ("csv", None)])
def test_county_without_zones_gives_machines_a_table_without_rows(call, kind, text):
    code, out, _ = call("stats", "mulei", "--format", kind)
    assert code == 0
    if kind == "json":
        assert json.loads(out) == text
    else:
        assert len(pd.read_csv(io.StringIO(out))) == 0


def test_plan_of_my_own_is_read_from_its_folder(call, tmp_path):
    mine = shutil.copytree(plan_dir("guyang"), tmp_path / "mine")
    code, out, _ = call("stats", mine)
    assert code == 0
    assert "2,501.41" in out


# --- findings ----------------------------------------------------------------------


def test_findings_give_exit_code_one_and_are_counted(call):
    found = ez.load_plan("guyang").audit()
    errors = (found["severity"] == "error").sum()
    code, out, err = call("audit", "guyang")
    assert (code, err) == (1, "")
    assert f"错误 {errors}  " in out
    assert "5170" in out  # the river basins that are larger than the county


def test_findings_in_english(call):
    code, out, _ = call("audit", "guyang", "--language", "en")
    assert code == 1
    assert re.search(r"^error \d+  warning \d+  note \d+$", out, re.MULTILINE)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_findings_for_machines_are_all_there(call, kind):
    found = ez.load_plan("guyang").audit()
    code, out, _ = call("audit", "guyang", "--format", kind)
    table = (
        pd.read_csv(io.StringIO(out))
        if kind == "csv"
        else pd.DataFrame(json.loads(out))
    )
    assert code == 1
    assert table["message"].tolist() == found["message"].tolist()
    assert list(table.columns) == list(found.columns)


def test_plan_without_findings_gives_exit_code_zero(call, monkeypatch):
    none = ez.load_plan("guyang").audit().iloc[:0]
    monkeypatch.setattr(ez.Plan, "audit", lambda _: none)
    code, out, _ = call("audit", "guyang")
    assert code == 0
    assert "错误 0" in out


# --- files -------------------------------------------------------------------------


def test_map_is_written_and_its_name_printed(call, tmp_path):
    file = tmp_path / "guyang.png"
    code, out, err = call("map", "guyang", "-o", file, "--dpi", "60")
    assert (code, out, err) == (0, f"{file}\n", "")
    assert file.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [file]


def test_map_with_layers_names_the_corridors(call, tmp_path):
    plain, over = tmp_path / "plain.svg", tmp_path / "over.svg"
    assert call("map", "-o", plain, "--layers", "redlines", "jinping")[0] == 0
    assert call("map", "-o", over, "--layers", "redlines,corridors", "jinping")[0] == 0
    assert "亮江生态廊道" in over.read_text(encoding="utf-8")
    assert "亮江生态廊道" not in plain.read_text(encoding="utf-8")


def test_map_has_every_layer_unless_there_are_to_be_none(call, tmp_path):
    whole, plain = tmp_path / "whole.svg", tmp_path / "plain.svg"
    assert call("map", "jinping", "-o", whole)[0] == 0
    assert call("map", "-o", plain, "--layers", "none", "jinping")[0] == 0
    assert "亮江生态廊道" in whole.read_text(encoding="utf-8")
    assert "亮江" in plain.read_text(encoding="utf-8")  # a zone
    assert "生态廊道" not in plain.read_text(encoding="utf-8")


def test_map_refuses_a_layer_that_there_is_not(call, tmp_path):
    file = tmp_path / "over.svg"
    code, out, err = call("map", "jinping", "-o", file, "--layers", "corridor")
    assert code != 0
    assert out == ""
    assert "corridors" in err
    assert not file.exists()


def test_fidelity_prints_its_rows_and_the_score(call):
    code, out, err = call("fidelity", "shanggao")
    score = ez.load_plan("shanggao").fidelity()
    met = int(score["within"].sum())
    assert (code, err) == (0, "")
    assert "nan" not in out
    assert str(met) in out.splitlines()[-1]
    assert str(len(score)) in out.splitlines()[-1]


def test_fidelity_explains_in_chinese_unless_asked_otherwise(call):
    _, out, _ = call("fidelity", "shanggao")
    assert "原因" in out
    assert not re.search(r"[A-Za-z]{4,}", out)  # km, hm2 are units
    _, out, _ = call("fidelity", "shanggao", "--language", "en")
    assert "coarse DEM" in out
    assert "高程数据" not in out


def test_fidelity_for_machines_has_both_explanations(call):
    _, out, _ = call("fidelity", "shanggao", "--format", "csv")
    assert ",explanation,explanation_zh," in out.splitlines()[0]
    _, out, _ = call("fidelity", "shanggao", "--format", "json")
    missed = next(row for row in json.loads(out) if not row["within"])
    assert missed["explanation"].startswith("coarse DEM")
    assert missed["explanation_zh"].startswith("高程数据过粗")


def test_export_is_written_and_reads_back(call, tmp_path):
    file = tmp_path / "guyang.gpkg"
    code, out, err = call("export", "guyang", "-o", file)
    assert (code, out, err) == (0, f"{file}\n", "")
    assert ez.read_plan(file).name == "固阳县"
    assert list(tmp_path.iterdir()) == [file]


def test_demo_prints_tables_and_writes_the_files(call, tmp_path, monkeypatch):
    monkeypatch.setattr("ecozoning.io.packaged.plan_slugs", lambda: ["guyang"])
    code, out, _ = call("demo", "-o", tmp_path / "out")
    assert code == 0
    assert "2,501.41" in out
    assert "审计发现" in out
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["guyang.csv", "guyang.gpkg", "guyang.png"]


@pytest.mark.parametrize(
    ("words", "name"), [(("map", "guyang"), "a.bmp"), (("export", "guyang"), "a.txt")]
)
def test_unknown_suffix_is_a_wrong_call(call, tmp_path, words, name):
    code, out, err = call(*words, "-o", tmp_path / name)
    assert (code, out) == (2, "")
    assert re.search(r"\.(png|gpkg)", err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "name"), [(("map", "guyang"), "a.png"), (("export", "guyang"), "a.gpkg")]
)
def test_output_that_cannot_be_written_is_exit_code_one(call, tmp_path, words, name):
    code, out, err = call(*words, "-o", tmp_path / "none" / name)
    assert (code, out) == (1, "")
    assert "does not exist; create it first" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "name"), [(("map", "guyang"), "a.png"), (("export", "guyang"), "a.gpkg")]
)
def test_folder_in_the_place_of_the_output_stays(call, tmp_path, words, name):
    (tmp_path / name).mkdir()
    code, _, err = call(*words, "-o", tmp_path / name)
    assert code == 1
    assert "could not be written" in err
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_demo_into_a_file_is_refused_and_leaves_it(call, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    code, out, err = call("demo", "-o", tmp_path / "out")
    assert (code, out) == (1, "")
    assert "cannot be written" in err
    assert "choose another folder" in err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("dpi", ["0", "-3", "1000000"])
def test_silly_resolution_is_a_wrong_call(call, tmp_path, dpi):
    code, _, err = call("map", "guyang", "-o", tmp_path / "a.png", "--dpi", dpi)
    assert code == 2
    assert "`dpi`" in err
    assert list(tmp_path.iterdir()) == []


# --- wrong calls -------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("stats", "atlantis"),
        ("audit", "atlantis"),
        ("map", "atlantis", "-o", "a.png"),
        ("export", "atlantis", "-o", "a.gpkg"),
        ("stats", ""),
    ],
)
def test_unknown_county_is_a_wrong_call_and_the_five_are_listed(call, words):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert all(slug in err for slug in COUNTIES)
    assert err.startswith("ecozoning: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("draw",),
        ("stats",),
        ("stats", "guyang", "--format", "xml"),
        ("stats", "guyang", "--language", "fr"),
        ("plans", "--colour"),
        ("map", "guyang"),
        ("map", "guyang", "-o", "a.png", "--dpi", "high"),
        ("export", "guyang"),
    ],
)
def test_bad_option_is_a_wrong_call_with_the_usage(call, words):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert err.startswith("usage: ecozoning")


def test_plan_folder_with_an_error_is_wrong_data(call, tmp_path):
    mine = shutil.copytree(plan_dir("guyang"), tmp_path / "mine")
    (mine / "figures.csv").unlink()
    code, out, err = call("stats", mine)
    assert (code, out) == (1, "")
    assert "figures.csv is missing" in err


def test_packaged_data_that_are_not_found_are_wrong_data(call, tmp_path, monkeypatch):
    monkeypatch.setenv("ECOZONING_DATA", str(tmp_path))
    code, _, err = call("plans")
    assert code == 1
    assert "ECOZONING_DATA" in err


# --- trouble -----------------------------------------------------------------------


def test_debug_shows_a_traceback():
    code, _, err = said("stats", "atlantis", "--debug")
    assert code != 0
    assert b"Traceback" in err
    assert b"UnknownPlanError" in err


def test_debug_passes_the_error_on():
    with pytest.raises(PlanDataError, match="does not exist"):
        cli.main(["stats", "./no/such/folder", "--debug"])


def test_interrupt_stops_without_a_traceback(call, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ez, "load_plan", stop)
    code, _, err = call("stats", "guyang")
    assert (code, err) == (130, "ecozoning: stopped.\n")


def test_reader_that_has_gone_is_no_error():
    with process("plans") as started:
        started.stdout.close()
        err = started.stderr.read()
        assert started.wait(timeout=120) == 0
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_full_disk_behind_the_output_is_said_in_a_sentence():
    with Path("/dev/full").open("wb") as full:
        code, _, err = said("plans", stdout=full)
    assert code == 1
    assert b"Traceback" not in err
    assert b"No space left" in err


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
@pytest.mark.parametrize("words", [("stats", "guyang"), ("--help",)])
def test_consoles_of_other_codings_get_a_table_too(words, encoding):
    # Windows gives a redirected output the code page of the system, and the Chinese one
    # has no ². What it cannot show may look odd; the numbers have to come.
    code, out, err = said(*words, encoding=encoding)
    assert (code, err) == (0, b"")
    assert (b"2,501.41" in out) == (words[0] == "stats")
