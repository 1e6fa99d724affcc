"""Barriers: where a restored strip of land would bring sources nearest together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecozoning.errors import DisconnectedError, ParameterError
from ecozoning.network.circuit_choice import asked_pairs
from ecozoning.network.class_patches import PatchChoice, ranked_patches
from ecozoning.network.surfaces import checked_resistance, labelled_sources
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.network.surfaces import SourceCells, Surface

    Floats = NDArray[np.float64]
    Pair = tuple[int, int]

__all__ = ["Barriers", "barriers"]


@dataclass(frozen=True)
class Barriers:
    """What restoring land would gain, and where most.

    Attributes
    ----------
    centres : xarray.DataArray, dims (y, x), float64
        Improvement of the best window around each cell: cost distance gained between
        two sources, in units of resistance, to a metre restored; 0 where nothing is
        gained, NaN on nodata.
    improvement : xarray.DataArray, dims (y, x), float64
        The same for the land of the windows: the highest of all windows that hold a
        cell.
    best_radius : xarray.DataArray, dims (y, x), float64
        Radius of the best window around each cell, metres; NaN where nothing is gained.
    polygons : geopandas.GeoDataFrame
        Patches of the highest classes of `improvement`, sources left out: `rank`,
        `class`, `mean_improvement`, `max_improvement`, `area_km2`, `geometry`,
        `geometry_kind`, `evidence`. Empty where nothing is gained anywhere.
    """

    centres: xr.DataArray
    improvement: xr.DataArray
    best_radius: xr.DataArray
    polygons: gpd.GeoDataFrame


def barriers(
    resistance: xr.DataArray,
    sources: gpd.GeoDataFrame | xr.DataArray,
    *,
    radii_m: float | Sequence[float],
    pairs: Literal["all"] | pd.DataFrame | Iterable[Pair] = "all",
    restored_resistance: float = 1.0,
    combine: Literal["maximum", "sum"] = "maximum",
    classes: int = 3,
    top: int = 1,
) -> Barriers:
    r"""
    Return where restoring land would shorten the ways between sources most.

    A round window goes over the land [1]_. If a strip through it, as long as it is
    wide, were restored, the cheapest way between two sources would cost

    .. math:: LCD' = \min_W CWD_a + \min_W CWD_b + 2 r R'

    and the improvement of the window is what that saves, to a metre of the strip:
    :math:`(LCD - LCD') / 2 r`.

    Parameters
    ----------
    resistance : xarray.DataArray, dims (y, x), numbers
        Above 0; infinite is a barrier, nodata is outside. In metres, in memory.
    sources : geopandas.GeoDataFrame or xarray.DataArray
        As for `current_flow`. Two or more.
    radii_m : float or sequence of float
        Radii of the window, in metres, at least the side of a cell. Of several the
        best counts.
    pairs : "all", pandas.DataFrame or iterable of two ids
        Pairs of sources: a table with `from_id` and `to_id`, such as the links of
        `corridors`, keeps to neighbours.
    restored_resistance : float
        Resistance of restored land, above 0.
    combine : {"maximum", "sum"}
        Of several pairs, the best or all together.
    classes, top : int
        Classes of `improvement` above 0 by natural breaks, and how many of the highest
        become polygons.

    Returns
    -------
    Barriers
        Improvement by window and by land, best radius, and ranked polygons.

    Raises
    ------
    ParameterError, NoDataError
        If a resistance is 0 or below, there is one source, a radius is shorter than a
        cell, an option is none, or there are fewer different gains than `classes`.
    MissingCRSError, CRSMismatchError, GridMismatchError, GeometryError
        If layers have no CRS, another one, degrees or another grid, or sources overlap.
    DisconnectedError
        If no pair has a way between them as it is: nothing can be saved on it.

    Notes
    -----
    A cell is in a window if its centre is. Pairs without a way are left out. All in
    memory: 16 bytes to a cell and source, and about 50 to a cell.

    References
    ----------
    .. [1] McRae, B. H., Hall, S. A., Beier, P. and Theobald, D. M. (2012). Where to
       restore ecological connectivity? Detecting barriers and quantifying restoration
       benefits. PLoS ONE 7, e52604, doi:10.1371/journal.pone.0052604.

    Examples
    --------
    A wall of 100 across a plain of 1, cells of 10 m. The way through costs 1080: seven
    steps on the plain at 10, one onto the wall and one off it at 505. A window of 10 m
    on the wall leaves 40 before it, 30 behind it, and 20 m at 1: 990 saved over 20 m.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> land = np.ones((3, 10))
    >>> land[:, 5] = 100
    >>> axes = {"y": [20.0, 10, 0], "x": 10.0 * np.arange(10)}
    >>> resistance = xr.DataArray(land, axes, ("y", "x")).rio.write_crs(4547)
    >>> ends = xr.zeros_like(resistance, dtype="int32")
    >>> ends[:, 0], ends[:, 9] = 1, 2
    >>> found = barriers(resistance, ends, radii_m=10, classes=1)
    >>> found.centres.to_numpy()[1].round(2)
    array([ 0.  ,  0.  ,  0.  ,  0.  , 24.75, 49.5 , 24.75,  0.  ,  0.  ,  0.  ])
    """
    choice = PatchChoice(classes, top, 0.0)
    if combine not in ("maximum", "sum"):
        msg = f"`combine` is {combine!r}, but 'maximum' or 'sum' is needed."
        raise ParameterError(msg)
    check_positive("restored_resistance", restored_resistance)
    surface = checked_resistance(resistance)
    radii = _checked_radii(radii_m, surface)
    cells = labelled_sources(sources, surface)
    wanted = asked_pairs(pairs, "pairwise", cells)
    add = np.maximum if combine == "maximum" else np.add
    scores = _scores(surface, cells, wanted, radii, restored_resistance, add)
    return _result(surface, cells, radii, scores, choice)


def _checked_radii(radii_m: float | Sequence[float], surface: Surface) -> list[float]:
    """Return radii in ascending order."""
    given = np.atleast_1d(np.asarray(radii_m))
    numbers = given.dtype.kind in "iuf"
    radii = sorted({float(radius) for radius in given.ravel()}) if numbers else []
    side = max(surface.steps_m)
    if not radii or not all(side <= radius < np.inf for radius in radii):
        msg = (
            f"`radii_m` is {radii_m!r}, but lengths of at least the side of a cell, "
            f"{side:g} m, are needed, such as {[2 * side, 4 * side]}."
        )
        raise ParameterError(msg)
    return radii


def _scores(
    surface: Surface,
    cells: SourceCells,
    pairs: Sequence[Pair],
    radii: Sequence[float],
    restored: float,
    add: np.ufunc,
) -> list[Floats]:
    """Return for each radius what the pairs gain together, to a metre."""
    from ecozoning._kernels.disks import lowest_within

    far = {
        k: _cost_from(surface, cells, k) for k in sorted({k for p in pairs for k in p})
    }
    least = {pair: far[pair[0]][cells.labels == pair[1] + 1].min() for pair in pairs}
    joined = [pair for pair in pairs if np.isfinite(least[pair])]
    if not joined:
        told = [tuple(cells.ids[list(pair)].tolist()) for pair in pairs[:5]]
        msg = (
            f"of {len(pairs)} pairs of `sources` none has a way between them, such as "
            f"{told}, so that there is nothing to be saved; give barriers a high "
            "resistance instead of infinite."
        )
        raise DisconnectedError(msg)
    scores = []
    for radius in radii:
        near = {
            k: lowest_within(cost, radius, surface.steps_m) for k, cost in far.items()
        }
        total = np.zeros(cells.labels.shape)
        for one, two in joined:
            saved = least[one, two] - (near[one] + near[two] + 2 * radius * restored)
            add(total, np.maximum(saved / (2 * radius), 0.0), out=total)
        scores.append(total)
    return scores


def _cost_from(surface: Surface, cells: SourceCells, number: int) -> Floats:
    """Return the cost of the cheapest way from a source, infinite where none leads."""
    from ecozoning.network.spread import spread_from

    alone = replace(cells, labels=(cells.labels == number + 1).astype(np.int32))
    return spread_from(surface, alone, connectivity=8, limit=np.inf).cost


def _result(
    surface: Surface,
    cells: SourceCells,
    radii: Sequence[float],
    scores: Sequence[Floats],
    choice: PatchChoice,
) -> Barriers:
    from ecozoning._kernels.disks import highest_within

    outside = np.isnan(surface.values)
    centres, best = np.zeros(outside.shape), np.full(outside.shape, np.nan)
    filled = np.zeros(outside.shape)
    for radius, score in zip(radii, scores, strict=True):
        better = ~outside & (score > centres)
        centres[better], best[better] = score[better], radius
        here = np.where(outside, 0.0, score)
        np.maximum(filled, highest_within(here, radius, surface.steps_m), out=filled)
    centres[outside] = filled[outside] = np.nan
    gained = np.where((filled > 0) & (cells.labels == 0), filled, np.nan)
    names = ("mean_improvement", "max_improvement")
    if np.isnan(gained).all():
        choice = PatchChoice(1, 1, 0.0)  # no barrier, no polygon
    polygons = ranked_patches(gained, surface.grid, choice, names=names)

    def raster(data: Floats, name: str, units: str, long_name: str) -> Any:  # noqa: ANN401 -- a DataArray
        return surface.raster(data, name=name, units=units, long_name=long_name)

    gain = "cost distance saved per metre restored"
    return Barriers(
        centres=raster(centres, "centres", "1", f"{gain}, window around a cell"),
        improvement=raster(filled, "improvement", "1", f"{gain}, land of windows"),
        best_radius=raster(best, "best_radius", "m", "radius of the best window"),
        polygons=polygons,
    )
