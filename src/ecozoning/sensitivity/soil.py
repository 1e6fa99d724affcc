"""Soil erodibility K out of what soil consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.soil_loss import SUM_SLACK, epic_erodibility
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import as_raster, is_lazy, nodata_of, reads_around
from ecozoning.rulesets import load_ruleset
from ecozoning.sensitivity.faults import judge_of_values
from ecozoning.sensitivity.grading import rules_used

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset

__all__ = ["soil_erodibility"]

UNITS = "t hm2 h/(hm2 MJ mm)"
TABLE = "erodibility_correction"


@reads_around(0)
def soil_erodibility(
    sand: xr.DataArray,
    silt: xr.DataArray,
    clay: xr.DataArray,
    organic_carbon: xr.DataArray,
    *,
    corrected: bool = True,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return the erodibility of soil, K, by the equation of EPIC [1]_.

    .. math::

        K_{EPIC} = (0.2 + 0.3 e^{-0.0256 m_s (1 - m_{si}/100)})
        \left(\frac{m_{si}}{m_c + m_{si}}\right)^{0.3}
        \left(1 - \frac{0.25 C}{C + e^{3.72 - 2.95 C}}\right)
        \left(1 - \frac{0.7 r}{r + e^{-5.51 + 22.9 r}}\right),
        \quad r = 1 - m_s / 100

    The red-line guide corrects it [2]_, ``K = (-0.01383 + 0.51575 K_EPIC) 0.1317``;
    papers that do not get about twice the value.

    Parameters
    ----------
    sand, silt, clay : xarray.DataArray, dims (y, x)
        Per cent of mass, 0 to 100, of the classes 0.05 to 2, 0.002 to 0.05 and below
        0.002 mm. Together 100, within 1 for rounding.
    organic_carbon : xarray.DataArray, dims (y, x)
        Per cent of mass, 0 to 100; carbon, not organic matter, which is 1.724 times
        that.
    corrected : bool, default True
        Whether to correct as the guide does.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the table ``erodibility_correction``.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        K in t hm2 h/(hm2 MJ mm), >= 0: the correction would make pure sand negative.
        NaN where an input has no value. Lazy if one is.

    Raises
    ------
    ParameterError
        If a part is outside 0 to 100, or sand, silt and clay do not add up to 100 per
        cent, as fractions do not.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, or two are not on one grid.
    NoDataError
        If no cell has a value in all, in memory.

    References
    ----------
    .. [1] Williams, J. R. (1990). The erosion-productivity impact calculator (EPIC)
       model: a case history. Philosophical Transactions of the Royal Society B 329,
       421-428. doi:10.1098/rstb.1990.0184
    .. [2] 环办生态〔2017〕48号, factor of soil erodibility.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> k = soil_erodibility(cell(40.0), cell(40.0), cell(20.0), cell(1.0))
    >>> round(float(k[0, 0]), 5)
    0.01824
    """
    rasters = {
        "sand": sand,
        "silt": silt,
        "clay": clay,
        "organic_carbon": organic_carbon,
    }
    check_same_grid(**rasters)
    rules = load_ruleset(ruleset)
    option = "corrected" if corrected else "uncorrected"
    data = apply(
        epic_erodibility,
        [raster.data for raster in rasters.values()],
        dtype=np.float32,
        parameters=(
            np.array([nodata_of(raster) for raster in rasters.values()]),
            np.array(rules[TABLE].row(option).scores),
        ),
        judge=_judge(rasters),
    )
    erodibility = as_raster(
        data, sand, name="soil_erodibility", units=UNITS, long_name="soil erodibility"
    )
    used = rules.to_frame(TABLE)
    erodibility.attrs["method"] = f"EPIC, {option}"
    erodibility.attrs |= rules_used(rules, used[used["key"] == option])
    return erodibility


def _judge(rasters: dict[str, xr.DataArray]) -> Callable[[NDArray[np.int64]], None]:
    """Return a judge of faults: valid, outside by raster, and sums that miss 100."""
    accepted = dict.fromkeys(rasters, "0 to 100 %")
    plainly = judge_of_values(accepted, whole=not is_lazy(list(rasters.values())))

    def judge(faults: NDArray[np.int64]) -> None:
        plainly(faults[:-1])
        if faults[-1]:
            msg = (
                "`sand`, `silt` and `clay` do not add up to 100 % within "
                f"{SUM_SLACK:g} in {faults[-1]} cells; per cent of mass are needed, so "
                "multiply fractions by 100, or divide each by their sum."
            )
            raise ParameterError(msg)

    return judge
