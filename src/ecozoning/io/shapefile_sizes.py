"""Whether the files of a shapefile are as long as they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecozoning.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_whole"]

HEAD: Final = 100
"""Bytes before the first geometry, and before the first entry of the index."""
ENTRY: Final = 8
TABLE_HEAD: Final = 32


def check_whole(path: Path, index: Path, table: Path) -> None:
    """
    Insist that nothing is cut off a shapefile, and that its files belong together.

    What GDAL does not find, it leaves out: geometries that end too early are missing,
    and a table without a head has no columns. All three files say how long they are;
    longer ones are common.
    """
    for file in (path, index):
        with file.open("rb") as handle:
            head = handle.read(HEAD)
        # In words of two bytes, most significant first.
        _check_length(file, head, HEAD, 2 * int.from_bytes(head[24:28], "big"))
    with table.open("rb") as handle:
        head = handle.read(TABLE_HEAD)
    rows = int.from_bytes(head[4:8], "little")
    start, width = (int.from_bytes(head[at : at + 2], "little") for at in (8, 10))
    _check_length(table, head, TABLE_HEAD, start + rows * width)
    shapes = (index.stat().st_size - HEAD) // ENTRY
    if rows != shapes:
        msg = (
            f"{table.name!r} has {rows} rows and {index.name!r} {shapes} geometries; "
            "they are not of one shapefile. Copy all of its files again, together."
        )
        raise InputError(msg)


def _check_length(file: Path, head: bytes, least: int, stated: int) -> None:
    there = file.stat().st_size
    if len(head) < least or there < stated:
        msg = (
            f"{file.name!r} has {there} bytes, but should have {max(least, stated)}: "
            "its end is lost. Copy it again from where it came."
        )
        raise InputError(msg)
