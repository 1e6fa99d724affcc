"""Accumulated cost of rasters that do not fit in memory, tile by tile."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._kernels.cost import Spread, finish, new_spread, spread
from ecozoning._optional import import_optional
from ecozoning.errors import NoDataError
from ecozoning.network.source_tiles import source_tiles
from ecozoning.network.surfaces import checked_metric_grid, checked_resistance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.network.source_tiles import SourceTiles

    Sources: TypeAlias = gpd.GeoDataFrame | xr.DataArray
    Tile: TypeAlias = tuple[int, int]
    Box: TypeAlias = tuple[slice, slice]

__all__ = ["spread_by_tiles"]

AROUND: Final = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
KINDS: Final = (np.float64, np.int32, np.uint8)


@dataclass(frozen=True)
class _Strip:
    """Cost and owner of the cells along the rims of tiles."""

    cost: NDArray[np.float64]
    owner: NDArray[np.int32]


def _strip(shape: tuple[int, int]) -> _Strip:
    return _Strip(np.full(shape, np.inf), np.zeros(shape, np.int32))


@dataclass(frozen=True)
class _Plan:
    """What every sweep of a tile needs to know.

    `along` has the first and the last row of each row of tiles, `across` the same of
    columns: all that a tile has to know of its neighbours.
    """

    resistance: xr.DataArray
    sources: SourceTiles
    sweep: Callable[..., Spread]
    rows: list[int]
    columns: list[int]
    along: _Strip
    across: _Strip
    alive: set[int] = field(default_factory=set)

    def box(self, tile: Tile, halo: int = 0) -> Box:
        """Return the cells of a tile, with those around it."""
        (i, j), (high, wide) = tile, self.resistance.shape
        return (
            slice(max(self.rows[i] - halo, 0), min(self.rows[i + 1] + halo, high)),
            slice(
                max(self.columns[j] - halo, 0), min(self.columns[j + 1] + halo, wide)
            ),
        )

    def tiles(self) -> Iterator[Tile]:
        """Yield all tiles by row and column."""
        for i in range(len(self.rows) - 1):
            yield from ((i, j) for j in range(len(self.columns) - 1))


def spread_by_tiles(
    resistance: xr.DataArray, sources: Sources, *, connectivity: int, limit: float
) -> tuple[tuple[Any, Any, Any], dict[int, str]]:
    """Return lazy cost, ids and links, and the sources that were lost."""
    grid = checked_metric_grid(resistance, name="resistance")
    rows, columns = (
        [0, *np.cumsum(sizes).tolist()] for sizes in resistance.data.chunks
    )
    sweep = partial(
        _swept,
        step=(abs(grid.dx), abs(grid.dy)),
        connectivity=connectivity,
        limit=limit,
    )
    boxes = [(slice(*r), slice(*c)) for r in _ends(rows) for c in _ends(columns)]
    plan = _Plan(
        resistance,
        source_tiles(sources, resistance, grid, boxes),
        sweep,
        rows,
        columns,
        _strip((2 * (len(rows) - 1), resistance.shape[1])),
        _strip((resistance.shape[0], 2 * (len(columns) - 1))),
    )
    _settle_borders(plan)
    lost = plan.sources.lost(plan.alive)
    if not plan.alive:
        msg = (
            f"of `sources` none has a cell that can be crossed: {lost}; see whether "
            "both lie in the same place."
        )
        raise NoDataError(msg)
    return _lazy(plan, north_up=grid.dy < 0), lost


def _ends(bounds: list[int]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(bounds))


def _settle_borders(plan: _Plan) -> None:
    """Sweep tiles, the cheapest border first, until no border changes."""
    queue = [
        (0.0, tile) for tile in plan.tiles() if plan.sources.on(plan.box(tile)).any()
    ]
    waiting = {tile for _, tile in queue}
    while queue:
        _, tile = heapq.heappop(queue)
        if tile not in waiting:
            continue
        waiting.discard(tile)
        for neighbour, cost in _update(plan, tile):
            waiting.add(neighbour)
            heapq.heappush(queue, (cost, neighbour))


def _update(plan: _Plan, tile: Tile) -> Iterator[tuple[Tile, float]]:
    """Sweep a tile and yield the neighbours that it changes, with the least cost."""
    values = plan.resistance[plan.box(tile, 1)].compute()
    state, inner = _state_of(plan, tile), _inner(plan, tile)
    plan.sweep(values, state)
    owner, cost = state.owner[inner], state.cost[inner]
    labels = plan.sources.on(plan.box(tile))
    plan.alive.update(np.unique(labels[(labels > 0) & (cost == 0.0)]).tolist())
    changed = _store(plan, tile, cost, owner)
    for down, right in AROUND:
        i, j = tile[0] + down, tile[1] + right
        if not (0 <= i < len(plan.rows) - 1 and 0 <= j < len(plan.columns) - 1):
            continue
        side = (_side(down), _side(right))
        news = np.where(changed[side], cost[side], np.inf)
        if news.size and np.isfinite(news).any():
            yield (i, j), float(news.min())


def _side(way: int) -> slice:
    """Return the first, all or the last cells of a tile along an axis."""
    return {-1: slice(0, 1), 0: slice(None), 1: slice(-1, None)}[way]


def _store(
    plan: _Plan, tile: Tile, cost: NDArray[Any], owner: NDArray[Any]
) -> NDArray[np.bool_]:
    """Keep the rim of a tile, and return which of its cells changed."""
    i, j = tile
    high, wide = plan.box(tile)
    changed = np.zeros(cost.shape, bool)
    for end in (0, -1):
        row, column = 2 * i - end, 2 * j - end
        for strip, place, rim in (
            (plan.along, (row, wide), (end, slice(None))),
            (plan.across, (high, column), (slice(None), end)),
        ):
            changed[rim] |= strip.cost[place] != cost[rim]
            changed[rim] |= strip.owner[place] != owner[rim]
            strip.cost[place], strip.owner[place] = cost[rim], owner[rim]
    return changed


def _inner(plan: _Plan, tile: Tile) -> Box:
    """Return where a tile lies in its box with a halo."""
    (high, wide), (tall, broad) = plan.box(tile), plan.box(tile, 1)
    return (
        slice(high.start - tall.start, high.stop - tall.start),
        slice(wide.start - broad.start, wide.stop - broad.start),
    )


def _state_of(plan: _Plan, tile: Tile) -> Spread:
    """Return the state that a tile with its halo begins with."""
    (tall, broad), (high, wide) = plan.box(tile, 1), plan.box(tile)
    state = new_spread((tall.stop - tall.start, broad.stop - broad.start))
    i, j = tile
    for outer, strip, place, rim in (
        (tall.start < high.start, plan.along, (2 * i - 1, broad), (0, slice(None))),
        (tall.stop > high.stop, plan.along, (2 * i + 2, broad), (-1, slice(None))),
        (broad.start < wide.start, plan.across, (tall, 2 * j - 1), (slice(None), 0)),
        (broad.stop > wide.stop, plan.across, (tall, 2 * j + 2), (slice(None), -1)),
    ):
        if outer:
            state.cost[rim] = strip.cost[place]
            state.owner[rim] = strip.owner[place]
    labels = plan.sources.on((tall, broad))
    state.owner[labels > 0] = labels[labels > 0]
    state.cost[labels > 0] = 0.0
    return state


def _swept(
    values: xr.DataArray,
    state: Spread,
    *,
    step: tuple[float, float],
    connectivity: int,
    limit: float,
) -> Spread:
    """Spread over a tile from its sources and from what its halo knows."""
    try:
        resistance = checked_resistance(values).values
    except NoDataError:  # of one tile no matter
        resistance = np.full(values.shape, np.nan, np.float32)
    barred = ~np.isfinite(resistance)
    state.cost[barred], state.owner[barred] = np.inf, 0
    seeds = np.flatnonzero(np.isfinite(state.cost))
    spread(resistance, state, seeds, step=step, connectivity=connectivity, limit=limit)
    return state


def _lazy(plan: _Plan, *, north_up: bool) -> tuple[Any, Any, Any]:
    """Return the three results as Dask arrays, a delayed sweep for each tile."""
    da: Any = import_optional("dask.array", extra="dask")
    delayed = import_optional("dask", extra="dask").delayed
    grids: list[list[list[Any]]] = [[], [], []]
    for tile in plan.tiles():
        box = plan.box(tile)
        shape = tuple(part.stop - part.start for part in box)
        sweep = partial(
            _finished, partial(_state_of, plan, tile), plan.sweep, _inner(plan, tile)
        )
        values = plan.resistance[plan.box(tile, 1)]
        parts = delayed(sweep, nout=3, traverse=False)(values, north_up)
        for grid, part, kind in zip(grids, parts, KINDS, strict=True):
            if tile[1] == 0:
                grid.append([])
            grid[-1].append(da.from_delayed(part, shape, kind))
    cost, owner, link = (da.block(grid) for grid in grids)
    return cost, owner, link


def _finished(
    begin: Callable[[], Spread],
    sweep: Callable[..., Spread],
    inner: Box,
    values: xr.DataArray,
    north_up: bool,
) -> tuple[Any, Any, Any]:
    """Return the results of a tile whose borders are settled."""
    whole = sweep(values, begin())
    state = Spread(
        whole.cost[inner].copy(), whole.owner[inner].copy(), whole.link[inner].copy()
    )
    finish(state, north_up=north_up)
    return state.cost, state.owner, state.link
