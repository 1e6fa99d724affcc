"""Morphological spatial pattern analysis (形态学空间格局分析, MSPA)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ecozoning._kernels.morphology import (
    BACKGROUND,
    FOREGROUND,
    KINDS,
    MISSING,
    pattern,
)
from ecozoning._kernels.morphology_strips import Strips, pattern_by_strips
from ecozoning._optional import import_optional
from ecozoning._validation.rasters import check_raster
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.network.surfaces import checked_metric_grid
from ecozoning.raster.values import class_raster, is_lazy, nodata_of

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

__all__ = ["mspa"]

NAME: Final = "foreground"
WIDEST: Final = 100
SHOWN: Final = 5


def mspa(
    foreground: xr.DataArray,
    edge_width_cells: int = 1,
    connectivity: Literal[4, 8] = 8,
    transition: bool = True,
    intext: bool = True,
) -> xr.DataArray:
    r"""
    Return the pattern class of each cell of a map of habitat and the rest.

    Morphological spatial pattern analysis [1]_ in the form of GuidosToolbox [2]_. Core
    is what lies farther than an edge from the background,

    .. math:: d(x, X^c) \ge s + 1

    in cells, with s the edge width; islets are parts without core. Links are lines that
    the topology of core and foreground needs, made s wide: bridges join two cores,
    loops come back to the same one. What is left within s of core is perforation in
    holes of a core and edge elsewhere; the rest is branch.

    Parameters
    ----------
    foreground : xarray.DataArray, dims (y, x), bool, integers or floats
        1 (True) where there is habitat, 0 elsewhere; NaN or its nodata value where it
        is not known. A projected CRS in metres, cells nearly square. NumPy or Dask.
    edge_width_cells : int, default 1
        Width of edges in cells, 1 to 100: the s above.
    connectivity : {8, 4}, default 8
        Whether foreground cells that touch at a corner are joined.
    transition : bool, default True
        Show links where they cross edges and perforations. Without, these close around
        the core and a link of two cells vanishes.
    intext : bool, default True
        Name background within the foreground: openings.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8, nodata 0
        2 ``core``, 3 ``islet``, 4 ``perforation``, 5 ``edge``, 6 ``loop``, 7
        ``bridge``, 8 ``branch``; 0 ``missing``, 1 ``background``; with `intext`
        background in a hole of a core is 9 ``core_opening`` and other background that
        has no way out, or one of at most two cells over the rim, 10
        ``border_opening``. On the grid of `foreground`.

    Raises
    ------
    MissingCRSError
        If `foreground` has no CRS.
    CRSMismatchError
        If `foreground` is in degrees.
    ParameterError
        If `foreground` has values other than 0 and 1, or another argument is out of its
        domain. Values of a lazy raster are judged when computed.
    NoDataError
        If no cell of `foreground` has a value.

    Notes
    -----
    Missing cells within an edge of the foreground count as foreground while the others
    are classed, and the rim goes on beyond the map, so that neither makes an edge. The
    result turns and flips with the map. A cell that alone joins two cores is a loop, as
    in GuidosToolbox. Where results part from it is told in the guide on MSPA.

    Memory is about 25 bytes a cell. A lazy raster stays lazy and gives the same,
    however it is cut, with 6.5: its blocks are brought down to a byte a cell one by
    one, and the whole is classed, strip by strip, when the first block is asked for.
    That takes about one and a half times as long as in memory.

    References
    ----------
    .. [1] Soille, P., Vogt, P. (2009). Morphological segmentation of binary patterns.
       Pattern Recognition Letters, 30(4), 456-459. doi:10.1016/j.patrec.2008.10.015
    .. [2] Vogt, P., Riitters, K. (2017). GuidosToolbox: universal digital image object
       analysis. European Journal of Remote Sensing, 50(1), 352-361.
       doi:10.1080/22797254.2017.1330650

    Examples
    --------
    Two squares of nine cells, each with one core cell, and a strip of two cells that
    joins them. The link also shows where it crosses the two edges.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> habitat = np.zeros((5, 10), "uint8")
    >>> habitat[1:4, 1:4] = habitat[1:4, 6:9] = habitat[2, 4:6] = 1
    >>> axes = {"y": 30.0 * np.arange(5)[::-1], "x": 30.0 * np.arange(10)}
    >>> foreground = xr.DataArray(habitat, axes, ("y", "x")).rio.write_crs(4547)
    >>> print(mspa(foreground).to_numpy()[1:4])
    [[1 5 5 5 1 1 5 5 5 1]
     [1 5 2 7 7 7 7 2 5 1]
     [1 5 5 5 1 1 5 5 5 1]]
    """
    source = _numbers(foreground)
    _check(source, edge_width_cells, connectivity)
    options = {"transition": bool(transition), "intext": bool(intext)}
    work = (int(edge_width_cells), int(connectivity), options)
    if is_lazy([source]):
        data = _lazily(source, work)
    else:
        data = _classes(_cells(source.to_numpy(), nodata_of(source)), work)
    return class_raster(
        data,
        foreground,
        name="mspa",
        long_name="morphological spatial pattern class",
        classes=KINDS,
        nodata=MISSING,
    )


def _numbers(foreground: xr.DataArray) -> xr.DataArray:
    """Return a raster of truth values as one of 0 and 1, any other as it is."""
    if getattr(getattr(foreground, "dtype", None), "kind", "") == "b":
        return foreground.astype("uint8")
    return foreground


def _check(foreground: xr.DataArray, width: object, connectivity: object) -> None:
    """Insist on arguments that can be right; values are looked at later."""
    check_raster(foreground, name=NAME)
    checked_metric_grid(foreground, name=NAME)
    whole = isinstance(width, int | np.integer) and not isinstance(width, bool)
    if not whole or not 1 <= int(width) <= WIDEST:  # type: ignore[call-overload]
        msg = (
            f"`edge_width_cells` is {width!r}, but a whole number of cells from 1 to "
            f"{WIDEST} is needed, e.g. 1 for edges of 30 m on cells of 30 m."
        )
        raise ParameterError(msg)
    if connectivity not in (4, 8):
        msg = (
            f"`connectivity` is {connectivity!r}, but 8 (cells that touch at a corner "
            "are joined) or 4 is needed."
        )
        raise ParameterError(msg)


def _cells(values: Any, nodata: float) -> Bytes:  # noqa: ANN401 -- any real numbers
    """Return values as codes of the kernel, or refuse them."""
    cells = np.full(values.shape, MISSING, np.uint8)
    on, off = values == 1, values == 0
    cells[on] = FOREGROUND
    cells[off] = BACKGROUND
    missing = values == nodata
    if values.dtype.kind == "f":
        missing |= np.isnan(values)
    odd = ~(on | off | missing)
    if odd.any():
        found = np.unique(values[odd])
        shown = ", ".join(f"{value:g}" for value in found[:SHOWN].tolist())
        more = f" and {found.size - SHOWN} more" if found.size > SHOWN else ""
        msg = (
            f"`{NAME}` holds {shown}{more} in {int(odd.sum())} cells, but 1 for "
            "habitat and 0 for the rest are needed; choose habitat by its codes, "
            f"e.g. `{NAME}.isin([1, 2])`, and state nodata with "
            f"`{NAME}.rio.write_nodata(...)`."
        )
        raise ParameterError(msg)
    cells[missing] = MISSING
    return cells


def _classes(cells: Bytes, work: tuple[int, int, dict[str, bool]]) -> Bytes:
    """Return the classes of a map in memory."""
    _check_any(cells)
    width, connectivity, options = work
    return pattern(cells, width, connectivity, **options)


def _classes_by_strips(cells: Bytes, work: tuple[int, int, dict[str, bool]]) -> Bytes:
    """Return the same classes with little memory beside the map."""
    _check_any(cells)
    width, connectivity, options = work
    return pattern_by_strips(Strips(cells, width, connectivity), **options)


def _check_any(cells: Bytes) -> None:
    """Insist on a value in a map."""
    if not cells.any():
        msg = f"`{NAME}` has no cell with a value, all are nodata; see what cut it."
        raise NoDataError(msg)


def _lazily(source: xr.DataArray, work: tuple[int, int, dict[str, bool]]) -> Any:  # noqa: ANN401 -- a Dask array
    """Return the classes of a lazy map as a lazy array in the same blocks."""
    dask = import_optional("dask", extra="dask")
    array = import_optional("dask.array", extra="dask")
    cells = source.data.map_blocks(_cells, nodata_of(source), dtype="uint8")
    whole = dask.delayed(_classes_by_strips)(cells, work)
    classes = array.from_delayed(whole, source.shape, dtype="uint8")
    return classes.rechunk(source.data.chunks)
