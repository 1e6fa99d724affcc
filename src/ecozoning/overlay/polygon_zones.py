"""Zones that are polygons, block by block of a raster."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ecozoning._apply import run_kernel, thread_count
from ecozoning.errors import ParameterError
from ecozoning.overlay.class_codes import class_codes, with_near_nodata
from ecozoning.overlay.footprints import row_areas_m2
from ecozoning.overlay.tallies import CELLS, merged_tallies, summed
from ecozoning.overlay.value_tables import (
    merged_values,
    order_statistics,
    value_table,
)
from ecozoning.overlay.zone_parts import Part, check_infinite, check_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ecozoning.overlay.footprints import Bands, Footprints, Window
    from ecozoning.overlay.zonal_request import Request

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Values = NDArray[Any]

__all__ = ["ClassPart", "PolygonClasses", "PolygonValues", "check_table_size"]

SHARES: Final = 32
"""Shares of the work per thread: the last ones to end are not waited for long."""
HELD_CELLS: Final = 1 << 22
"""Values of zones that are held to be sorted, unless one zone has more."""
WIDEST_TABLE: Final = 1 << 27


@dataclass(frozen=True)
class _Sweep:
    """Polygons, and the rule by which they hold cells."""

    footprints: Footprints
    exact: bool

    def row_areas(self) -> Floats:
        """Return the area of a cell of each row of the raster, from the north."""
        grid = self.footprints.grid
        return row_areas_m2(grid, 0, grid.rows)

    def run(
        self,
        kernel: Any,  # noqa: ANN401 -- compiled
        inputs: tuple[Any, ...],
        out: Floats,
        *parameters: Any,  # noqa: ANN401
        work: tuple[Bands, Window],
        threads: int | None,
    ) -> NDArray[np.int64]:
        """Run a kernel over bands, in shares of about the same work."""
        bands, window = work
        ends = bands.shares(SHARES * (threads or thread_count()))
        parameters = (window.place, self.exact, *parameters)
        return run_kernel(kernel, inputs, out, parameters, threads=threads, ends=ends)


@dataclass(frozen=True)
class PolygonValues(_Sweep):
    """The job of `zonal` on a block."""

    request: Request

    def __call__(
        self, window: Window, values: Values, *weights: Values, threads: int | None
    ) -> Part:
        """Return what the block says of each zone."""
        work = bands, _ = self.footprints.bands(window), window
        zones, at = np.unique(bands.owner, return_inverse=True)
        tallies, weighted = np.zeros((at.size, 8)), np.zeros((at.size, 2))
        table, ordered = np.empty((0, 6)), []
        if at.size:
            self._tally(values, tallies, work, threads)
        if at.size and self.request.weighted:
            self._weigh(values, weights[0], weighted, work, threads)
        if self.request.by_order:
            pairs = self._pairs(values, tallies[:, CELLS], work, threads)
            tables = (value_table(*pair) for pair in pairs)
            if values.dtype.kind != "f":
                table = merged_values(list(tables))
            else:
                wanted = self.request.ordered, self.request.quantiles
                ordered = [order_statistics(whole, *wanted) for whole in tables]
        return Part(
            zones,
            merged_tallies(at, tallies, zones.size),
            summed(at, weighted, zones.size),
            table,
            ordered,
        )

    def _tally(
        self,
        values: Values,
        out: Floats,
        work: tuple[Bands, Window],
        threads: int | None,
    ) -> None:
        from ecozoning._kernels.zonal import moments

        inputs = (values, self.footprints.edges, work[0].table, self.row_areas())
        ask = self.request.nodata, self.request.extremes
        faults = self.run(moments, inputs, out, *ask, work=work, threads=threads)
        check_infinite(faults)

    def _weigh(
        self,
        values: Values,
        weights: Values,
        out: Floats,
        work: tuple[Bands, Window],
        threads: int | None,
    ) -> None:
        from ecozoning._kernels.zonal import weighted_sums

        inputs = (values, weights, self.footprints.edges, work[0].table)
        both = self.request.nodata, self.request.weights_nodata
        faults = self.run(weighted_sums, inputs, out, *both, work=work, threads=threads)
        check_weights(faults)

    def _pairs(
        self,
        values: Values,
        cells: Floats,
        work: tuple[Bands, Window],
        threads: int | None,
    ) -> Iterator[tuple[Ints, Floats, Floats]]:
        """Yield zone, value and cover of cells, some zones at a time."""
        from ecozoning._kernels.zonal import gather

        bands, window = work
        count = cells.astype(np.int64)
        whole = values.dtype.kind == "f"  # the table of the others is short anyway
        for first, last in _groups(bands.owner, count, whole=whole):
            part, size = bands.part(first, last), count[first:last]
            found, covers = np.empty(size.sum()), np.empty(size.sum())
            offsets = np.cumsum(size) - size
            inputs = (
                values, self.footprints.edges, part.table, offsets, found, covers,
            )  # fmt: skip
            out = np.empty((last - first, 1))
            nodata = self.request.nodata
            self.run(gather, inputs, out, nodata, work=(part, window), threads=threads)
            yield np.repeat(part.owner, size), found, covers


def _groups(owner: Ints, cells: Ints, *, whole: bool) -> Iterator[tuple[int, int]]:
    """Yield first and last of bands with not too many cells, zones whole if asked."""
    if not owner.size:
        return
    number = (np.cumsum(cells) - cells) // HELD_CELLS
    if whole:
        zone = np.cumsum(np.diff(owner, prepend=owner[0]) != 0)
        first = np.searchsorted(zone, zone)
        number = number[first]
    cuts = np.flatnonzero(np.diff(number)) + 1
    yield from pairwise([0, *cuts.tolist(), len(owner)])


class ClassPart(NamedTuple):
    """Areas in m2 of the classes in the zones of a block; the last one is nodata."""

    zones: Ints  # (m,)
    classes: Ints  # (k,)
    areas: Floats  # (m, k + 1)


@dataclass(frozen=True)
class PolygonClasses(_Sweep):
    """The job of `crosstab` on a block."""

    nodata: float

    def __call__(
        self, window: Window, classes: Values, *, threads: int | None
    ) -> ClassPart:
        """Return the area of each class of the block in each zone."""
        from ecozoning._kernels.zonal import histogram

        classes, nodata = with_near_nodata(classes, self.nodata)
        found = class_codes(classes, nodata, name="classes", threads=threads)
        bands = self.footprints.bands(window)
        zones, at = np.unique(bands.owner, return_inverse=True)
        check_table_size(at.size, found.values.size)
        out = np.zeros((at.size, found.values.size + 1))
        inputs = (
            classes, self.footprints.edges, bands.table, self.row_areas(), found.codes,
        )  # fmt: skip
        if at.size:
            work = bands, window
            self.run(histogram, inputs, out, found.lowest, work=work, threads=threads)
        return ClassPart(zones, found.values, summed(at, out, zones.size))


def check_table_size(zones: int, classes: int) -> None:
    """Refuse classes that are so many that they are none."""
    if zones * (classes + 1) > WIDEST_TABLE:
        msg = (
            f"`classes` has {classes} classes, too many for a table with {zones} parts "
            "of zones; group them with `ecozoning.reclassify(classes, ...)`."
        )
        raise ParameterError(msg)
