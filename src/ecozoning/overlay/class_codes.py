"""The classes of a raster: which there are, what they are called, how to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from ecozoning._apply import run_kernel
from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["ClassCodes", "class_codes", "class_labels", "with_near_nodata"]

WIDEST: Final = 1 << 22
"""Span of class values that is still looked up in a table."""


class ClassCodes(NamedTuple):
    """Classes of an array, and the table by which kernels find them."""

    values: NDArray[np.int64]  # (classes,) ascending, without nodata
    codes: NDArray[np.int32]  # position of a class by value - lowest, -1 for none
    lowest: int


def class_codes(
    data: NDArray[Any], nodata: float, *, name: str, threads: int | None
) -> ClassCodes:
    """Find the classes of an array of the raster called `name`."""
    from ecozoning._kernels.class_cells import present

    low, high = _span(data)
    if not np.isfinite([low, high]).all() or high - low >= WIDEST:
        msg = (
            f"`{name}` has values from {low:g} to {high:g}, but classes are needed, "
            f"whole numbers of a span below {WIDEST}; make some with "
            f"`ecozoning.reclassify({name}, ...)`."
        )
        raise ParameterError(msg)
    lowest = int(np.floor(low))
    seen = np.zeros(int(high) - lowest + 1, np.uint8)
    done = np.empty(len(data))
    broken = run_kernel(present, (data, seen), done, (lowest,), threads=threads)
    if broken[0]:
        msg = (
            f"`{name}` has {broken[0]} values that are no whole numbers, but classes "
            f"are needed; make some with `ecozoning.reclassify({name}, ...)`."
        )
        raise ParameterError(msg)
    if lowest <= nodata < lowest + seen.size:  # false for NaN
        seen[int(nodata) - lowest] = 0
    values = np.flatnonzero(seen)
    codes = np.full(seen.size, -1, np.int32)
    codes[values] = np.arange(values.size)
    return ClassCodes(values + lowest, codes, lowest)


def with_near_nodata(data: NDArray[Any], nodata: float) -> tuple[NDArray[Any], float]:
    """Return classes and nodata, which leaves its place if that is far from classes.

    Whoever writes -2147483648 or -3.4e38 for no data does not mean a span of classes.
    """
    if not abs(nodata) >= WIDEST:  # nor NaN
        return data, nodata
    known = data != nodata
    if data.dtype.kind == "f":
        return np.where(known, data, np.nan).astype(data.dtype), np.nan
    lowest = int(np.min(data, where=known, initial=WIDEST))
    near = max(lowest - 1, int(np.iinfo(data.dtype).min))
    return np.where(known, data, data.dtype.type(near)), float(near)


def _span(data: NDArray[Any]) -> tuple[float, float]:
    """Return the least and the greatest value, 0 where there is none but NaN."""
    if data.dtype.kind != "f":
        if data.dtype.itemsize == 1:
            return 0.0, 255.0
        return float(data.min()), float(data.max())
    low, high = np.fmin.reduce(data, axis=None), np.fmax.reduce(data, axis=None)
    return (0.0, 0.0) if np.isnan(low) else (float(low), float(high))


def class_labels(
    raster: xr.DataArray, found: NDArray[np.int64], *, name: str
) -> dict[int, int | str]:
    """Return the classes of a raster and their names, if it has any, in order.

    All that have a name come first, whether or not they occur, then other values.
    """
    named = _flags(raster, name)
    others = [int(value) for value in found if int(value) not in named]
    return {**named, **{value: value for value in others}}


def _flags(raster: xr.DataArray, name: str) -> dict[int, int | str]:
    """Return CF flag values and meanings; without meanings there are no names."""
    words = str(raster.attrs.get("flag_meanings", "")).split()
    values = np.atleast_1d(raster.attrs.get("flag_values", ())).tolist()
    if not words:
        return {}
    if len(values) != len(words) or len({*values}) != len(values) != len({*words}):
        msg = (
            f"`{name}` has {len(values)} flag_values and {len(words)} flag_meanings, "
            "but one name for each value is needed, all different; write them with "
            f"`{name}.assign_attrs(flag_values=[...], flag_meanings='...')`."
        )
        raise ParameterError(msg)
    return dict(zip(map(int, values), words, strict=True))
