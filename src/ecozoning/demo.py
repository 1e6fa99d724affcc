"""The demonstration: every packaged county to tables, maps and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecozoning.io.atomic import output_folder
from ecozoning.io.tables import write_csv_rows
from ecozoning.maps import save_sheet
from ecozoning.plan import load_plan
from ecozoning.report import Language, area_report, finding_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd

    from ecozoning.plan import Plan

__all__ = ["CountyResult", "run_demo"]


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
