"""Packaged rulesets by id, and your own by path."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.rulesets.building import build_ruleset
from ecozoning.rulesets.model import Ruleset
from ecozoning.rulesets.schema import check_document

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["list_rulesets", "load_ruleset"]


def load_ruleset(id_or_path: str | Path | Ruleset) -> Ruleset:
    """
    Return a ruleset: the thresholds of one document, each with source and confidence.

    Parameters
    ----------
    id_or_path : str, pathlib.Path or Ruleset
        Id of a packaged ruleset (`list_rulesets`), or the path of your own TOML file; a
        text that ends in ``.toml`` is a path. A ruleset is returned as it is.

    Returns
    -------
    Ruleset
        Frozen; ``ruleset["local_relief"]`` is a table, `ruleset.unsure()` the rows that
        are from memory and unsure.

    Raises
    ------
    ParameterError
        If no packaged ruleset has the id.
    SchemaError
        If the file cannot be read as a ruleset: unknown or missing keys, a row without
        source or confidence, intervals that overlap, leave a gap or have their ends
        turned. `bad_rows` lists every fault by file, table, row and line.

    Examples
    --------
    >>> ruleset = load_ruleset("redline2017")
    >>> ruleset["local_relief"].lookup([20, 120, 480])
    array([1, 3, 5], dtype=uint8)
    >>> str(ruleset["local_relief"].rows[1].key)
    '(50, 300]'
    """
    if isinstance(id_or_path, Ruleset):
        return id_or_path
    if isinstance(id_or_path, Path) or str(id_or_path).endswith(".toml"):
        return _read(Path(id_or_path))
    known = _packaged()
    if id_or_path not in known:
        msg = (
            f"`id_or_path` {id_or_path!r} is no packaged ruleset; use one of "
            f"{', '.join(known)}, or the path of a file that ends in .toml."
        )
        raise ParameterError(msg)
    return _load_packaged(id_or_path)


def list_rulesets() -> pd.DataFrame:
    """
    Return what rulesets the package has.

    Returns
    -------
    pandas.DataFrame
        One row per ruleset, by id: id, title, title_en, year, source, n_tables, n_rows,
        n_unsure (rows that are from memory and unsure).

    Examples
    --------
    >>> list_rulesets().set_index("id").loc["sl190_2007", "source"]
    'SL 190-2007'
    """
    loaded = [_load_packaged(name) for name in _packaged()]
    return pd.DataFrame(
        {
            "id": [ruleset.id for ruleset in loaded],
            "title": [ruleset.title for ruleset in loaded],
            "title_en": [ruleset.title_en for ruleset in loaded],
            "year": [ruleset.year for ruleset in loaded],
            "source": [ruleset.source for ruleset in loaded],
            "n_tables": [len(ruleset.tables) for ruleset in loaded],
            "n_rows": [sum(len(t.rows) for t in ruleset.tables) for ruleset in loaded],
            "n_unsure": [_count_unsure(ruleset) for ruleset in loaded],
        }
    )


def _count_unsure(ruleset: Ruleset) -> int:
    rows = [row for table in ruleset.tables for row in table.rows]
    return sum(row.confidence == "unsure" for row in rows)


def _packaged() -> dict[str, Traversable]:
    folder = resources.files("ecozoning.rulesets")
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return {
        file.name.removesuffix(".toml"): file
        for file in sorted(files, key=lambda file: file.name)
    }


@cache
def _load_packaged(name: str) -> Ruleset:
    return _read(_packaged()[name])


def _read(file: Path | Traversable) -> Ruleset:
    text = _text_of(file)
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{file.name} is not valid TOML: {error}."
        raise SchemaError(msg, bad_rows=(msg,)) from error
    base = _base_of(document, file.name)
    inherited = base.scales if base else ()
    scales = {s.id: {level.score for level in s.levels} for s in inherited}
    check_document(document, scales, text=text, file=file.name)
    return build_ruleset(document, base, file.name)


def _base_of(document: dict[str, Any], file: str) -> Ruleset | None:
    if not isinstance(document.get("base"), str):
        return None
    known = _packaged()
    if document["base"] not in known:
        msg = (
            f"{file}: base {document['base']!r} is no packaged ruleset; use one of "
            f"{', '.join(known)}."
        )
        raise SchemaError(msg, bad_rows=(msg,))
    return _load_packaged(document["base"])


def _text_of(file: Path | Traversable) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{file.name} is not UTF-8 (byte {error.start}); save it as UTF-8."
        raise SchemaError(msg) from error
    except OSError as error:
        msg = (
            f"`id_or_path` {str(file)!r} cannot be read "
            f"({error.strerror or error}); give the path of a ruleset file."
        )
        raise SchemaError(msg) from error
