"""Red lines from importance and sensitivity, step by step and accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._validation import check_lines, check_polygons
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.raster.checks import check_positive
from ecozoning.redline.inputs import common_crs, highest_of, outlines
from ecozoning.redline.ledger import Ledger
from ecozoning.redline.mosaic import Mosaic, mosaic_of
from ecozoning.redline.tidying import snapped_to_lines, whole_parcels
from ecozoning.rulesets import load_ruleset
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.redline.inputs import Highest

    Bools = NDArray[np.bool_]
    Layers = Mapping[str, gpd.GeoDataFrame]

__all__ = ["RedlineResult", "delineate"]

PARTS: Final = ("importance", "sensitivity", "statutory")


@dataclass(frozen=True)
class RedlineResult:
    """Red lines and how they came about; the answer of `delineate`.

    Attributes
    ----------
    redlines : geopandas.GeoDataFrame
        One row per patch, the largest first: `patch` (1, 2, ...), `area_km2`, of it
        `importance_km2`, `sensitivity_km2`, `statutory_km2` (these overlap),
        `geometry_kind` (``modelled``), `evidence`. Patches that touch in a point are
        two.
    ledger : pandas.DataFrame
        One row per step, in order: `step`, `step_zh`, `applied` (whether it was asked
        for), `area_in_km2`, `added_km2`, `removed_km2`, `area_out_km2`. The first two
        less the third are the fourth. ``ledger.attrs["unsure"]`` names thresholds that
        are known from memory only.
    """

    redlines: gpd.GeoDataFrame
    ledger: pd.DataFrame


def delineate(  # noqa: PLR0913 -- one argument for every step of the method
    importance: xr.DataArray | gpd.GeoDataFrame,
    sensitivity: xr.DataArray | gpd.GeoDataFrame,
    *,
    statutory: gpd.GeoDataFrame | None = None,
    boundary: gpd.GeoDataFrame | None = None,
    exclusions: gpd.GeoDataFrame | None = None,
    minimum_patch_km2: float | None = None,
    fill_holes_km2: float = 0.0,
    natural_lines: gpd.GeoDataFrame | None = None,
    snap_m: float = 100.0,
    parcels: gpd.GeoDataFrame | None = None,
    highest: int | None = None,
) -> RedlineResult:
    """
    Delineate red lines, and account for the area of every step.

    In this order [1]_: land of the highest importance; that of the highest sensitivity;
    statutory areas; what lies outside the boundary and what is excluded leaves; patches
    that are too small leave; holes that are small are filled; the boundary moves to
    natural lines and to those of parcels. Everything stays exact to the cell: outlines
    follow the edges of cells until a step moves them.

    Parameters
    ----------
    importance, sensitivity : xarray.DataArray or geopandas.GeoDataFrame
        Class rasters on one grid, of which the highest class counts, or polygons of
        that class. Either kind, in degrees or in metres, in one CRS.
    statutory : geopandas.GeoDataFrame, optional
        Protected areas that belong to the red line by law. They survive the minimum
        patch and the parcels; only the boundary and exclusions cut them.
    boundary : geopandas.GeoDataFrame, optional
        The county. What lies outside leaves, and comes in by no step.
    exclusions : geopandas.GeoDataFrame, optional
        Built-up land, permanent farmland, ... They come in by no later step.
    minimum_patch_km2 : float, optional
        Patches below this area leave. By default what `redline2017` has, 1 km², which
        is common practice and no text of the guide.
    fill_holes_km2 : float, default 0
        Holes up to this area are filled. A hole is land whose every side is towards the
        red line; a part that is excluded stays out. There is no number on record.
    natural_lines : geopandas.GeoDataFrame, optional
        Rivers, ridges, tree lines. Slivers between line and boundary change sides.
    snap_m : float, default 100
        How far from a natural line slivers may reach, in metres.
    parcels : geopandas.GeoDataFrame, optional
        Parcels that do not overlap. One of which more than half is in, by more than a
        millionth, belongs to the red line wholly; of others only statutory land does.
    highest : int, optional
        The highest class of rasters that have no `flag_values`.

    Returns
    -------
    RedlineResult
        Red lines, in the CRS of `importance`, and the ledger. If nothing is left there
        are no rows, and the ledger says why.

    Raises
    ------
    ParameterError
        If a raster does not say its highest class, or has values above it; if a number
        is outside its domain.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If something has no CRS, they have several, or rasters are not on one grid.
    GeometryError, SchemaError, NoDataError
        If a layer has bad geometry, a label twice, or no rows, lies beside the rasters,
        or parcels overlap.

    Notes
    -----
    All lines are cut by one another, and each piece between them is measured once, as
    :func:`ecozoning.ellipsoidal_area` does, on the CGCS2000 ellipsoid. So the ledger
    closes to rounding, and its end is the area of the red lines. Steps do not repeat:
    what parcels leave may be below the minimum patch.

    A sliver is a piece between a natural line and the boundary that no point of leaves
    `snap_m`. One outside comes in if what lies over the line is outside too; one inside
    leaves if what lies over the line is inside. So the boundary becomes the line. A
    strip that is thin on both sides of a line, as a river's banks, stays.

    The rasters are read into memory, also those of Dask: where a patch ends depends on
    all of it.

    References
    ----------
    .. [1] 环境保护部、国家发展改革委 (2017). 生态保护红线划定指南.
       环办生态〔2017〕48号.

    Examples
    --------
    Cells of 1 km²: three of importance, one of sensitivity beside them, one alone.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [3.102e6, 3.101e6, 3.1e6], "x": [5e5, 5.01e5, 5.02e5, 5.03e5]}
    >>> def classes(values):
    ...     raster = xr.DataArray(np.array(values, "uint8"), axes, ("y", "x"))
    ...     return raster.rio.write_crs(4547)
    >>> important = classes([[3, 3, 1, 1], [3, 1, 1, 1], [1, 1, 1, 1]])
    >>> fragile = classes([[1, 3, 3, 1], [1, 1, 1, 1], [1, 1, 1, 3]])
    >>> found = delineate(important, fragile, minimum_patch_km2=2, highest=3)
    >>> found.redlines[["patch", "area_km2"]].round(2)
       patch  area_km2
    0      1       4.0
    >>> columns = ["step", "area_in_km2", "added_km2", "removed_km2", "area_out_km2"]
    >>> table = found.ledger.loc[found.ledger["applied"], columns]
    >>> print(table.round(2).to_string(index=False))
             step  area_in_km2  added_km2  removed_km2  area_out_km2
       importance          0.0        3.0          0.0           3.0
      sensitivity          3.0        2.0          0.0           5.0
    minimum_patch          5.0        0.0          1.0           4.0
    """
    given = {"importance": importance, "sensitivity": sensitivity}
    least, unsure = _least_patch(minimum_patch_km2)
    _check_numbers(fill_holes_km2, snap_m, least)
    land = highest_of(given, highest)
    optional = {
        "statutory": statutory,
        "boundary": boundary,
        "exclusions": exclusions,
        "natural_lines": natural_lines,
        "parcels": parcels,
    }
    layers = _checked(optional, land)
    mosaic = _mosaic(land, layers)
    ledger = Ledger(mosaic.area_m2)
    origin = _joined(mosaic, ledger, land, layers)
    barred = _cut(mosaic, ledger, layers)
    _without_small(mosaic, ledger, least, origin["statutory"])
    _filled(mosaic, ledger, fill_holes_km2, barred)
    _tidied(mosaic, ledger, layers, snap_m, (origin["statutory"], *barred))
    table = ledger.table()
    table.attrs["unsure"] = unsure
    frame = _redlines(mosaic, ledger.kept, origin, evidence=land.evidence)
    return RedlineResult(frame, table)


def _least_patch(asked: float | None) -> tuple[float, list[str]]:
    """Return the least area of a patch, and the rows of rulesets that are unsure."""
    if asked is not None:
        return asked, []
    rules = load_ruleset("redline2017")
    keys = rules.unsure("minimum_patch")["key"]
    told = [f"redline2017.minimum_patch.{key}" for key in keys]
    return rules["minimum_patch"].value("redline"), told


def _check_numbers(fill_km2: float, snap_m: float, least_km2: float) -> None:
    check_positive("snap_m", snap_m)
    for name, value in (("fill_holes_km2", fill_km2), ("minimum_patch_km2", least_km2)):
        if value != 0:
            check_positive(name, value)


def _checked(
    optional: Mapping[str, gpd.GeoDataFrame | None], land: Highest
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers that were given, in the CRS of all."""
    layers = {}
    for name, layer in optional.items():
        if layer is None:
            continue
        check = check_lines if name == "natural_lines" else check_polygons
        layers[name] = check(layer, name=name)
        common_crs({name: layers[name]}, land.crs)
        land.check_meets(layers[name], name)
    if "parcels" in layers:
        check_no_overlaps(layers["parcels"], name="parcels")
    return layers


def _mosaic(land: Highest, layers: Layers) -> Mosaic:
    """Cut the plane along the outlines of all that was given."""
    outer = [outlines(polygons) for polygons in land.polygons.values()]
    for name, layer in layers.items():
        geometries = layer.geometry.to_numpy()
        outer.append(geometries if name == "natural_lines" else outlines(geometries))
    return mosaic_of(land.edges, outer, land.crs)


def _within(mosaic: Mosaic, layers: Layers, name: str) -> Bools:
    if name not in layers:
        return mosaic.none
    return mosaic.rows_at(layers[name].geometry.to_numpy()) >= 0


def _joined(
    mosaic: Mosaic, ledger: Ledger, land: Highest, layers: Layers
) -> dict[str, Bools]:
    """Take in all that belongs to the red line, and return the pieces of each kind."""
    origin = {name: land.within(mosaic, name) for name in PARTS[:2]}
    origin["statutory"] = _within(mosaic, layers, "statutory")
    for name, pieces in origin.items():
        asked = name != "statutory" or name in layers
        ledger.take(name, ledger.kept | pieces, asked=asked)
    return origin


def _cut(mosaic: Mosaic, ledger: Ledger, layers: Layers) -> tuple[Bools, Bools]:
    """Take out what may not be in; return what never may, and what lies outside."""
    outside = mosaic.none
    if "boundary" in layers:
        outside = ~_within(mosaic, layers, "boundary")
    excluded = _within(mosaic, layers, "exclusions")
    ledger.take("boundary", ledger.kept & ~outside, asked="boundary" in layers)
    ledger.take("exclusions", ledger.kept & ~excluded, asked="exclusions" in layers)
    return outside | excluded, outside


def _areas_km2(mosaic: Mosaic, numbers: NDArray[np.intp], count: int) -> Any:  # noqa: ANN401 -- an array
    rows = numbers >= 0
    sums = np.bincount(numbers[rows], mosaic.area_m2[rows], count)
    return sums * convert(1.0, "m2", "km2")


def _without_small(
    mosaic: Mosaic, ledger: Ledger, least_km2: float, statutory: Bools
) -> None:
    """Take out patches below an area in which nothing is statutory."""
    patch, count = mosaic.connected(ledger.kept)
    small = _areas_km2(mosaic, patch, count) < least_km2 * (1 - 1e-9)
    small[patch[ledger.kept & statutory]] = False
    gone = ledger.kept.copy()
    gone[ledger.kept] = small[patch[ledger.kept]]
    ledger.take("minimum_patch", ledger.kept & ~gone, asked=least_km2 > 0)


def _filled(
    mosaic: Mosaic, ledger: Ledger, most_km2: float, barred: tuple[Bools, Bools]
) -> None:
    """Fill land that only the red line surrounds, up to an area."""
    never, outside = barred
    if most_km2 > 0:
        empty = ~ledger.kept & ~outside
        hole, count = mosaic.connected(empty)
        is_hole = _areas_km2(mosaic, hole, count) <= most_km2 * (1 + 1e-9)
        is_hole[hole[mosaic.open_sides(empty | ledger.kept) & empty]] = False
        filled = empty.copy()
        filled[empty] = is_hole[hole[empty]]
        ledger.take("holes", ledger.kept | (filled & ~never))
    else:
        ledger.take("holes", ledger.kept, asked=False)


def _tidied(
    mosaic: Mosaic,
    ledger: Ledger,
    layers: Layers,
    snap_m: float,
    fixed: tuple[Bools, Bools, Bools],
) -> None:
    """Move the boundary to natural lines and to those of parcels."""
    statutory, never, outside = fixed
    kept = ledger.kept
    if "natural_lines" in layers:
        lines = layers["natural_lines"].geometry.to_numpy()
        moved = snapped_to_lines(mosaic, kept, lines, reach_m=snap_m, outside=outside)
        kept = (moved | (kept & statutory)) & ~never
    ledger.take("natural_lines", kept, asked="natural_lines" in layers)
    if "parcels" in layers:
        wanted = layers["parcels"].geometry.to_numpy()
        kept = whole_parcels(mosaic, kept, wanted, always=statutory, never=never)
    ledger.take("parcels", kept, asked="parcels" in layers)


def _redlines(
    mosaic: Mosaic, kept: Bools, origin: Mapping[str, Bools], *, evidence: str
) -> gpd.GeoDataFrame:
    """Return one polygon per patch, the largest first."""
    import geopandas as gpd

    patch, count = mosaic.connected(kept)
    areas = _areas_km2(mosaic, patch, count)
    columns: dict[str, Any] = {"area_km2": areas}
    for name, pieces in origin.items():
        own = np.where(pieces, patch, -1)
        columns[f"{name}_km2"] = _areas_km2(mosaic, own, count)
    geometry = mosaic.merged(patch, count)
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=mosaic.crs)
    frame = frame.sort_values("area_km2", ascending=False, ignore_index=True)
    frame.insert(0, "patch", np.arange(1, count + 1))
    return frame.assign(geometry_kind="modelled", evidence=evidence)
