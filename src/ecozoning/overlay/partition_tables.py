"""Columns of the rows that pieces of two layers come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]

__all__ = ["columns_of"]

OWN_COLUMNS: Final = ("a_index", "b_index", "merged_m2", "geometry")


def columns_of(
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame,
    left: Ints,
    right: Ints,
    *,
    open_sides: tuple[bool, bool],
) -> pd.DataFrame:
    """
    Return the columns of both layers for pieces, and the labels of their rows.

    `left` and `right` are positions, -1 for none. On a side that may have none
    (`open_sides`) whole numbers and truth values get types that can be missing, whether
    or not one is: the types of a result must not hang on its data.
    """
    names = _named(a, b)
    tables = []
    for layer, rows, side, is_open, own in zip(
        (a, b), (left, right), ("a_index", "b_index"), open_sides, names, strict=True
    ):
        table = _attributes(layer).set_axis(own, axis=1).reset_index(drop=True)
        labels = layer.index.to_flat_index()
        table[side] = pd.Series(labels, index=table.index)
        tables.append(_taken(table, rows, is_open=is_open))
    both = pd.concat(tables, axis=1)
    order = [*names[0], *names[1], "a_index", "b_index"]
    return both[order]


def _taken(table: pd.DataFrame, rows: Ints, *, is_open: bool) -> pd.DataFrame:
    """Return rows of a table by position, missing ones for -1."""
    if not is_open:
        return table.iloc[rows].reset_index(drop=True)
    table = table.apply(_with_gaps)
    found = table.reindex(np.where(rows < 0, len(table), rows))
    return found.reset_index(drop=True)


def _with_gaps(column: pd.Series[int]) -> pd.Series[int]:
    """Return whole numbers and truth values in a type that can be missing."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iub":
        return column.convert_dtypes()
    return column


def _names(layer: gpd.GeoDataFrame) -> list[str]:
    names = layer.columns.tolist()
    return [name for name in names if name != layer.active_geometry_name]


def _attributes(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(layer.drop(columns=layer.active_geometry_name))


def _named(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> tuple[list[str], list[str]]:
    """Return the names of the columns of both, with endings where they clash."""
    one, other = _names(a), _names(b)
    clash = ({*one} & {*other}) | {*OWN_COLUMNS}
    taken = {*OWN_COLUMNS} | (({*one} | {*other}) - clash)

    def free(name: str, ending: str) -> str:
        """Return a name that no other column has, by as many endings as it takes."""
        while name in taken:
            name = f"{name}{ending}"
        taken.add(name)
        return name

    return (
        [free(f"{name}_a", "_a") if name in clash else name for name in one],
        [free(f"{name}_b", "_b") if name in clash else name for name in other],
    )
