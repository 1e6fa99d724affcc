"""The demonstration: files of each county, results one by one."""

import math
from pathlib import Path

import pandas as pd
import pytest

import ecozoning as ez
from ecozoning import demo
from ecozoning.demo import STEPS, CountyResult, demo_text, run_demo
from ecozoning.errors import OutputError
from ecozoning.io.packaged import plan_slugs
from ecozoning.report import area_report, finding_counts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run the demonstration on a county with zones and areas, and on one without."""
    folder = tmp_path_factory.mktemp("demo") / "a" / "out"
    calls = []
    results = list(
        run_demo(["guyang", "mulei"], folder, progress=lambda *call: calls.append(call))
    )
    return folder, results, calls


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_every_county_gets_a_table_a_map_and_a_package(made):
    folder, _, _ = made
    ends = ("csv", "gpkg", "png")
    assert names(folder) == [f"{s}.{e}" for s in ("guyang", "mulei") for e in ends]


def test_results_name_their_files_and_their_plan(made):
    folder, results, _ = made
    assert [r.plan.slug for r in results] == ["guyang", "mulei"]
    assert results[0].files == tuple(
        folder / f"guyang.{end}" for end in ("csv", "png", "gpkg")
    )


def test_progress_is_told_before_each_step_in_order(made):
    _, _, calls = made
    assert calls == [(slug, step) for slug in ("guyang", "mulei") for step in STEPS]


def test_table_holds_the_areas_as_reported(made):
    folder, [guyang, _], _ = made
    table = pd.read_csv(folder / "guyang.csv", encoding="utf-8-sig")
    assert table["name"].tolist() == guyang.areas["name"].tolist()
    assert table["published_area_km2"].tolist() == [
        1619.28,
        2501.41,
        317.9,
        438.51,
        4877.1,
    ]


def test_table_opens_in_spreadsheets_with_its_chinese(made):
    folder, _, _ = made
    assert (folder / "guyang.csv").read_bytes().startswith(b"\xef\xbb\xbfname,")


def test_figure_that_the_plan_does_not_publish_is_an_empty_cell(made):
    folder, [guyang, _], _ = made
    assert math.isnan(guyang.areas["published_share_percent"].iloc[0])
    assert "nan" not in (folder / "guyang.csv").read_text(encoding="utf-8")


def test_map_is_a_picture_of_a_page(made):
    folder, _, _ = made
    head = (folder / "guyang.png").read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    width, height = (int.from_bytes(head[n : n + 4], "big") for n in (16, 20))
    assert width / height == pytest.approx(297 / 210, abs=0.01)


def test_package_holds_the_whole_plan(made):
    folder, _, _ = made
    assert ez.read_plan(folder / "mulei.gpkg").name == "木垒哈萨克自治县"


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_readme_shows_what_the_demonstration_prints(readme):
    shown = (ROOT / readme).read_text(encoding="utf-8").split("<!-- demo-output -->")[1]
    pieces = shown.split("```")[1].removeprefix("text\n").split("\n…\n")
    printed = demo_text([found_of(slug) for slug in plan_slugs()])
    assert len(pieces) == 3
    assert [piece for piece in pieces if piece.strip() not in printed] == []


def found_of(slug):
    """Return what the demonstration finds of a county, without writing anything."""
    plan = ez.load_plan(slug)
    files = tuple(Path(f"{slug}.{end}") for end in ("csv", "png", "gpkg"))
    return CountyResult(plan, area_report(plan), finding_counts(plan.audit()), files)


def test_text_of_a_county_without_zones_says_so_in_either_language(made):
    _, [_, mulei], _ = made
    assert "未划分国土空间生态修复分区" in demo_text([mulei])
    assert "The plan defines no zones." in demo_text([mulei], language="en")


def test_findings_are_counted(made):
    _, [guyang, _], _ = made
    found = guyang.plan.audit()
    assert sum(guyang.findings.values()) == len(found)
    assert guyang.findings["error"] == (found["severity"] == "error").sum()


def test_counties_come_one_by_one(tmp_path):
    results = run_demo(["mulei", "guyang"], tmp_path)
    assert next(results).plan.slug == "mulei"
    assert names(tmp_path) == ["mulei.csv", "mulei.gpkg", "mulei.png"]
    results.close()


def test_english_tables_have_english_names(tmp_path):
    [result] = run_demo(["guyang"], tmp_path, language="en")
    assert result.areas["name"].iloc[-1] == "total"
    assert result.areas["name"].iloc[0].isascii()


def test_folder_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    calls = []
    with pytest.raises(OutputError, match=r"out' cannot be written"):
        list(
            run_demo(["guyang"], tmp_path / "out", progress=lambda *c: calls.append(c))
        )
    assert calls == []
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("end", "left"),
    [("csv", []), ("png", ["guyang.csv"]), ("gpkg", ["guyang.csv", "guyang.png"])],
)
def test_file_that_cannot_be_written_leaves_whole_files_only(tmp_path, end, left):
    # A folder stands where the file should go.
    (tmp_path / f"guyang.{end}").mkdir()
    with pytest.raises(OutputError, match=rf"guyang\.{end}' could not be written"):
        list(run_demo(["guyang"], tmp_path))
    assert names(tmp_path) == sorted([*left, f"guyang.{end}"])


def test_disk_that_fills_leaves_no_half_file(tmp_path, monkeypatch):
    def fill(_sheet, path, **_options):
        raise OutputError(f"{path} could not be written (No space left on device).")

    monkeypatch.setattr(demo, "save_sheet", fill)
    with pytest.raises(OutputError, match="No space left"):
        list(run_demo(["guyang"], tmp_path))
    assert names(tmp_path) == ["guyang.csv"]
