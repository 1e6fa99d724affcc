"""Text tables and TOML files, with errors that name file, line and column."""

from __future__ import annotations

import csv
import io
import math
import tomllib
from typing import TYPE_CHECKING, Any

from ecozoning.errors import PlanDataError
from ecozoning.io.atomic import atomic_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["read_csv_rows", "read_text", "read_toml", "write_csv_rows", "write_text"]


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; refuse a missing or a differently coded one."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        msg = f"{path.name} is missing in {str(path.parent)!r}."
        raise PlanDataError(msg) from None
    except UnicodeDecodeError as error:
        msg = (
            f"{path.name} is not UTF-8 (byte {error.start}); save it as UTF-8, "
            "for instance in the spreadsheet's “CSV UTF-8” format."
        )
        raise PlanDataError(msg) from error
    except OSError as error:
        msg = f"{str(path)!r} cannot be read ({error.strerror or error})."
        raise PlanDataError(msg) from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        msg = f"{path.name} is not valid TOML: {error}."
        raise PlanDataError(msg) from error


def read_csv_rows(
    path: Path, columns: Sequence[str]
) -> list[tuple[int, dict[str, str]]]:
    """Return (line number, row) pairs of a CSV file that has exactly these columns."""
    reader = csv.reader(io.StringIO(read_text(path)), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = next(reader, [])
        _check_header(header, columns, path)
        rows.extend(
            (reader.line_num, _as_row(cells, header, path, reader))
            for cells in reader
            if cells
        )
    except csv.Error as error:
        msg = f"{path.name}, line {reader.line_num}: not valid CSV ({error})."
        raise PlanDataError(msg) from error
    return rows


def _check_header(header: list[str], columns: Sequence[str], path: Path) -> None:
    missing = tuple(name for name in columns if name not in header)
    unexpected = tuple(name for name in header if name not in columns)
    twice = tuple(sorted({name for name in header if header.count(name) > 1}))
    if missing or unexpected or twice:
        msg = (
            f"{path.name}, line 1: columns should be {', '.join(columns)}; "
            f"missing: {', '.join(missing) or 'none'}; "
            f"unexpected: {', '.join(unexpected) or 'none'}"
            f"{'; twice: ' if twice else ''}{', '.join(twice)}."
        )
        raise PlanDataError(msg, missing=missing, unexpected=unexpected + twice)


def _as_row(
    cells: list[str],
    header: list[str],
    path: Path,
    reader: Any,  # noqa: ANN401 -- the type of csv.reader has no public name
) -> dict[str, str]:
    if len(cells) != len(header):
        msg = (
            f"{path.name}, line {reader.line_num}: {len(cells)} cells where the "
            f"header has {len(header)}; quote cells that hold a comma."
        )
        raise PlanDataError(msg, bad_rows=(msg,))
    return dict(zip(header, (cell.strip() for cell in cells), strict=True))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, all or nothing."""
    with atomic_path(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _cell(value: object) -> object:
    """Return a cell of a CSV file; what is missing is empty."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else value


def write_csv_rows(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Write a CSV that spreadsheets open with its Chinese intact (UTF-8 with BOM)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    write_text(path, "\ufeff" + buffer.getvalue())
