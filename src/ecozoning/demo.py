"""The demonstration: every packaged county to tables, maps and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ecozoning.io.atomic import output_folder
from ecozoning.io.tables import write_csv_rows
from ecozoning.maps import save_sheet
from ecozoning.plan import load_plan
from ecozoning.report import (
    Language,
    area_report,
    as_text,
    finding_counts,
    no_zones,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ecozoning.plan import Plan

__all__ = ["CountyResult", "demo_text", "run_demo"]


@dataclass(frozen=True)
class CountyResult:
    """What the demonstration made of one county."""

    plan: Plan
    areas: pd.DataFrame
    findings: dict[str, int]
    files: tuple[Path, ...]


STEPS = ("load", "areas", "audit", "map", "geopackage")


def run_demo(
    slugs: list[str],
    folder: Path,
    *,
    language: Language = "zh",
    progress: Callable[[str, str], None] = lambda county, step: None,
) -> Iterator[CountyResult]:
    """
    Write table, map and GeoPackage of each county, and yield what was found.

    Parameters
    ----------
    slugs : list of str
        Packaged plans.
    folder : pathlib.Path
        Where `<slug>.csv`, `<slug>.png` and `<slug>.gpkg` go; made if missing.
    language : {"zh", "en"}
        Language of tables and maps.
    progress : callable, optional
        Called with county and step before each of `STEPS`.

    Raises
    ------
    OutputError
        If the folder or a file in it cannot be written.
    """
    output_folder(folder)
    for slug in slugs:
        yield _county(slug, folder, language, progress)


def _county(
    slug: str,
    folder: Path,
    language: Language,
    progress: Callable[[str, str], None],
) -> CountyResult:
    table, sheet, package = (folder / f"{slug}.{end}" for end in ("csv", "png", "gpkg"))
    progress(slug, "load")
    plan = load_plan(slug)
    progress(slug, "areas")
    areas = area_report(plan, language)
    write_csv_rows(table, list(areas.columns), areas.to_numpy().tolist())
    progress(slug, "audit")
    counts = finding_counts(plan.audit())
    progress(slug, "map")
    save_sheet(plan.plot(language=language), sheet)
    progress(slug, "geopackage")
    plan.to_gpkg(package)
    return CountyResult(plan, areas, counts, (table, sheet, package))


def demo_text(
    results: Sequence[CountyResult],
    *,
    language: Language = "zh",
    width: int | None = None,
) -> str:
    """
    Tell what was found: the areas of each county, then the findings of all.

    Parameters
    ----------
    results : sequence of CountyResult
        What `run_demo` yields.
    language : {"zh", "en"}
        Language of headings and of what is said where there are no zones.
    width : int, optional
        Columns of the terminal; longer texts are folded.

    Returns
    -------
    str
        Tables of aligned text, one below the other.
    """
    rows = [
        {"name": r.plan.name, **r.findings, "files": " ".join(f.name for f in r.files)}
        for r in results
    ]
    title = "审计发现 Findings of the audit"
    found = as_text(pd.DataFrame(rows), title=title, language=language, width=width)
    return "\n".join([*(_areas_text(r, language, width) for r in results), found])


def _areas_text(result: CountyResult, language: Language, width: int | None) -> str:
    plan = result.plan
    title = f"{plan.name} {plan.name_en}"
    if not len(result.areas):
        return f"{title}\n\n  {no_zones(plan, language)}\n"
    return as_text(
        result.areas, title=title, language=language, width=width, total=True
    )
