"""From the files of a plan folder to checked tables and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from ecozoning.errors import PlanDataError
from ecozoning.io.layers import read_geojson
from ecozoning.io.packaged import data_dir
from ecozoning.io.tables import read_csv_rows, read_toml
from ecozoning.plan.document import check_document
from ecozoning.plan.numbers import parse_number
from ecozoning.plan.schema import (
    COLUMNS,
    OPTIONAL,
    Vocabulary,
    check_figures,
    check_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import geopandas as gpd

__all__ = ["read_document", "read_layer", "read_tables", "read_vocabulary"]

LAYER_FILES: Final = ("boundary", "townships", "zones")


def read_vocabulary() -> Vocabulary:
    """Return the controlled words of the packaged plans."""
    return Vocabulary(read_toml(data_dir() / "plans" / "vocabulary.toml"))


def read_document(folder: Path, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the checked `plan.toml` of a folder."""
    if not folder.is_dir():
        msg = f"plan folder {str(folder)!r} does not exist."
        raise PlanDataError(msg)
    return check_document(read_toml(folder / "plan.toml"), vocabulary, "plan.toml")


def read_tables(folder: Path, vocabulary: Vocabulary) -> dict[str, pd.DataFrame]:
    """Return the checked tables of a plan folder, text as printed."""
    tables = {}
    for name, columns in COLUMNS.items():
        path = folder / f"{name}.csv"
        if name in OPTIONAL and not path.exists():
            tables[name] = pd.DataFrame(columns=list(columns), dtype="str")
            continue
        rows = read_csv_rows(path, columns)
        if name == "figures":
            check_figures(rows, vocabulary, path.name)
        else:
            check_rows(name, rows, path.name)
        tables[name] = pd.DataFrame(
            [row for _, row in rows], columns=list(columns), dtype="str"
        )
    tables["figures"] = with_numbers(tables["figures"])
    return tables


def with_numbers(figures: pd.DataFrame) -> pd.DataFrame:
    """Add the column `number`: the printed value as a float, angles in degrees."""
    numbers = [parse_number(text) for text in figures["value"]]
    out = figures.drop(columns="number", errors="ignore")
    place = list(out.columns).index("value") + 1
    out.insert(place, "number", pd.Series(numbers, dtype="float64"))
    return out


def read_layer(name: str, folders: Iterable[Path]) -> gpd.GeoDataFrame | None:
    """Return a layer from the first folder that has it, or None."""
    for folder in folders:
        path = folder / f"{name}.geojson"
        if path.exists():
            return read_geojson(path)
    return None
