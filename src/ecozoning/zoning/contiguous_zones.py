"""Units that touch and are alike merged to contiguous zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ecozoning.overlay.adjacency import Adjacency, adjacency
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.coverage_inputs import check_no_overlaps
from ecozoning.overlay.dissolving import joined_groups
from ecozoning.overlay.metric_scale import scale_of
from ecozoning.zoning.border_merging import Mosaic
from ecozoning.zoning.merging_inputs import Request, check_request, checked_units
from ecozoning.zoning.merging_tables import Merged, ledger_table, zones_table
from ecozoning.zoning.regions import (
    components_of,
    linked_pieces,
    max_p_regions,
    refuse_zone_count,
    skater_regions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.zoning.merging_inputs import Units

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["ContiguousZones", "merge_contiguous"]


@dataclass(frozen=True)
class ContiguousZones:
    """
    Zones merged from units; the answer of `merge_contiguous`.

    Attributes
    ----------
    zones : geopandas.GeoDataFrame
        One row per zone, in the CRS of the units and the order of first units:
        `zone_id` (1, 2, ..., or as named), the columns `by` with the class of the zone,
        `n_units`, `area_km2` on the CGCS2000 ellipsoid, `other_class_km2` (of units
        that were of another class), `is_island` (no neighbour that is a zone),
        `below_minimum`.
    units : geopandas.GeoDataFrame
        The units given, with `zone_id`.
    ledger : pandas.DataFrame
        One row per join, in the order of joins, after neighbours of one class have
        become one: `unit`, the first unit of the zone that joined, `into_unit`, that of
        the zone which took it, `zone_id` where both are now, `n_units` and `area_km2`
        that joined, `border_km` between the two, `reason` (``below minimum``, ``too
        many zones``, ``same class``; ``..., nearest`` where there was no neighbour).
        No rows for ``max_p`` and ``skater``, which do not join step by step.
    """

    zones: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    ledger: pd.DataFrame


def merge_contiguous(  # noqa: PLR0913 -- the rules of a merger, each with a default
    units: gpd.GeoDataFrame,
    by: str | Sequence[str] | None,
    *,
    contiguity: Literal["rook", "queen"] = "rook",
    method: Literal["longest_border", "max_p", "skater"] = "longest_border",
    n_zones: int | None = None,
    min_area_km2: float = 0.0,
    attributes: Sequence[str] = (),
    islands: Literal["keep", "nearest"] = "keep",
    zone_id: str = "zone_id",
) -> ContiguousZones:
    """
    Merge units that touch and are of one class, and small zones into their neighbours.

    By default units of one class that touch become one zone. Then the smallest zone
    below the minimum joins the neighbour with which it has the longest border; of
    equally long ones the likest in class, if classes are numbers, then in `attributes`,
    then the smallest, which keeps zones even, then the one with the first unit. The
    larger of the two gives the
    class, and zones of one class that now touch become one. This goes on until no zone
    is below the minimum, or none of them has a neighbour; and then, with `n_zones`,
    until no more than that are left.

    Parameters
    ----------
    units : geopandas.GeoDataFrame
        Polygons that do not overlap, with unique labels, in any CRS that can be brought
        to CGCS2000.
    by : str, sequence of str, or None
        Columns that make the class; units without a value are refused. None: every unit
        starts as a zone of its own, and no two are alike.
    contiguity : {"rook", "queen"}
        Whether neighbours share a border, or a point is enough.
    method : {"longest_border", "max_p", "skater"}
        ``max_p`` makes as many zones as possible of `min_area_km2` each, alike within
        themselves in `attributes` [1]_; ``skater`` cuts a spanning tree of likeness
        into `n_zones` [2]_. Both by `spopt` (extra ``regions``), within each class of
        `by`, and each piece of land by itself.
    n_zones : int, optional
        Most zones that are left; for ``skater`` just so many.
    min_area_km2 : float, default 0.0
        Least area of a zone on the CGCS2000 ellipsoid. Not for ``skater``.
    attributes : sequence of str, optional
        Columns of numbers in which units are compared, each scaled to mean 0 and
        standard deviation 1. Needed by ``max_p`` and ``skater``.
    islands : {"keep", "nearest"}
        What becomes of a zone that is too small and has no neighbour: it stays and is
        told in `is_island` and `below_minimum`, or joins the zone nearest to it. For
        ``max_p`` and ``skater``, ``nearest`` first links each piece of land of a class
        to the next.
    zone_id : str, default "zone_id"
        Name of the column with the number of the zone; units must not have it already.

    Returns
    -------
    ContiguousZones
        Zones, units and the ledger of joins.

    Raises
    ------
    ParameterError
        If `units` is not a layer, a choice is none of those named, a number is outside
        its domain, a method lacks what it needs, `n_zones` cannot be reached, or
        `attributes` are not finite numbers.
    MissingCRSError, CRSMismatchError
        If `units` has no CRS or one that cannot be brought to CGCS2000.
    NoDataError, SchemaError
        If `units` has no rows, a label twice, not the columns named, no value in one of
        `by`, or a column that the result has of its own.
    GeometryError
        If `units` has missing, empty, invalid or other geometry, or rows that overlap.
    MissingDependencyError
        If a method needs `spopt` and it is not installed.

    Notes
    -----
    Borders are lengths on the map, of degrees stretched to metres at the middle
    latitude. They are found where edges run together, whether or not vertices agree; a
    gap between units is no border: see `ecozoning.clean_coverage`. ``max_p`` searches
    from a random start, always the same one.

    References
    ----------
    .. [1] Duque, J. C., Anselin, L. and Rey, S. J. (2012). The max-p-regions problem.
       Journal of Regional Science, 52(3), 397-419.
       doi:10.1111/j.1467-9787.2011.00743.x
    .. [2] Assunção, R. M., Neves, M. C., Câmara, G. and Da Costa Freitas, C. (2006).
       Efficient regionalization techniques for socio-economic geographical units using
       minimum spanning trees. International Journal of Geographical Information
       Science, 20(7), 797-811. doi:10.1080/13658810600665111

    Examples
    --------
    A row of four townships of 4, 4, 1 and 9 km²; the third is too small, and its border
    with either neighbour is 1 km: the smaller zone takes it.

    >>> import geopandas as gpd, shapely
    >>> sides = [(0, 0, 2, 2), (2, 0, 4, 2), (4, 0, 5, 1), (5, 0, 8, 3)]
    >>> units = gpd.GeoDataFrame(
    ...     {"mode": ["conserve", "conserve", "restore", "rebuild"]},
    ...     geometry=[shapely.box(*side) for side in sides],
    ...     crs="EPSG:4547",
    ... )
    >>> units.geometry = units.scale(1000, 1000, origin=(0, 0)).translate(5e5, 3.1e6)
    >>> merged = merge_contiguous(units, "mode", min_area_km2=2)
    >>> merged.zones[["zone_id", "mode", "n_units", "area_km2"]].round(2)
       zone_id      mode  n_units  area_km2
    0        1  conserve        3       9.0
    1        2   rebuild        1       9.0
    >>> merged.ledger[["unit", "into_unit", "border_km", "reason"]].round(2)
       unit into_unit  border_km         reason
    0     2         0        1.0  below minimum
    """
    request = check_request(
        Request(contiguity, method, n_zones, min_area_km2, attributes, islands)
    )
    given = checked_units(units, by, request, zone_id)
    matched = check_no_overlaps(given.frame, name="units")
    plain = given.frame.geometry.to_numpy()
    polygons = scale_of(plain, given.crs).to_metres(plain)
    areas = np.asarray(checked_areas(given.frame, "exact"), dtype=np.float64)
    near = _neighbours(polygons, contiguity)
    if method == "longest_border":
        merged = _merged(given, polygons, areas, near, request)
    else:
        labels = _regions(given, polygons, areas, near, request)
        first = np.unique(labels, return_index=True)[1]
        merged = Merged(labels, given.classes[first], [])
    ground = joined_groups(plain, merged.labels, matched=matched)
    return ContiguousZones(
        zones_table(given, merged, ground, areas, near, request.min_area_km2),
        given.frame.assign(**{zone_id: merged.labels + 1}),
        ledger_table(given, merged),
    )


def _neighbours(polygons: Geometries, contiguity: str) -> Adjacency:
    """Return the pairs of units that are neighbours."""
    near = adjacency(polygons)
    kept = near.shared >= 0 if contiguity == "queen" else near.shared > 0
    return Adjacency(near.left[kept], near.right[kept], near.shared[kept])


def _regions(
    given: Units, polygons: Geometries, areas: Floats, near: Adjacency, request: Request
) -> Ints:
    """Return zones per unit by a method of `spopt`, within each class."""
    classes = given.classes if given.columns else np.zeros(len(areas), dtype=np.intp)
    like = classes[near.left] == classes[near.right]
    pairs = near.left[like], near.right[like]
    if request.islands == "nearest":
        pairs = linked_pieces(polygons, *pairs, classes)
    if request.n_zones is None:
        found = max_p_regions(
            given.traits, areas, *pairs, least_area=request.min_area_km2 * 1e6
        )
    else:
        found = skater_regions(given.traits, areas, *pairs, n_zones=request.n_zones)
    return np.asarray(pd.factorize(found)[0], dtype=np.intp)


def _merged(
    given: Units, polygons: Geometries, areas: Floats, near: Adjacency, request: Request
) -> Merged:
    """Return zones by our own rule."""
    mosaic = _mosaic(given, polygons, areas, near)
    lone = request.islands == "nearest"
    mosaic.grow_to(request.min_area_km2 * 1e6, lone=lone)
    if request.n_zones is not None:
        left = mosaic.reduce_to(request.n_zones, lone=lone)
        if left > request.n_zones:
            refuse_zone_count(request.n_zones, left, len(areas))
    return Merged(mosaic.labels(), mosaic.classes[mosaic.alive], mosaic.named_joins())


def _mosaic(
    given: Units, polygons: Geometries, areas: Floats, near: Adjacency
) -> Mosaic:
    """Return the zones that units of one class make where they touch."""
    like = given.classes[near.left] == given.classes[near.right]
    zone = components_of(near.left[like], near.right[like], len(areas))
    first = np.unique(zone, return_index=True)[1]
    ends = np.cumsum(np.bincount(zone))[:-1]
    members = np.split(np.argsort(zone, kind="stable"), ends)
    sizes = np.bincount(zone, weights=areas).astype(np.float64)
    traits = np.zeros((len(first), given.traits.shape[1]))
    for place, trait in enumerate(given.traits.T):
        traits[:, place] = np.bincount(zone, weights=areas * trait) / sizes
    return Mosaic(
        grounds=[polygons[own] for own in members],
        members=[own.tolist() for own in members],
        areas=sizes,
        classes=given.classes[first],
        values=given.values,
        traits=traits,
        borders=_borders(zone, near, len(first)),
    )


def _borders(zone: Ints, near: Adjacency, count: int) -> list[dict[int, float]]:
    """Return per zone the length of its border with each neighbour."""
    borders: list[dict[int, float]] = [{} for _ in range(count)]
    ends = np.column_stack([zone[near.left], zone[near.right]])
    apart = ends[:, 0] != ends[:, 1]
    for (a, b), length in zip(
        ends[apart].tolist(), near.shared[apart].tolist(), strict=True
    ):
        borders[a][b] = borders[b][a] = borders[a].get(b, 0.0) + length
    return borders
