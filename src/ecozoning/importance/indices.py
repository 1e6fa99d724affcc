"""What the indices from net primary production have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning._kernels.factors import product
from ecozoning.raster.factors import Factor, bounds_of, run_factors
from ecozoning.raster.values import as_raster

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

__all__ = ["npp_index", "times"]

AS_IT_IS = (0.0, 1.0, False)
THE_REST = (1.0, -1.0, False)

SHARE = "bring it to 0 to 1 with `ecozoning.importance.normalised`"


def npp_index(
    npp: xr.DataArray,
    with_it: Mapping[str, xr.DataArray],
    against_it: Mapping[str, xr.DataArray],
    *,
    name: str,
) -> xr.DataArray:
    """Return production times factors of 0 to 1, or times what they leave of 1."""
    shares = {**with_it, **against_it}
    factors = [Factor("npp", npp, unit="")]
    factors += [
        Factor(told, raster, 0.0, 1.0, "", mend=SHARE)
        for told, raster in shares.items()
    ]
    terms = [AS_IT_IS] * (1 + len(with_it)) + [THE_REST] * len(against_it)
    words = ["NPP", *with_it, *(f"(1 - {told})" for told in against_it)]
    return times(
        factors,
        terms,
        name=name,
        units="1",
        told=(f"index of {name.replace('_', ' ')} from NPP", " * ".join(words)),
    )


def times(
    factors: list[Factor],
    terms: list[tuple[float, float, bool]],
    *,
    name: str,
    units: str,
    told: tuple[str, str],
) -> xr.DataArray:
    """Return the product of terms; `told` is its long name and its method."""
    data = run_factors(product, factors, bounds_of(factors), tuple(terms))
    long_name, method = told
    like = factors[0].raster
    made = as_raster(data, like, name=name, units=units, long_name=long_name)
    made.attrs["method"] = method
    return made
