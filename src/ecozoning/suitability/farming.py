"""What land suits farming (农业生产适宜性)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecozoning.raster.values import reads_around
from ecozoning.rulesets import load_ruleset
from ecozoning.suitability.matrices import Rule, Told, suitability_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from ecozoning.rulesets import Ruleset

__all__ = ["agriculture"]

LAND = "slope"
BOTH = "farming_land_water"
MATRICES: Final = (
    Rule("slope", "farming_slope"),
    Rule("silt", "farming_silt", needs=LAND, percent=True),
    Rule("precipitation", "farming_precipitation", BOTH, "water", LAND),
    Rule("aridity", "farming_aridity", BOTH, "water", LAND),
    Rule("water_quota", "water_quota_county", BOTH, "water", LAND),
    Rule("heat", "farming_heat", "farming_climate", needs=LAND),
    Rule("soil_pollution", "farming_soil_pollution", needs=LAND),
    Rule("salinization", "farming_salinization", needs=LAND),
    Rule("disaster", "farming_disaster", needs=LAND),
)
NEGATIVE_LIST: Final = (
    Rule("precipitation", "farming_precipitation"),
    Rule("other_water", "farming_precipitation", needs="precipitation", clears=True),
    Rule("slope", "farming_slope"),
    Rule("silt", "farming_silt", percent=True),
    Rule("heat", "farming_heat"),
    Rule("soil_pollution", "farming_soil_pollution"),
)
TITLE: Final = "suitability for agriculture"


@reads_around(0)
def agriculture(
    factors: Mapping[str, xr.DataArray],
    *,
    ruleset: str | Ruleset = "dual2019draft",
    classes: Mapping[str, Mapping[int, str]] | None = None,
    grouped: bool = False,
) -> xr.DataArray:
    """
    Return how well land suits farming, by matrices or by a negative list.

    With the draft of 2019 the slope makes a level of 1 (best) to 5, and each factor
    that is given corrects it in the order below [1]_. With the guide of 2020 land is
    excluded if any factor excludes it [2]_.

    Parameters
    ----------
    factors : mapping of str to xarray.DataArray, dims (y, x)
        For ``dual2019draft`` ``slope`` (degrees), then as far as given ``silt`` (%),
        one of ``precipitation`` (mm/a), ``aridity`` and ``water_quota`` (10^4 m3/km2),
        ``heat`` (accumulated temperature from 0 degrees on, degrees times days), and
        the classes ``soil_pollution`` (safe, risk, unsafe), ``salinization`` and
        ``disaster`` (other, worst). For ``dual2020`` some of ``precipitation``,
        ``other_water`` (1 where water comes from elsewhere, else 0; takes back what
        precipitation excludes), ``slope``, ``silt``, ``heat``, ``soil_pollution``
        (within_control_value, above_control_value).
    ruleset : str or Ruleset
        ``"dual2019draft"``, ``"dual2020"``, or your own with their tables.
    classes : mapping of str to mapping of int to str, optional
        For rasters of classes without CF flags the words of their numbers, by factor.
    grouped : bool, default False
        Whether the five levels of the draft become three: suitable (1, 2), moderately
        suitable (3, 4), unsuitable (5). Not for a negative list.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        Levels, 1 the best; of a negative list 1 ``not_excluded`` and 2 ``unsuitable``.
        Nodata, 255, where any factor has no value. Lazy if a factor is.

    Raises
    ------
    ParameterError
        If a factor is not of the method, lacks the slope it corrects, or is one of two
        of which one is to be used; if a value is beyond its range or a class has no
        word; if silt is in fractions: no value above 1, told in memory only.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Natural Resources (2019). Guide to evaluating carrying capacity
       and suitability for development, draft; from public code that implements it.
    .. [2] Ministry of Natural Resources (2020). Guide to evaluating carrying capacity
       and suitability for development.

    Examples
    --------
    Level 1 by slope and much rain stays 1; slope 3 with little rain (3) becomes 3.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> slope = xr.DataArray([[1.0, 10, 30]], axes, ("y", "x")).rio.write_crs(4547)
    >>> rain = slope.copy(data=[[1300.0, 500, 500]])
    >>> agriculture({"slope": slope, "precipitation": rain}).to_numpy()
    array([[1, 3, 5]], dtype=uint8)
    >>> agriculture({"slope": slope}, ruleset="dual2020").to_numpy()
    array([[1, 1, 2]], dtype=uint8)
    """
    rules = load_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    by_matrices = BOTH in rules
    scale = "grade" if by_matrices else "exclusion"
    told = Told(scale, "agriculture", TITLE)
    if grouped and by_matrices:
        told = Told("suitability", "agriculture", TITLE, "farming_suitability")
    order = MATRICES if by_matrices else NEGATIVE_LIST
    return suitability_of(factors, rules, order, classes=classes, told=told)
