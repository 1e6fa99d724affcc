"""Large layers cut block by block: in one process, or on a cluster."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._optional import import_optional
from ecozoning._validation import check_polygons, check_same_crs
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.datum_shift import check_not_shifted
from ecozoning.overlay.partition_tables import columns_of
from ecozoning.overlay.partitioning import KNOWN_PLACES, partition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import geopandas as gpd

    from ecozoning.overlay.partitioning import How

__all__ = ["partition_blocks", "partition_lazy"]

BY_ROWS: Final = ("identity", "intersection", "difference")
"""Overlays in which a piece depends on one row of the first layer only."""


def partition_blocks(
    a: gpd.GeoDataFrame | Iterable[gpd.GeoDataFrame],
    b: gpd.GeoDataFrame,
    how: How = "identity",
    *,
    block_rows: int = 50_000,
    tolerance_m2: float = 0.01,
    check_datum: bool = True,
) -> Iterator[gpd.GeoDataFrame]:
    """
    Cut a layer of any size by another one, one block of rows after the other.

    A piece depends on its own row of `a` and on `b`, so blocks give what `partition`
    gives for the whole, and memory holds one block.

    Parameters
    ----------
    a : geopandas.GeoDataFrame or iterable of them
        Valid polygons. A layer is taken apart along the Hilbert curve, so that blocks
        are compact and meet few rows of `b`; an iterable, such as `read_blocks` gives,
        is taken as it comes.
    b : geopandas.GeoDataFrame
        Valid polygons that do not overlap, in the CRS of `a`.
    how : {"identity", "intersection", "difference"}
        See `partition`; unions depend on all rows at once.
    block_rows : int, default 50 000
        Rows of a block of a layer. About 2 kB are needed per row with 30 vertices.
    tolerance_m2 : float, default 0.01
        Area of a sliver, see `partition`.
    check_datum : bool, default True
        As in `partition`; looked for in a whole layer, not in an iterable.

    Returns
    -------
    iterator of geopandas.GeoDataFrame
        Pieces of one block, see `partition`, numbered through, with the ledger of the
        block. Blocks that give no piece are left out.

    Raises
    ------
    ParameterError
        If `how` cannot be done by blocks, or `block_rows` is not a positive integer.
    SchemaError
        If a label of `a` is in two blocks.
    CRSMismatchError, GeometryError, NoDataError
        As `partition` does.

    See Also
    --------
    partition : All at once.
    partition_lazy : On a cluster.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> import ecozoning as ez
    >>> squares = [shapely.box(x, 0, x + 1, 1) for x in range(6)]
    >>> parcels = gpd.GeoDataFrame({"n": range(6)}, geometry=squares, crs=4547)
    >>> zones = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2.5, 1)], crs=4547)
    >>> pieces = pd.concat(ez.partition_blocks(parcels, zones, block_rows=2))
    >>> len(pieces), float(pieces.area.sum())
    (7, 6.0)
    """
    _check_how(how)
    if type(block_rows) is not int or block_rows < 1:
        msg = f"`block_rows` is {block_rows!r}, but a whole number from 1 is needed."
        raise ParameterError(msg)
    b = check_polygons(b, name="b")
    if not hasattr(a, "geometry"):
        return _cut(iter(a), b, how, tolerance_m2)
    frame = check_polygons(a, name="a")
    check_same_crs(frame, b)
    if check_datum:
        check_not_shifted(frame, b, advice=KNOWN_PLACES)
    blocks = _hilbert_blocks(frame, block_rows)
    return _cut(blocks, b, how, tolerance_m2)


def _check_how(how: str) -> None:
    if how not in BY_ROWS:
        msg = (
            f"`how` is {how!r}; by blocks there are {', '.join(BY_ROWS)}. For a union, "
            "add `partition(b, a, 'difference')` to the identity."
        )
        raise ParameterError(msg)


def _hilbert_blocks(frame: gpd.GeoDataFrame, rows: int) -> Iterator[gpd.GeoDataFrame]:
    """Return blocks of rows that lie together."""
    order = np.argsort(frame.geometry.hilbert_distance().to_numpy(), kind="stable")
    return (
        frame.iloc[np.sort(order[start : start + rows])]
        for start in range(0, len(frame), rows)
    )


def _cut(
    blocks: Iterator[gpd.GeoDataFrame],
    b: gpd.GeoDataFrame,
    how: How,
    tolerance_m2: float,
) -> Iterator[gpd.GeoDataFrame]:
    """Yield the pieces of blocks that have any."""
    seen: set[Any] = set()
    count = 0
    for block in blocks:
        labels = set(block.index)
        if again := seen & labels:
            msg = (
                f"`a` has the label {next(iter(again))!r} in two blocks; number the "
                "rows through, as `read_blocks` does."
            )
            raise SchemaError(msg, bad_rows=tuple(map(str, again)))
        seen |= labels
        pieces = _cut_one(block, b, how, tolerance_m2)
        if len(pieces):
            pieces.index += count
            count += len(pieces)
            yield pieces


def _cut_one(
    block: gpd.GeoDataFrame, b: gpd.GeoDataFrame, how: How, tolerance_m2: float
) -> gpd.GeoDataFrame:
    """Return the pieces of a block, a table without rows where there are none."""
    near = b.iloc[np.sort(b.sindex.query(_extent(block)))] if len(block) else b.iloc[:0]
    if not len(near):
        # Nothing of `b` is there; any row of it leaves the block whole.
        near = b.iloc[:1]
    if not len(block):
        return _no_pieces(block, b, how)
    return partition(block, near, how, tolerance_m2=tolerance_m2, check_datum=False)


def _extent(block: gpd.GeoDataFrame) -> Any:  # noqa: ANN401 -- shapely has no types
    import shapely

    return shapely.box(*block.total_bounds)


def _no_pieces(
    block: gpd.GeoDataFrame, b: gpd.GeoDataFrame, how: How
) -> gpd.GeoDataFrame:
    """Return the columns that pieces have, without a row."""
    import geopandas as gpd

    none = np.zeros(0, np.intp)
    columns = columns_of(
        block, b, none, none, open_sides=(False, how != "intersection")
    )
    columns = columns.assign(merged_m2=np.zeros(0))
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=b.crs))


def partition_lazy(
    a: Any,  # noqa: ANN401 -- dask_geopandas has no types
    b: gpd.GeoDataFrame,
    how: How = "identity",
    *,
    tolerance_m2: float = 0.01,
) -> Any:  # noqa: ANN401
    """
    Cut a distributed layer by another one, each partition where it lies.

    Parameters
    ----------
    a : dask_geopandas.GeoDataFrame
        Valid polygons with labels that are unique over all partitions. Spatially
        shuffled partitions (``a.spatial_shuffle()``) meet few rows of `b`.
    b : geopandas.GeoDataFrame
        Valid polygons that do not overlap, in the CRS of `a`; it is sent to every
        worker once.
    how : {"identity", "intersection", "difference"}
        See `partition`.
    tolerance_m2 : float, default 0.01
        Area of a sliver, see `partition`.

    Returns
    -------
    dask_geopandas.GeoDataFrame
        Not yet computed: the pieces of each partition, see `partition`, numbered within
        it. Computed on ``dask.distributed`` or in threads they are the same.

    Raises
    ------
    ParameterError
        If `a` is no layer of dask_geopandas or `how` cannot be done by parts.
    CRSMismatchError, GeometryError
        As `partition` does; what concerns the rows, when they are computed. A datum
        shift is not looked for.
    MissingDependencyError
        If dask_geopandas is not installed.

    Examples
    --------
    >>> import dask_geopandas, geopandas as gpd, shapely
    >>> import ecozoning as ez
    >>> squares = [shapely.box(x, 0, x + 1, 1) for x in range(6)]
    >>> parcels = gpd.GeoDataFrame({"n": range(6)}, geometry=squares, crs=4547)
    >>> zones = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2.5, 1)], crs=4547)
    >>> lazy = dask_geopandas.from_geopandas(parcels, npartitions=2)
    >>> pieces = ez.partition_lazy(lazy, zones).compute()
    >>> len(pieces), float(pieces.area.sum())
    (7, 6.0)
    """
    dask_geopandas = import_optional("dask_geopandas", extra="cluster")
    _check_how(how)
    if not isinstance(a, dask_geopandas.GeoDataFrame):
        msg = (
            f"`a` is a {type(a).__name__}, but a distributed layer is needed: "
            "`dask_geopandas.from_geopandas(a, npartitions=...)`."
        )
        raise ParameterError(msg)
    b = check_polygons(b, name="b")
    check_same_crs(a, b)
    meta = _no_pieces(a._meta, b, how)
    cut = functools.partial(_cut_one, b=b, how=how, tolerance_m2=tolerance_m2)
    return a.map_partitions(cut, meta=meta).clear_divisions()
