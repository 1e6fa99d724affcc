"""Strips read, computed and handed on in order, by threads that work ahead."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import NoDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Future

    import xarray as xr

    from ecozoning.io.band_reader import BandReader

__all__ = ["Slab", "StripJob"]


class Slab:
    """Rows of all sources with room above and below for those of the neighbours."""

    def __init__(self, job: StripJob, first: int, last: int) -> None:
        rows, columns = job.readers[0].shape
        self.first = max(0, first - job.around)
        self.top = first - self.first
        self.bottom = min(rows, last + job.around) - last
        height = self.top + last - first + self.bottom
        self.inner = slice(self.top, height - self.bottom)
        self.bands = [np.empty((height, columns), r.dtype) for r in job.readers]
        for reader, band in zip(job.readers, self.bands, strict=True):
            reader.read((first, last, 0, columns), out=band[self.inner])

    def meet(self, above: Slab | None, below: Slab | None) -> None:
        """Copy the rows around from the neighbours, which have read them."""
        if above is not None and self.top:
            for band, theirs in zip(self.bands, above.bands, strict=True):
                band[: self.top] = theirs[above.inner][-self.top :]
        if below is not None and self.bottom:
            for band, theirs in zip(self.bands, below.bands, strict=True):
                band[self.inner.stop :] = theirs[below.inner][: self.bottom]


class StripJob:
    """What is called with what, strip by strip."""

    def __init__(
        self,
        call: Callable[[dict[str, xr.DataArray]], xr.DataArray],
        named: dict[str, BandReader],
        around: int,
    ) -> None:
        self.call, self.around = call, around
        self.names, self.readers = list(named), list(named.values())

    @property
    def whole(self) -> dict[str, Any]:
        """The grid of the result."""
        first = self.readers[0]
        rows, columns = first.shape
        return {"height": rows, "width": columns, "transform": first.transform}

    def strips(
        self, edges: list[int], workers: int
    ) -> Generator[xr.DataArray | NoDataError, None, None]:
        """Yield results in order, or why a strip has none; threads work ahead."""
        above: Future[Slab] | None = None
        here: Future[Slab] | None = None
        waiting: deque[Future[xr.DataArray | NoDataError]] = deque()
        pool = ThreadPoolExecutor(workers)
        try:
            # Tasks start in order: what a strip waits for has been begun before it.
            for ends in [*pairwise(edges), None]:
                below = None if ends is None else pool.submit(Slab, self, *ends)
                if here is not None:
                    waiting.append(pool.submit(self._compute, above, here, below))
                above, here = here, below
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _compute(
        self,
        above: Future[Slab] | None,
        at: Future[Slab],
        below: Future[Slab] | None,
    ) -> xr.DataArray | NoDataError:
        """Return the result for a slab without the rows around it."""
        slab = at.result()
        slab.meet(
            None if above is None else above.result(),
            None if below is None else below.result(),
        )
        rasters = {
            name: reader.raster(band, slab.first)
            for name, reader, band in zip(
                self.names, self.readers, slab.bands, strict=True
            )
        }
        try:
            return self.call(rasters)[slab.inner]
        except NoDataError as error:
            return error
