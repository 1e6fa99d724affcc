"""What land suits towns (城镇建设适宜性)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecozoning.raster.values import reads_around
from ecozoning.rulesets import load_ruleset
from ecozoning.suitability.matrices import Rule, Told, suitability_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from ecozoning.rulesets import Ruleset

__all__ = ["construction"]

LAND = "slope"
BOTH = "construction_land_water"
MATRICES: Final = (
    Rule("slope", "construction_slope"),
    Rule("elevation", "construction_elevation", needs=LAND),
    Rule("local_relief", "construction_relief", needs=LAND),
    Rule("water_quota", "water_quota_county", BOTH, "water", LAND),
    Rule("water_quota_province", "water_quota_province", BOTH, "water", LAND),
    Rule("geohazard", "construction_geohazard", needs=LAND),
    Rule("storm_surge", "construction_storm_surge", needs=LAND),
    Rule("air_capacity", "construction_air_capacity", needs=LAND),
    Rule("water_capacity", "construction_water_capacity", needs=LAND),
    Rule("comfort", "construction_comfort", needs=LAND),
    Rule("location", "construction_location", needs=LAND),
    Rule("contiguity", "construction_contiguity", needs=LAND),
)
NEGATIVE_LIST: Final = (
    Rule("slope", "construction_slope"),
    Rule("water_shortage", "construction_conditions"),
    Rule("elevation_too_high", "construction_conditions"),
    Rule("geohazard_very_high", "construction_conditions"),
    Rule("marine_hazard_very_high", "construction_conditions"),
)


@reads_around(0)
def construction(
    factors: Mapping[str, xr.DataArray],
    *,
    ruleset: str | Ruleset = "dual2019draft",
    classes: Mapping[str, Mapping[int, str]] | None = None,
) -> xr.DataArray:
    """
    Return how well land suits towns, by matrices or by a negative list.

    With the draft of 2019 the slope makes a level of 1 (best) to 5, and each factor
    that is given corrects it in the order below [1]_. With the guide of 2020 land is
    excluded if any factor excludes it [2]_.

    Parameters
    ----------
    factors : mapping of str to xarray.DataArray, dims (y, x)
        For ``dual2019draft`` ``slope`` (degrees), then as far as given ``elevation``
        and ``local_relief`` (m), ``water_quota`` or ``water_quota_province``
        (10^4 m3/km2), the classes ``geohazard`` (other, rather_high, high, very_high),
        ``storm_surge``, ``air_capacity``, ``water_capacity`` and ``comfort`` (other,
        worst), ``location`` (levels 1 to 5) and ``contiguity`` of parcels (0 to 1). For
        ``dual2020`` some of ``slope`` and the conditions ``water_shortage``,
        ``elevation_too_high``, ``geohazard_very_high``, ``marine_hazard_very_high``
        (1 where it holds, else 0).
    ruleset : str or Ruleset
        ``"dual2019draft"``, ``"dual2020"``, or your own with their tables.
    classes : mapping of str to mapping of int to str, optional
        For rasters of classes without CF flags the words of their numbers, by factor.

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
        word.
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
    Slopes of level 1, 2 and 5; at 4000 m each is one worse.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> slope = xr.DataArray([[1.0, 5, 30]], axes, ("y", "x")).rio.write_crs(4547)
    >>> height = xr.full_like(slope, 4000.0)
    >>> construction({"slope": slope, "elevation": height}).to_numpy()
    array([[2, 3, 5]], dtype=uint8)
    """
    rules = load_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    by_matrices = BOTH in rules
    scale = "grade" if by_matrices else "exclusion"
    return suitability_of(
        factors,
        rules,
        MATRICES if by_matrices else NEGATIVE_LIST,
        classes=classes,
        told=Told(scale, "construction", "suitability for construction"),
    )
