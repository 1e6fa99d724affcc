"""How the stored numbers of bands become reflectance, and what is no reflectance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecozoning._kernels.spectral import FAR
from ecozoning.errors import ParameterError
from ecozoning.raster.values import is_lazy, judge_of, nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import xarray as xr
    from numpy.typing import NDArray

    Bands = Mapping[str, xr.DataArray]
    Judge = Callable[[NDArray[np.int64]], None]

__all__ = ["Scaling", "judge_of_bands", "nodata_values", "scaling_of"]


@dataclass(frozen=True)
class Scaling:
    """Reflectance is ``scale * stored + offset``.

    Attributes
    ----------
    scale, offset : float
        The two numbers, the same for all bands.
    declared : bool
        Whether a band brought one of them along and nobody confirmed it.
    """

    scale: float
    offset: float
    declared: bool

    @property
    def numbers(self) -> tuple[float, float]:
        """Scale and offset."""
        return self.scale, self.offset

    @property
    def shift(self) -> float:
        """What the sum of two stored numbers lacks to be in proportion to reflectance.

        A ratio of difference and sum needs nothing else, for the scale cancels out.
        """
        return 2.0 * self.offset / self.scale

    def of_ratio(self) -> Scaling:
        """Return what matters to such a ratio: without an offset, nothing."""
        return self if self.offset else Scaling(1.0, 0.0, declared=False)


def scaling_of(bands: Bands, scale: float | None, offset: float | None) -> Scaling:
    """
    Return the scaling that was asked for, or else the one that bands declare.

    Attributes `scale_factor` and `add_offset` declare it. What xarray has decoded keeps
    both in `encoding`, where they tell how to write the band, not how to read it.
    """
    given = (
        _one_of(bands, "scale_factor", 1.0)
        if scale is None
        else _number("scale", scale),
        _one_of(bands, "add_offset", 0.0)
        if offset is None
        else _number("offset", offset),
    )
    if given[0] <= 0:
        msg = f"`scale` is {given[0]:g}, but a number above 0 is needed."
        raise ParameterError(msg)
    declared = (scale is None and given[0] != 1) or (offset is None and given[1] != 0)
    return Scaling(*given, declared)


def _number(name: str, value: object) -> float:
    """Insist on a finite number."""
    good = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not good or not np.isfinite(value):  # type: ignore[call-overload]
        msg = f"`{name}` is {value!r}, but one finite number for all bands is needed."
        raise ParameterError(msg)
    return float(value)  # type: ignore[arg-type]


def _one_of(bands: Bands, attribute: str, default: float) -> float:
    """Return what all bands declare alike."""
    found = {}
    for name, band in bands.items():
        # Files may hold the number as an array of one.
        number = np.squeeze(band.attrs.get(attribute, default))[()]
        found[name] = _number(f"{name}.attrs[{attribute!r}]", number)
    if len(set(found.values())) > 1:
        keyword = "scale" if attribute == "scale_factor" else "offset"
        told = ", ".join(f"`{name}` {value:g}" for name, value in found.items())
        msg = (
            f"Bands declare different {attribute}: {told}; bring them to one, or state "
            f"the one that holds for all with `{keyword}=`."
        )
        raise ParameterError(msg)
    return next(iter(found.values()))


def nodata_values(bands: Bands) -> tuple[float, ...]:
    """Return the nodata value of each band, NaN where there is none."""
    return tuple(nodata_of(band) for band in bands.values())


def judge_of_bands(bands: Bands, scaling: Scaling) -> Judge:
    """
    Return a judge of the faults that kernels of bands count.

    These are (with a value, infinite, stored as a fraction near 0) and, for an index
    that needs reflectance, cells beyond it.
    """
    names = tuple(bands)
    told = " and ".join(f"`{name}`" for name in names)
    plain = judge_of(*names, whole=not is_lazy(list(bands.values())))

    def judge(faults: NDArray[np.int64]) -> None:
        plain(faults)
        if scaling.declared and faults[2]:
            raise ParameterError(_scaled_already(told, int(faults[2]), scaling))
        if faults[3:].any():
            raise ParameterError(_beyond(told, int(faults[3]), scaling))

    return judge


def _scaled_already(told: str, cells: int, scaling: Scaling) -> str:
    return (
        f"{cells} cells of {told} hold fractions between {-FAR:g} and {FAR:g}, as if "
        f"scale_factor {scaling.scale:g} and add_offset {scaling.offset:g} of their "
        "attributes had been done already; say so with `scale=1, offset=0`, or confirm "
        f"them with `scale={scaling.scale:g}, offset={scaling.offset:g}`."
    )


def _beyond(told: str, cells: int, scaling: Scaling) -> str:
    return (
        f"{cells} cells of {told} are beyond {-FAR:g} to {FAR:g} after scale "
        f"{scaling.scale:g} and offset {scaling.offset:g}, but this index adds a "
        "constant to reflectance and no surface reflects so much; say how digital "
        "numbers were stored, e.g. `scale=0.0001` for Sentinel-2 or "
        "`scale=0.0000275, offset=-0.2` for Landsat Collection 2, and mask what is "
        "no surface."
    )
