"""The balance sheet of a partition, row by row of both layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, get_args

import numpy as np
import pandas as pd

from ecozoning._validation import check_polygons, check_same_crs
from ecozoning._validation.geometries import rows_named
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.faces import CONSERVED
from ecozoning.overlay.laid_edges import overlapping, rounding
from ecozoning.overlay.partitioning import How
from ecozoning.overlay.plane_areas import radians_of, square_metres, unit_area_m2

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]

__all__ = ["partition_ledger"]

# What the pieces of a row add up to: parts of its own area, and of what it shares.
_EXPECTED: Final = {
    "identity": ((1, 0), (0, 1)),
    "union": ((1, 0), (1, 0)),
    "intersection": ((0, 1), (0, 1)),
    "difference": ((1, -1), (0, 0)),
    "symmetric_difference": ((1, -1), (1, -1)),
}


def partition_ledger(
    pieces: gpd.GeoDataFrame,
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame,
    *,
    how: How | None = None,
) -> pd.DataFrame:
    """
    Hold the pieces of a partition against the rows that they come from.

    What a row should have is its own area and what `intersection_areas` says it shares,
    which is found in another way than pieces are, without cutting.

    Parameters
    ----------
    pieces : geopandas.GeoDataFrame
        What `partition` returned; rows may have been edited, columns `a_index`,
        `b_index` and `merged_m2` are needed.
    a, b : geopandas.GeoDataFrame
        The layers that were cut, valid; after mending, those of `mend_polygons`.
    how : str, optional
        As in `partition`; by default what `pieces` say in their ``attrs``.

    Returns
    -------
    pandas.DataFrame
        One line per row of `a`, then of `b`: `layer` (``a`` or ``b``), `row` (label),
        `area_m2`, `expected_m2`, `pieces_m2`, `n_pieces`, `merged_m2` (slivers that
        joined its pieces), `deviation_m2` (pieces less expected) and `closes`. For rows
        of `a` of an identity or union that is within 1e-9 and the last digit of the
        coordinates; otherwise slivers may have gone from one row of `b` to another, by
        the sums that ``attrs["ledger"]`` states.

    Raises
    ------
    ParameterError
        If `how` is not known, or neither given nor in ``pieces.attrs``.
    SchemaError
        If `pieces` lack a column, or name a row that is not in the layer.
    MissingCRSError, CRSMismatchError, GeometryError, NoDataError
        As `partition`.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from ecozoning.overlay import partition
    >>> a = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2, 2)], crs="EPSG:4547")
    >>> b = gpd.GeoDataFrame(geometry=[shapely.box(1, 1, 3, 3)], crs="EPSG:4547")
    >>> ledger = partition_ledger(partition(a, b), a, b)
    >>> ledger[["layer", "area_m2", "expected_m2", "pieces_m2", "closes"]]
      layer  area_m2  expected_m2  pieces_m2  closes
    0     a      4.0          4.0        4.0    True
    1     b      4.0          1.0        1.0    True
    """
    crs = check_same_crs({"a": a, "b": b, "pieces": pieces})
    told = pieces.attrs.get("ledger", {})
    word = _word(how or told.get("how"))
    a, b = check_polygons(a, name="a"), check_polygons(b, name="b")
    columns = ("a_index", "b_index", "merged_m2")
    pieces = check_polygons(pieces, name="pieces", columns=columns, allow_empty=True)
    slack = told.get("slivers_m2", pieces["merged_m2"].sum())
    slack += told.get("overlaps_m2", 0.0)
    shared = _shared(a, b, crs)
    sides = [
        _side(pieces, layer, name, sums, crs, parts)
        for layer, name, sums, parts in zip(
            (a, b), ("a", "b"), shared, _EXPECTED[word], strict=True
        )
    ]
    strict = np.repeat([word in ("identity", "union"), False], [len(a), len(b)])
    table = pd.concat(sides, ignore_index=True)
    allowed = table.pop("rounding") + CONSERVED * table["area_m2"]
    allowed += np.where(strict, told.get("overlaps_m2", 0.0), slack)
    table["closes"] = table["deviation_m2"].abs() <= allowed
    return table


def _word(how: str | None) -> How:
    if how in get_args(How):
        return cast("How", how)
    msg = (
        f"`how` is {how!r}, and `pieces.attrs['ledger']` does not say it; give the "
        f"word that `partition` was called with, one of {', '.join(get_args(How))}."
    )
    raise ParameterError(msg)


def _shared(
    a: gpd.GeoDataFrame, b: gpd.GeoDataFrame, crs: CRS
) -> tuple[Floats, Floats]:
    """Return what each row of either layer shares with the other, in m2."""
    left, right, area = overlapping(
        a.geometry.to_numpy(), b.geometry.to_numpy(), radians=radians_of(crs)
    )
    if radians_of(crs) is None:
        area = area * crs.axis_info[0].unit_conversion_factor ** 2
    of_a = np.bincount(left, weights=area, minlength=len(a))
    of_b = np.bincount(right, weights=area, minlength=len(b))
    return of_a.astype(float), of_b.astype(float)


def _side(
    pieces: gpd.GeoDataFrame,
    layer: gpd.GeoDataFrame,
    name: str,
    shared: Floats,
    crs: CRS,
    parts: tuple[int, int],
) -> pd.DataFrame:
    """Return the lines of one layer."""
    row = _positions(pieces[f"{name}_index"], layer, name)
    own = row >= 0
    geometries = layer.geometry.to_numpy()
    area = square_metres(geometries, crs)
    there = square_metres(pieces.geometry.to_numpy(), crs)[own]
    total = np.bincount(row[own], weights=there, minlength=len(layer))
    merged = pieces["merged_m2"].to_numpy()[own]
    expected = parts[0] * area + parts[1] * shared
    return pd.DataFrame(
        {
            "layer": name,
            "row": layer.index.to_flat_index(),
            "area_m2": area,
            "expected_m2": expected,
            "pieces_m2": total,
            "n_pieces": np.bincount(row[own], minlength=len(layer)),
            "merged_m2": np.bincount(row[own], weights=merged, minlength=len(layer)),
            "deviation_m2": total - expected,
            "rounding": 4 * rounding(geometries) * unit_area_m2(geometries, crs),
        }
    )


def _positions(
    labels: pd.Series[str], layer: gpd.GeoDataFrame, name: str
) -> NDArray[np.intp]:
    """Return the rows that labels name, -1 where there is none."""
    there = labels.notna().to_numpy()
    rows = np.full(len(labels), -1)
    wanted = labels[there].tolist()
    index = pd.Index(wanted, tupleize_cols=False)
    rows[there] = layer.index.to_flat_index().get_indexer(index)
    unknown = labels[there & (rows < 0)].unique().tolist()
    if unknown:
        msg = (
            f"`pieces` name {rows_named(unknown, 'row')} in `{name}_index` that "
            f"`{name}` does not have; give the layers that were cut, with their labels."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, unknown)))
    return rows
