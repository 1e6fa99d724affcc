"""Red lines from importance and sensitivity, step by step and accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._validation import check_lines, check_polygons
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.raster.checks import check_positive
from ecozoning.redline.inputs import common_crs, highest_of, outlines
from ecozoning.redline.ledger import Ledger
from ecozoning.redline.mosaic import Mosaic, mosaic_of
from ecozoning.redline.steps import (
    areas_km2,
    cut,
    filled,
    joined,
    tidied,
    without_small,
)
from ecozoning.rulesets import load_ruleset

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
        If a raster does not say its highest class, has values above it, or is noise; if
        a number is outside its domain.
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
    all of it. Patches of cells that are sure to be too small are counted and never
    drawn, so that lone cells cost little. What is then left takes about 2 kB for each
    straight side; above 4 million sides it is refused: clean such rasters up first with
    :func:`ecozoning.importance.clean_up`.

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
    land = land.without_specks(
        layers, least_km2=least, fill_km2=fill_holes_km2, snap_m=snap_m
    )
    mosaic = _mosaic(land, layers)
    ledger = Ledger(mosaic.area_m2)
    origin = joined(mosaic, ledger, land, layers)
    barred = cut(mosaic, ledger, layers)
    without_small(mosaic, ledger, least, origin["statutory"])
    filled(mosaic, ledger, fill_holes_km2, barred)
    tidied(mosaic, ledger, layers, snap_m, (origin["statutory"], *barred))
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
    return mosaic_of(land.edges, outer, land.crs, land.specks)


def _redlines(
    mosaic: Mosaic, kept: Bools, origin: Mapping[str, Bools], *, evidence: str
) -> gpd.GeoDataFrame:
    """Return one polygon per patch, the largest first."""
    import geopandas as gpd

    patch, count = mosaic.connected(kept)
    areas = areas_km2(mosaic, patch, count)
    columns: dict[str, Any] = {"area_km2": areas}
    for name, pieces in origin.items():
        own = np.where(pieces, patch, -1)
        columns[f"{name}_km2"] = areas_km2(mosaic, own, count)
    geometry = mosaic.merged(patch, count)
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=mosaic.crs)
    frame = frame.sort_values("area_km2", ascending=False, ignore_index=True)
    frame.insert(0, "patch", np.arange(1, count + 1))
    return frame.assign(geometry_kind="modelled", evidence=evidence)
