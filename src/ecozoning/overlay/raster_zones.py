"""Zones that are the classes of a raster, block by block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import run_kernel, thread_count
from ecozoning.overlay.class_codes import class_codes, with_near_nodata
from ecozoning.overlay.footprints import row_areas_m2
from ecozoning.overlay.polygon_zones import ClassPart, check_table_size
from ecozoning.overlay.tallies import merged_tallies, summed
from ecozoning.overlay.value_tables import (
    merged_values,
    order_statistics,
    value_table,
)
from ecozoning.overlay.zone_parts import Part, check_infinite, check_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ecozoning.overlay.class_codes import ClassCodes
    from ecozoning.overlay.footprints import Window
    from ecozoning.overlay.zonal_request import Request
    from ecozoning.raster.grid import RasterGrid

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Values = NDArray[Any]

__all__ = ["RasterClasses", "RasterValues"]

SHARES: Final = 4
TALLY_BYTES: Final = 1 << 26
"""Room for the sums of all zones of all bands together."""
HELD_CELLS: Final = 1 << 22


def _row_bands(rows: int, columns: int, threads: int | None) -> Ints:
    """Return first and last row of bands, fewer when each needs many columns."""
    most = max(TALLY_BYTES // (8 * max(columns, 1)), 1)
    count = min(rows, SHARES * (threads or thread_count()), most)
    ends = np.linspace(0, rows, count + 1).astype(np.int64)
    return np.ascontiguousarray(np.column_stack([ends[:-1], ends[1:]]))


def _row_areas(grid: RasterGrid, window: Window) -> Floats:
    """Return the area of a cell of each row of a block, in the order of its array."""
    areas = row_areas_m2(grid, window.top, window.bottom)
    return np.ascontiguousarray(areas[:: window.step])


@dataclass(frozen=True)
class RasterValues:
    """The job of `zonal` on a block: values and zones, and weights if asked for."""

    grid: RasterGrid
    zones_nodata: float
    request: Request

    def __call__(
        self,
        window: Window,
        values: Values,
        zones: Values,
        *weights: Values,
        threads: int | None,
    ) -> Part:
        """Return what the block says of each zone."""
        zones, nodata = with_near_nodata(zones, self.zones_nodata)
        found = class_codes(zones, nodata, name="zones", threads=threads)
        count = found.values.size
        bands = _row_bands(len(values), 9 * count, threads)
        tallies = self._tallies((values, zones, found, bands), window, threads)
        weighted = np.zeros((len(bands), count, 2))
        if self.request.weighted:
            rasters = values, weights[0], zones
            self._weigh((*rasters, found.codes, bands), found, weighted, threads)
        at = np.tile(np.arange(count), len(bands))
        own = replace(self, zones_nodata=nodata)
        table, ordered = own._by_order(values, zones, found)
        return Part(
            found.values,
            merged_tallies(at, tallies.reshape(-1, 9), count),
            summed(at, weighted.reshape(-1, 2), count),
            table,
            ordered,
        )

    def _tallies(
        self,
        blocks: tuple[Values, Values, ClassCodes, Ints],
        window: Window,
        threads: int | None,
    ) -> Floats:
        from ecozoning._kernels.class_cells import class_moments

        values, zones, found, bands = blocks
        inputs = values, zones, found.codes, bands, _row_areas(self.grid, window)
        out = np.zeros((len(bands), found.values.size, 9))
        ask = found.lowest, self.request.nodata
        ends = range(len(bands) + 1)
        faults = run_kernel(class_moments, inputs, out, ask, threads=threads, ends=ends)
        check_infinite(faults)
        return out

    def _weigh(
        self,
        inputs: tuple[Values, ...],
        found: ClassCodes,
        out: Floats,
        threads: int | None,
    ) -> None:
        from ecozoning._kernels.class_cells import class_weights

        ask = found.lowest, self.request.nodata, self.request.weights_nodata
        ends = range(len(out) + 1)
        faults = run_kernel(class_weights, inputs, out, ask, threads=threads, ends=ends)
        check_weights(faults)

    def _by_order(
        self, values: Values, zones: Values, found: ClassCodes
    ) -> tuple[Floats, list[tuple[Any, dict[str, Floats]]]]:
        """Return values of zones, or what follows from them if zones are whole."""
        if not self.request.by_order:
            return np.empty((0, 6)), []
        tables = self._tables(values, zones, found)
        if values.dtype.kind != "f":
            return merged_values(list(tables)), []
        wanted = self.request.ordered, self.request.quantiles
        return np.empty((0, 6)), [order_statistics(table, *wanted) for table in tables]

    def _tables(
        self, values: Values, zones: Values, found: ClassCodes
    ) -> Iterator[Floats]:
        """Yield tables of values, of some rows at a time where values are few."""
        rows = len(values)
        if values.dtype.kind != "f":
            rows = max(HELD_CELLS // values.shape[1], 1)
        for first in range(0, len(values), rows):
            block, zone = values[first : first + rows], zones[first : first + rows]
            known = (block == block) & (block != self.request.nodata) & (zone == zone)
            known &= zone != self.zones_nodata
            number = zone[known].astype(np.int64)
            cells = block[known].astype(np.float64)
            yield value_table(number, cells, np.ones(cells.size))


@dataclass(frozen=True)
class RasterClasses:
    """The job of `crosstab` and `transition` on a block: classes and zones."""

    grid: RasterGrid
    zones_nodata: float
    nodata: float
    zones_name: str = "zones"
    classes_name: str = "classes"

    def __call__(
        self, window: Window, classes: Values, zones: Values, *, threads: int | None
    ) -> ClassPart:
        """Return the area of each class of the block in each zone, and in none."""
        from ecozoning._kernels.class_cells import class_histogram

        named = self.classes_name, self.zones_name
        classes, no_class = with_near_nodata(classes, self.nodata)
        zones, no_zone = with_near_nodata(zones, self.zones_nodata)
        codes = class_codes(classes, no_class, name=named[0], threads=threads)
        rows = class_codes(zones, no_zone, name=named[1], threads=threads)
        shape = rows.values.size + 1, codes.values.size + 1
        check_table_size(*shape)
        bands = _row_bands(len(classes), shape[0] * shape[1], threads)
        out = np.zeros((len(bands), *shape))
        areas = _row_areas(self.grid, window)
        run_kernel(
            class_histogram,
            (classes, zones, codes.codes, rows.codes, bands, areas),
            out,
            (codes.lowest, rows.lowest),
            threads=threads,
            ends=range(len(bands) + 1),
        )
        return ClassPart(rows.values, codes.values, out.sum(axis=0))
