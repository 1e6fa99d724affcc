"""What is asked of `zonal`, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

from ecozoning.errors import ParameterError
from ecozoning.overlay.tallies import SIMPLE
from ecozoning.overlay.value_tables import ORDERED, quantile_name
from ecozoning.raster.values import is_lazy, nodata_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

__all__ = ["WEIGHTED", "Request", "Rule", "check_rule", "nodata_in", "request_of"]

Rule = Literal["exact", "centre"]

WEIGHTED: Final = "weighted_mean"


class Request(NamedTuple):
    """The statistics that are asked for, and how rasters say nodata."""

    names: tuple[str, ...]
    quantiles: tuple[float, ...]
    nodata: float
    weighted: bool  # with a raster of weights
    weights_nodata: float

    @property
    def ordered(self) -> tuple[str, ...]:
        """The names of those that need the values themselves, not just their sums."""
        return tuple(name for name in self.names if name in ORDERED)

    @property
    def extremes(self) -> bool:
        """Whether the least and the greatest value are asked for."""
        return "min" in self.names or "max" in self.names

    @property
    def by_order(self) -> bool:
        """Whether there are any such."""
        return bool(self.ordered or self.quantiles)


def request_of(
    raster: xr.DataArray,
    stats: str | Sequence[str],
    weights: xr.DataArray | str | None,
    quantiles: Sequence[float],
) -> Request:
    """Return what is asked for, insisting that it can be answered."""
    weighted = weights is not None and not isinstance(weights, str)
    request = Request(
        _checked_names(stats, weights),
        _checked_quantiles(quantiles),
        nodata_in(raster),
        weighted,
        nodata_in(weights) if weighted else float("nan"),
    )
    _refuse_lazy_order(raster, request)
    return request


def check_rule(rule: object) -> None:
    """Refuse a rule that is not known."""
    if rule not in get_args(Rule):
        msg = f"`rule` is {rule!r}; use one of {', '.join(get_args(Rule))}."
        raise ParameterError(msg)


def _checked_names(stats: str | Sequence[str], weights: object) -> tuple[str, ...]:
    """Return the names of statistics, insisting on known ones, each once."""
    names = (stats,) if isinstance(stats, str) else tuple(stats)
    known = (*SIMPLE, *ORDERED, WEIGHTED)
    unknown = [name for name in names if name not in known]
    if unknown or len(set(names)) < len(names):
        msg = (
            f"`stats` is {names!r}, but different ones of {', '.join(known)} are "
            "needed; for others see `quantiles`."
        )
        raise ParameterError(msg)
    if isinstance(weights, str) and weights != "area":
        msg = f"`weights` is {weights!r}; give a raster, or 'area'."
        raise ParameterError(msg)
    if (WEIGHTED in names) != (weights is not None):
        msg = (
            "`weights` and the statistic 'weighted_mean' need each other; give both, "
            "e.g. `stats=['weighted_mean'], weights='area'`, or none."
        )
        raise ParameterError(msg)
    return names


def _checked_quantiles(quantiles: Sequence[float]) -> tuple[float, ...]:
    parts = tuple(map(float, quantiles))
    if not all(0 <= part <= 1 for part in parts) or len(set(parts)) < len(parts):
        msg = (
            f"`quantiles` is {quantiles!r}, but different ones from 0 to 1 are needed."
        )
        raise ParameterError(msg)
    return parts


def _refuse_lazy_order(raster: Any, request: Request) -> None:  # noqa: ANN401 -- not checked yet
    """Refuse to hold all values of a lazy raster of fractions."""
    if not request.by_order or not hasattr(raster, "dtype"):
        return
    if raster.dtype.kind == "f" and is_lazy([raster]):
        asked = [*request.ordered, *map(quantile_name, request.quantiles)]
        msg = (
            f"{', '.join(asked)} of a lazy `raster` of {raster.dtype} would have to "
            "hold all its values; load it with `raster.compute()`, or round it to "
            "integers, e.g. `(raster * 100).round().astype('int16')`."
        )
        raise ParameterError(msg)


def nodata_in(raster: Any) -> float:  # noqa: ANN401 -- not checked yet
    """Return the value of nodata as the cells of a raster have it, NaN if none."""
    if not hasattr(raster, "dims"):
        return float("nan")
    nodata = nodata_of(raster)
    return float(raster.dtype.type(nodata)) if raster.dtype.kind == "f" else nodata
