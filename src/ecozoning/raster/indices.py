"""The spectral indices of the catalogue Awesome Spectral Indices, by their names."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.spectral import FAR
from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError
from ecozoning.raster.bands import Scaling, judge_of_bands, nodata_values, scaling_of
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import as_raster, reads_around

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["index"]

_EMITTED: Final = frozenset({"T", "T1", "T2"})
"""Bands of the catalogue in kelvin, which no scale of reflectance is for."""
_UNCHANGED: Final = 1e-9


@dataclass(frozen=True)
class _Recipe:
    """An entry of the catalogue, and how the numbers of its bands are stored."""

    name: str
    constants: tuple[tuple[str, float], ...]
    reflected: tuple[tuple[str, bool], ...]
    nodata: tuple[float, ...]
    scaling: tuple[float, float]

    def of(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- as the values are
        """Return the index of values by symbol."""
        spyndex = import_optional("spyndex", extra="indices")
        with np.errstate(all="ignore"):
            return spyndex.computeIndex(self.name, {**dict(self.constants), **values})

    def is_ratio(self) -> bool:
        """Tell whether a common factor of all reflectances cancels out."""
        once = dict(zip(dict(self.reflected), np.linspace(0.1, 0.5, 99), strict=False))
        more = {s: v * 7 if dict(self.reflected)[s] else v for s, v in once.items()}
        first, second = self.of(once), self.of(more)
        return bool(abs(first - second) <= _UNCHANGED * abs(first))


@reads_around(0)
def index(
    name: str,
    /,
    *,
    scale: float | None = None,
    offset: float | None = None,
    **bands: xr.DataArray | float,
) -> xr.DataArray:
    """
    Return a spectral index of the catalogue Awesome Spectral Indices [1]_ by its name.

    Needs the extra `indices`, which brings spyndex with 280 formulas. Those with a
    function of their own (`ndvi`, `ndwi`, `ndmi`, `mndwi`, `ndbi`, `savi`, `evi`) are
    faster there.

    Parameters
    ----------
    name : str
        Short name in the catalogue, as ``list(spyndex.indices)`` has them.
    scale, offset : float, optional
        Surface reflectance is ``scale * stored + offset``, in all bands but the thermal
        and radar ones. By default what the bands declare as `scale_factor` and
        `add_offset`, else 1 and 0.
    **bands : xarray.DataArray, dims (y, x), or float
        What the formula needs, under the symbols of the catalogue: rasters on one grid
        for bands (`B` blue, `G` green, `R` red, `RE1` to `RE3` red edge, `N` near
        infrared, `S1` and `S2` short-wave infrared, `T` thermal, in kelvin), numbers
        for constants that shall not have the value of the catalogue (`L`, which is 1
        there, `g`, ...).

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        NaN where a band has no value and where the formula has none, as for a
        denominator of 0. Lazy, block by block, if a band is.

    Raises
    ------
    MissingDependencyError
        If spyndex is not installed.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or bands are not on one grid; both sides are printed.
    ParameterError
        If the catalogue has no such name; if a band is missing, not in the formula, or
        no raster of finite real numbers; if its scaling is unclear; if a reflectance is
        beyond -2 to 2 and the formula is not one in which scale cancels out.
    NoDataError
        If no cell has a value in all bands.

    References
    ----------
    .. [1] Montero, D. et al. (2023). A standardized catalogue of spectral indices to
       advance the use of remote sensing in Earth system research. Scientific Data 10,
       197. doi:10.1038/s41597-023-02096-0

    Examples
    --------
    The green NDVI of (0.5 - 0.1) / (0.5 + 0.1), as stored by Sentinel-2.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30.0]}
    >>> green = xr.DataArray([[1000, 2000]], axes, ("y", "x")).rio.write_crs(4547)
    >>> nir = green.copy(data=[[5000, 2000]])
    >>> index("GNDVI", G=green, N=nir).to_numpy()
    array([[0.6666667, 0.       ]], dtype=float32)
    """
    entry = _entry(name)
    rasters, constants = _parts(name, entry, bands)
    check_same_grid(**rasters)
    reflected = tuple((s, _is_reflected(s)) for s in rasters)
    light = {s: rasters[s] for s, yes in reflected if yes}
    scaling = scaling_of(light, scale, offset) if light else Scaling(1.0, 0.0, False)
    stored = (nodata_values(rasters), scaling.numbers)
    recipe = _Recipe(name, constants, reflected, *stored)
    ratio = recipe.is_ratio()
    data = apply(
        _evaluate,
        [raster.data for raster in rasters.values()],
        dtype=np.float32,
        parameters=(recipe, ratio),
        judge=judge_of_bands(rasters, scaling.of_ratio() if ratio else scaling),
    )
    like = next(iter(rasters.values()))
    return as_raster(data, like, name=name, units="1", long_name=entry.long_name)


def _entry(name: str) -> Any:  # noqa: ANN401 -- a class of spyndex
    """Return what the catalogue has under a name."""
    catalogue = import_optional("spyndex", extra="indices").indices
    if name not in catalogue:
        near = get_close_matches(str(name), list(catalogue), n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}? " if near else ""
        msg = (
            f"`name` is {name!r}, which the catalogue does not have; {hint}See all "
            "with `list(spyndex.indices)`."
        )
        raise ParameterError(msg)
    return catalogue[name]


def _is_reflected(symbol: str) -> bool:
    """Tell whether a symbol is a band of reflectance, and not of radar or heat."""
    known = import_optional("spyndex", extra="indices").bands
    return symbol in known and symbol not in _EMITTED


def _parts(
    name: str,
    entry: Any,  # noqa: ANN401 -- a class of spyndex
    bands: Mapping[str, Any],
) -> tuple[dict[str, xr.DataArray], tuple[tuple[str, float], ...]]:
    """Return the rasters and the constants that a formula needs, in its order."""
    known = import_optional("spyndex", extra="indices").constants
    usual = {symbol: one.default for symbol, one in known.items()}
    given: dict[str, Any] = {s: bands.get(s, usual.get(s)) for s in entry.bands}
    missing = [symbol for symbol, value in given.items() if value is None]
    spare = [symbol for symbol in bands if symbol not in given]
    if missing or spare:
        call = ", ".join(f"{s}=..." for s in given if s in bands or s in missing)
        msg = (
            f"`bands` of {name}, which is {entry.formula}, lack {missing or 'nothing'} "
            f"and have {spare or 'nothing'} too many; use "
            f"`ecozoning.index({name!r}, {call})`."
        )
        raise ParameterError(msg)
    numbers = {s: v for s, v in given.items() if isinstance(v, int | float | np.number)}
    rasters = {s: v for s, v in given.items() if s not in numbers}
    flat = [symbol for symbol in numbers if _is_reflected(symbol)]
    if flat or not rasters:
        msg = (
            f"{name} needs rasters of its bands, but {flat or list(given)} are numbers."
        )
        raise ParameterError(msg)
    return rasters, tuple((s, float(v)) for s, v in numbers.items())


def _evaluate(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- bands, out, ...
    """Fill rows of the last array as a kernel does, and count the same faults."""
    *bands, out, first, last, recipe, ratio = arguments
    known = np.ones((last - first, out.shape[1]), dtype=bool)
    infinite, fractions, far = (np.zeros_like(known) for _ in range(3))
    values = {}
    for band, nothing, (symbol, reflected) in zip(
        bands, recipe.nodata, recipe.reflected, strict=True
    ):
        value = band[first:last].astype(np.float64)
        here = (value == value) & (value != nothing)
        known &= here
        infinite |= here & np.isinf(value)
        if reflected:
            fractions |= here & (abs(value) <= FAR) & (value != np.floor(value))
            value = recipe.scaling[0] * value + recipe.scaling[1]
            far |= here & (abs(value) > FAR)
        values[symbol] = value
    found = recipe.of(values)
    out[first:last] = np.where(known & np.isfinite(found), found, np.nan)
    counts = [known, infinite, known & fractions, known & far & (not ratio)]
    return tuple(int(np.count_nonzero(count)) for count in counts)
