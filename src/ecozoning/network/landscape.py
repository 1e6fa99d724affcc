"""Metrics of landscape pattern, by the definitions of FRAGSTATS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from ecozoning._kernels.landscape import coded
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.network.landscape_formulas import (
    LEVELS,
    STATISTICS,
    UNITS,
    Scope,
    metric,
    patch_values,
)
from ecozoning.network.landscape_mosaic import mosaic_of
from ecozoning.network.surfaces import checked_metric_grid
from ecozoning.overlay.class_codes import class_codes, class_labels, with_near_nodata
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr

    from ecozoning.network.landscape_mosaic import Mosaic

__all__ = ["landscape_metrics"]

MOST_CLASSES: Final = 4096
SPREADS: Final = ("AREA", "SHAPE", "CORE", "ENN")


def landscape_metrics(
    classes: xr.DataArray,
    level: Literal["class", "landscape", "patch"] = "class",
    *,
    metrics: Iterable[str] | None = None,
    connectivity: Literal[4, 8] = 8,
    edge_depth_m: float | None = None,
) -> pd.DataFrame:
    r"""
    Return metrics of the pattern that classes make, by the definitions of FRAGSTATS.

    A patch is made of cells of one class that touch [1]_. Cells without a class, and
    what lies beyond the rim, are no part of the landscape: they bound patches and end
    cores, but are no edge between classes. See the page on landscape metrics for the
    formulas.

    Parameters
    ----------
    classes : xarray.DataArray, dims (y, x)
        Whole numbers, projected CRS in metres. NaN, or the nodata value it states, is
        no class. Names of classes in `flag_meanings` are used. A Dask raster is
        computed as a whole.
    level : {"class", "landscape", "patch"}, default "class"
        One row per class, one row for all, or one row per patch.
    metrics : iterable of str, optional
        Columns that are wanted, in this order. Default: of a class CA, PLAND, NP, PD,
        LPI, TE, ED, LSI, AREA_MN, SHAPE_MN, ENN_MN, CORE_MN, TCA, COHESION, DIVISION,
        MESH and AI; of the landscape TA for CA, no PLAND, and CONTAG, PR, SHDI, SIDI
        and SHEI; of a patch AREA, PERIM, SHAPE, CORE and ENN. AREA, SHAPE, CORE and ENN
        have the endings ``_MN`` (mean over patches), ``_AM`` (weighted by area),
        ``_SD`` (standard deviation of the population) and ``_CV`` (percent of mean).
    connectivity : {4, 8}, default 8
        Whether cells of one patch share an edge, or may touch at a corner as well.
    edge_depth_m : float, optional
        Cells with another class, no data or the rim within this distance, from centre
        to centre, are no core. Default: one cell, so that four neighbours are looked
        at.

    Returns
    -------
    pandas.DataFrame, float64
        By class (name or number), ascending; or one row ``landscape``; or by patch,
        numbered from 1 in the order of its first cells from the first row on, with the
        column `class`. ``attrs["units"]`` has the unit of each column: areas in
        hectares, lengths in metres, PD per 100 ha. ENN is NaN where a class has one
        patch, AI where it has one cell, CONTAG where there is one class, and COHESION
        where there is one cell.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If `classes` has no CRS, or one in degrees.
    ParameterError
        If `classes` are no whole numbers or more than 4096; if `level`, `metrics`,
        `connectivity` or `edge_depth_m` is out of its domain.
    NoDataError
        If no cell has a class.

    Notes
    -----
    In memory, about 12 bytes a cell beside the raster and 100 a patch. SHAPE, LSI,
    COHESION and AI count sides of cells, as FRAGSTATS does, TE and PERIM take their
    lengths, so cells should be square or nearly so. SHAPE and LSI divide by the least
    number of sides that so many cells can have, not by that of a square of their area.

    References
    ----------
    .. [1] McGarigal, K., Cushman, S. A., & Ene, E. (2012). FRAGSTATS v4: Spatial
       pattern analysis program for categorical and continuous maps. University of
       Massachusetts, Amherst.

    Examples
    --------
    Six cells of 100 m, two of forest that touch at a corner, four of fields: one patch
    of forest of 2 ha, 8 sides long where the most compact has 6.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [150.0, 50.0], "x": [50.0, 150.0, 250.0]}
    >>> cover = xr.DataArray([[1, 2, 2], [2, 1, 2]], axes, ("y", "x"))
    >>> cover = cover.rio.write_crs(4547)
    >>> found = landscape_metrics(cover, metrics=["NP", "AREA_MN", "SHAPE_MN", "TE"])
    >>> found.loc[1].round(3).tolist()
    [1.0, 2.0, 1.333, 500.0]
    """
    chosen = _chosen(metrics, level)
    if connectivity not in {4, 8}:
        msg = f"`connectivity` is {connectivity!r}, but 8 or 4 neighbours are needed."
        raise ParameterError(msg)
    mosaic, labels = _mosaic(classes, connectivity == 8, _checked_depth(edge_depth_m))
    if level == "patch":
        table = pd.DataFrame({name: patch_values(name, mosaic) for name in chosen})
        table.insert(0, "class", np.array(labels, dtype=object)[mosaic.kinds])
        table.index = pd.RangeIndex(1, len(table) + 1, name="patch")
    else:
        scope = Scope(mosaic, by_class=level == "class")
        with np.errstate(divide="ignore", invalid="ignore"):  # what is undefined is NaN
            values = {name: metric(name, scope) for name in chosen}
        rows = labels if level == "class" else ["landscape"]
        table = pd.DataFrame(values, pd.Index(rows, name=level))
    table.attrs["units"] = {name: _unit(name) for name in chosen}
    return table


def _chosen(metrics: Iterable[str] | None, level: str) -> list[str]:
    """Return the metrics wanted, insisting that the level has them."""
    if level not in LEVELS:
        msg = f"`level` is {level!r}, but one of {', '.join(LEVELS)} is needed."
        raise ParameterError(msg)
    if metrics is None:
        return list(LEVELS[level])
    chosen = [metrics] if isinstance(metrics, str) else list(dict.fromkeys(metrics))
    known = list(LEVELS[level])
    if level != "patch":
        known += [f"{base}_{ending}" for base in SPREADS for ending in STATISTICS]
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        msg = (
            f"`metrics` has {unknown}, but at level {level!r} there are "
            f"{', '.join(dict.fromkeys(known))}."
        )
        raise ParameterError(msg)
    return chosen


def _unit(name: str) -> str:
    base, _, ending = name.partition("_")
    return "%" if ending == "CV" else UNITS[base]


def _checked_depth(depth_m: object) -> float | None:
    if depth_m is None:
        return None
    if isinstance(depth_m, int | float) and 0 <= depth_m < np.inf:
        return float(depth_m)
    msg = f"`edge_depth_m` is {depth_m!r}, but metres, 0 or more, are needed, e.g. 90."
    raise ParameterError(msg)


def _mosaic(
    classes: xr.DataArray, diagonal: bool, depth_m: float | None
) -> tuple[Mosaic, list[int | str]]:
    """Return the patches of a class raster, and what its classes are called."""
    grid = checked_metric_grid(classes, name="classes")
    data, nodata = with_near_nodata(np.asarray(classes.data), nodata_of(classes))
    found, positions, lowest = class_codes(data, nodata, name="classes", threads=None)
    if not found.size:
        msg = "`classes` has no cell with a class, all are nodata; see what cut it."
        raise NoDataError(msg)
    if found.size > MOST_CLASSES:
        msg = (
            f"`classes` has {found.size} classes, but at most {MOST_CLASSES} "
            "are taken; join them with `ecozoning.reclassify(classes, ...)`."
        )
        raise ParameterError(msg)
    mosaic = mosaic_of(
        coded(data, positions, lowest),
        found.size,
        (abs(grid.dx), abs(grid.dy)),
        diagonal=diagonal,
        edge_depth_m=depth_m,
    )
    named: dict[int, Any] = class_labels(classes, found, name="classes")
    return mosaic, [named[int(value)] for value in found]
