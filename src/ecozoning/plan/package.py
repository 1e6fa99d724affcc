"""A whole plan in one GeoPackage, and back without loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from ecozoning.errors import ParameterError, PlanDataError
from ecozoning.io.layers import read_tables, write_tables
from ecozoning.plan.document import check_document
from ecozoning.plan.files import read_vocabulary, with_numbers
from ecozoning.plan.layers import plain_parts, zone_columns
from ecozoning.plan.model import Plan
from ecozoning.plan.references import check_references
from ecozoning.plan.schema import COLUMNS, check_figures, check_rows

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["read_plan", "write_package"]

LAYERS: Final = (
    "boundary",
    "zones",
    "townships",
    "pattern",
    "redlines",
    "protected_areas",
)
FORMAT: Final = "ecozoning plan 1"
_NEEDED: Final = {
    "boundary": ("name",),
    "townships": ("code", "name"),
    "zones": (*zone_columns(), "area_km2", "share_percent", "geometry_kind"),
}


def write_package(plan: Plan, path: str | PathLike[str]) -> None:
    """Write the layers, tables and document of a plan into one GeoPackage."""
    target = Path(path)
    if target.suffix.lower() != ".gpkg":
        msg = f"`path` is {target.name!r}; give a file name that ends in .gpkg."
        raise ParameterError(msg)
    tables: dict[str, pd.DataFrame] = {name: getattr(plan, name) for name in LAYERS}
    tables["corridors"] = plan.corridors  # for GIS users; read back from the pattern
    tables |= {name: getattr(plan, name) for name in COLUMNS}
    tables["plan"] = pd.DataFrame(
        {
            "key": ["format", "document"],
            "value": [FORMAT, json.dumps(plan.document, ensure_ascii=False)],
        }
    )
    write_tables(target, tables)


def read_plan(path: str | PathLike[str]) -> Plan:
    """
    Read a plan that `Plan.to_gpkg` has written.

    Parameters
    ----------
    path : path-like
        The GeoPackage.

    Returns
    -------
    Plan
        Equal to the plan that was written, the user's own zones included.

    Raises
    ------
    InputError
        If the file does not exist or is no GeoPackage.
    PlanDataError
        If it holds no plan, or its tables were changed so that they break the schema.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import ecozoning as ez
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "plan.gpkg"
    ...     ez.load_plan("guyang").to_gpkg(file)
    ...     len(ez.read_plan(file).zones)
    4
    """
    source = Path(path)
    tables = read_tables(source)
    document = _document(tables, source.name)
    missing = [name for name in (*LAYERS, *COLUMNS) if name not in tables]
    if missing:
        msg = f"{source.name} lacks the layer {missing[0]!r}; export the plan again."
        raise PlanDataError(msg, missing=tuple(missing))
    vocabulary = read_vocabulary()
    check_document(document, vocabulary, source.name)
    texts = {name: _texts(tables[name], name, source.name) for name in COLUMNS}
    _check_texts(texts, vocabulary, source.name)
    texts["figures"] = with_numbers(texts["figures"])
    check_references(document, texts)
    layers = {name: _layer(tables[name], name, source.name) for name in LAYERS}
    return Plan(document, texts, layers, vocabulary)


def _document(tables: dict[str, pd.DataFrame], file: str) -> dict[str, Any]:
    table = tables.get("plan", pd.DataFrame(columns=["key", "value"]))
    values = dict(zip(table.get("key", ()), table.get("value", ()), strict=False))
    if values.get("format") != FORMAT:
        msg = f"{file} holds no plan; write one with `Plan.to_gpkg`."
        raise PlanDataError(msg)
    try:
        content = json.loads(str(values.get("document")))
    except json.JSONDecodeError as error:
        msg = f"{file}, table 'plan': the document is not valid JSON ({error})."
        raise PlanDataError(msg) from error
    if not isinstance(content, dict):
        msg = f"{file}, table 'plan': the document is no table of keys and values."
        raise PlanDataError(msg)
    return content


def _texts(table: pd.DataFrame, name: str, file: str) -> pd.DataFrame:
    """Return a text table with its columns in order; a database NULL is empty text."""
    columns = list(COLUMNS[name])
    absent = [column for column in columns if column not in table.columns]
    if absent:
        msg = f"{file}, table {name!r} lacks the column {absent[0]!r}."
        raise PlanDataError(msg, missing=tuple(absent))
    return table[columns].fillna("").astype("str")


def _check_texts(texts: dict[str, pd.DataFrame], vocabulary: Any, file: str) -> None:  # noqa: ANN401 -- pandas records
    for name, table in texts.items():
        records = table.to_dict("records")
        rows = [
            (line, {str(k): str(v) for k, v in record.items()})
            for line, record in enumerate(records, 1)
        ]
        where = f"{file}, table {name}"
        if name == "figures":
            check_figures(rows, vocabulary, where)
        else:
            check_rows(name, rows, where)


def _layer(table: pd.DataFrame, name: str, file: str) -> gpd.GeoDataFrame:
    """Return a layer in the form in which plans hold it."""
    lacking = [c for c in _NEEDED.get(name, ()) if c not in table.columns]
    if lacking:
        msg = f"{file}, layer {name!r} lacks the column {lacking[0]!r}."
        raise PlanDataError(msg, missing=tuple(lacking))
    texts = {c: "str" for c in table.columns if table[c].dtype == object}
    layer = gpd.GeoDataFrame(table.astype(texts))
    if "geometry" not in layer.columns:
        layer = layer.set_geometry(gpd.GeoSeries([None] * len(layer)))
    return plain_parts(layer.set_crs("EPSG:4490", allow_override=layer.crs is None))
