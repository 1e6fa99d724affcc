"""The packaged plans: list them, load one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ecozoning.errors import PlanDataError, UnknownPlanError
from ecozoning.io.packaged import data_dir, plan_dir, plan_slugs
from ecozoning.plan.features import (
    pattern_layer,
    protected_area_layer,
    redline_layer,
)
from ecozoning.plan.files import (
    read_document,
    read_layer,
    read_tables,
    read_vocabulary,
)
from ecozoning.plan.layers import plain_parts, published, zone_layer
from ecozoning.plan.model import Plan
from ecozoning.plan.references import check_references

if TYPE_CHECKING:
    from os import PathLike

    import geopandas as gpd

__all__ = ["list_plans", "load_plan"]


def list_plans() -> pd.DataFrame:
    """
    List the packaged plans.

    Returns
    -------
    pandas.DataFrame
        One row per plan: ``slug``, ``name``, ``name_en``, ``adcode``, ``area_km2`` (as
        the plan publishes it), ``base_year``, ``end_year``, ``n_zones``, ``pattern``.

    Raises
    ------
    PlanDataError
        If the packaged data cannot be read.

    Examples
    --------
    >>> import ecozoning as ez
    >>> ez.list_plans()[["slug", "name", "n_zones"]]
           slug      name  n_zones
    0    guyang       固阳县        4
    1   jinping       锦屏县        3
    2     mulei  木垒哈萨克自治县        0
    3  shanggao       上高县        3
    4  shanshan       鄯善县        4
    """
    plans = [load_plan(slug) for slug in plan_slugs()]
    rows = [
        {
            "slug": plan.slug,
            "name": plan.name,
            "name_en": plan.name_en,
            "adcode": plan.adcode,
            "area_km2": published(
                plan.figures, str(plan.document["county"]["area"]), "km2"
            ),
            "base_year": plan.base_year,
            "end_year": plan.end_year,
            "n_zones": len(plan.document.get("zones", ())),
            "pattern": plan.pattern_name,
        }
        for plan in plans
    ]
    return pd.DataFrame(rows)


def load_plan(plan: str | int | PathLike[str]) -> Plan:
    """
    Load a packaged plan, or one from a folder of your own.

    Parameters
    ----------
    plan : str, int or path-like
        Slug (``"shanggao"``), Chinese name (``"上高县"``, ``"上高"``) or administrative
        code (``"360923"``); or a `pathlib.Path` to a folder with ``plan.toml`` and the
        tables. Layers that such a folder lacks are taken from the packaged county of
        the same slug.

    Returns
    -------
    Plan
        The plan with its tables and layers.

    Raises
    ------
    UnknownPlanError
        If no packaged plan has this slug, name or code; the message lists them.
    PlanDataError
        If a file is missing or breaks the schema: file, line and column are named.

    Examples
    --------
    >>> import ecozoning as ez
    >>> ez.load_plan("上高县").zones["short_name_en"].tolist()
    ['NE Jinjiang', 'South-centre Mengshan', 'SW Moshan']
    >>> ez.load_plan("360923").slug
    'shanggao'
    """
    if isinstance(plan, Path) or (isinstance(plan, str) and _looks_like_path(plan)):
        return _load(Path(plan))
    names = _names()
    key = str(plan).strip()
    if key not in names:
        msg = f"no packaged plan is called {key!r}; use one of {_known()}."
        raise UnknownPlanError(msg)
    return _load(plan_dir(names[key]))


def _looks_like_path(text: str) -> bool:
    return "/" in text or "\\" in text


@cache
def _names() -> dict[str, str]:
    """Return every name of every packaged plan, and its slug."""
    vocabulary = read_vocabulary()
    names: dict[str, str] = {}
    for slug in plan_slugs():
        document = read_document(plan_dir(slug), vocabulary)
        name = str(document["name"])
        short = name.removesuffix("哈萨克自治县").removesuffix("县")
        for key in (slug, name, short, f"{short}县", str(document["adcode"])):
            names[key] = slug
    return names


def _known() -> str:
    by_slug = {slug: [] for slug in _names().values()}  # type: dict[str, list[str]]
    for name, slug in _names().items():
        by_slug[slug].append(name)
    return "; ".join(", ".join(names) for names in by_slug.values())


def _load(folder: Path) -> Plan:
    vocabulary = read_vocabulary()
    document = read_document(folder, vocabulary)
    tables = read_tables(folder, vocabulary)
    folders = [folder, data_dir() / "boundaries" / str(document["slug"])]
    boundary = read_layer("boundary", folders)
    townships = read_layer("townships", folders)
    if boundary is None or townships is None:
        lacking = "boundary" if boundary is None else "townships"
        msg = (
            f"{lacking}.geojson is missing in {str(folder)!r}, and no packaged county "
            f"has the slug {document['slug']!r}; put the layer into the folder."
        )
        raise PlanDataError(msg)
    check_references(document, tables)
    figures = tables["figures"]

    def place(name: str) -> gpd.GeoDataFrame | None:
        return read_layer(name, folders)

    layers = {
        "boundary": plain_parts(boundary),
        "townships": townships,
        "zones": zone_layer(
            document, figures, read_layer("zones", folders), vocabulary
        ),
        "pattern": pattern_layer(document, place("pattern"), place("corridors")),
        "redlines": redline_layer(figures, place("redlines")),
        "protected_areas": protected_area_layer(
            document, figures, place("protected_areas")
        ),
    }
    return Plan(document, tables, layers, vocabulary)
