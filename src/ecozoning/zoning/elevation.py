"""Evidence from elevation: a band, or the high or the low ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pyproj import Transformer

from ecozoning._validation.rasters import raster_crs
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.zoning.evidence import Evidence, check_order

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.zoning.grid import Grid

__all__ = ["Elevation", "sample"]


@dataclass(frozen=True, kw_only=True)
class Elevation(Evidence):
    """An elevation band in metres, or the high or the low ground of the county.

    `dem` has dims (y, x) and a CRS. A miss of the county's whole relief counts as one
    county radius. A published `mean` weighs only where zones are put together from
    whole units.
    """

    dem: xr.DataArray
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    prefer: Literal["high", "low", ""] = ""
    kind: ClassVar[str] = "elevation"

    def __post_init__(self) -> None:
        """Refuse a band that is empty or open on both sides."""
        super().__post_init__()
        if self.prefer not in ("high", "low", ""):
            msg = f"`prefer` is {self.prefer!r}; use 'high' or 'low'."
            raise ParameterError(msg)
        if not self.prefer and self.low is None and self.high is None:
            msg = "elevation needs one of `low`, `high` (metres) and `prefer`."
            raise ParameterError(msg)
        check_order("low", self.low, "high", self.high)
        check_order("low", self.low, "mean", self.mean)
        check_order("mean", self.mean, "high", self.high)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return the miss in metres of height, scaled to county radii."""
        height = sample(self.dem, grid.lonlat)
        relief = max(float(height.max() - height.min()), 1.0)
        return self._miss(height) / relief * grid.radius_m

    def _miss(self, height: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.prefer:
            end = height.max() if self.prefer == "high" else height.min()
            return np.asarray(np.abs(end - height))
        below = np.zeros_like(height) if self.low is None else self.low - height
        above = np.zeros_like(height) if self.high is None else height - self.high
        return np.maximum(0.0, np.maximum(below, above))

    def describe(self) -> str:
        """Return the band."""
        if self.prefer:
            return f"on {self.prefer} ground"
        low = "…" if self.low is None else f"{self.low:g}"
        high = "…" if self.high is None else f"{self.high:g}"
        mean = "" if self.mean is None else f", on average {self.mean:g}"
        return f"at {low}–{high} m{mean}"


def sample(raster: xr.DataArray, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the value of the cell that each lon/lat point lies in."""
    crs = raster_crs(raster, "dem")
    forward = Transformer.from_crs("EPSG:4490", crs, always_xy=True)
    x, y = forward.transform(*lonlat.T)
    columns = _nearest(raster["x"].to_numpy(), x)
    rows = _nearest(raster["y"].to_numpy(), y)
    if (columns < 0).any() or (rows < 0).any():
        msg = "`dem` does not cover the county; give one with a margin around it."
        raise NoDataError(msg)
    values = raster.to_numpy()[rows, columns].astype(float)
    nodata = raster.rio.nodata
    if np.isnan(values).any() or (nodata is not None and (values == nodata).any()):
        msg = "`dem` has nodata inside the county; fill it first."
        raise NoDataError(msg)
    return values


def _nearest(axis: NDArray[np.float64], value: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return cell indices along a regular axis, -1 beyond half a cell of its ends."""
    step = (axis[-1] - axis[0]) / (axis.size - 1)
    index = np.rint((value - axis[0]) / step).astype(int)
    return np.where((index >= 0) & (index < axis.size), index, -1)
