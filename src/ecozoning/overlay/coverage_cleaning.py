"""Polygons that should tile the land made to do so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import geopandas as gpd
import numpy as np
import shapely

from ecozoning._validation.geometries import rows_named
from ecozoning.errors import ComputationError, GeometryError, ParameterError
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.coverage_assignment import (
    cleaned_by_faces,
    joined_to_neighbours,
)
from ecozoning.overlay.coverage_change import CoverageChange, change_of
from ecozoning.overlay.coverage_faces import (
    gaps_between,
    open_cracks,
    overlapping_pairs,
    rows_at,
    unmatched,
)
from ecozoning.overlay.coverage_faults import DRAWING_WIDTH_M
from ecozoning.overlay.coverage_inputs import check_layer, check_width
from ecozoning.overlay.metric_scale import scale_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

__all__ = ["clean_coverage"]

Merge = Literal["longest_border", "max_area", "min_area", "min_index"]
HAS_COVERAGE_CLEAN: Final = hasattr(shapely, "coverage_clean")
ROUNDS: Final = 4
"""How often cracks are closed: a closed one may leave a shorter one at its mouth."""
CRACK_ROUNDING_M: Final = 1e-6
"""Distance by which widening and narrowing may move a vertex, with plenty to spare."""


def clean_coverage(
    layer: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    gap_width_m: float = DRAWING_WIDTH_M,
    snapping_distance_m: float = 0.001,
    merge: Merge = "longest_border",
) -> CoverageChange:
    """
    Close gaps and give land of several rows to one, so that rows tile the land.

    All edges are cut where they meet, so that neighbours share every vertex. By
    `shapely.coverage_clean` where shapely is 2.2 or later, else by the same rules
    here. Rows that were sound keep their geometry as it was.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Valid polygons with unique labels, in any CRS that can be brought to CGCS2000.
    gap_width_m : float, default 1.0
        Ground in no row joins the neighbour with the longest border, if the widest
        circle in it is not wider than so many metres, whether rows enclose it or it is
        a crack between rows open at an end. 0 closes none.
    snapping_distance_m : float, default 0.001
        Vertices closer than this to one another become one. 0 moves none.
    merge : {"longest_border", "max_area", "min_area", "min_index"}
        Which of the rows that overlap keeps the land: that which has the longest border
        with it, the largest, the smallest, or the first.

    Returns
    -------
    CoverageChange
        `layer` has the rows, columns, order and labels of the one given; `ledger` the
        areas. ``ledger.attrs`` also has `overlap_m2`, by how much rows counted land
        more than once, and `gap_m2`, land that no row had: `change_m2` is the second
        less the first.

    Raises
    ------
    ParameterError
        If `layer` is not a layer, a distance is not a number of 0 or more, or `merge`
        is none of the four.
    MissingCRSError, CRSMismatchError
        If `layer` has no CRS or one that cannot be brought to CGCS2000.
    NoDataError, SchemaError
        If `layer` has no rows or a label twice.
    GeometryError
        If `layer` has missing, empty, invalid or other geometry, or a row would lose
        all of its land to others, as one of two equal rows must.
    ComputationError
        If the result is no coverage; the message says what may help.

    Notes
    -----
    Degrees are stretched to metres at the middle latitude of the layer, and vertices
    that did not move come back as they were. An edge that gets a vertex of its
    neighbour is a little less bent on the ellipsoid: some 10 m² for one of 1 km in
    degrees, 0.01 m² for one of 100 m. This is part of `gap_m2`.

    Examples
    --------
    Two squares of 10 m that overlap by 1 m, and a third 0.5 m north of the first that
    leaves a crack.

    >>> import geopandas as gpd, shapely
    >>> bounds = [(0, 0, 10, 10), (9, 0, 19, 10), (0, 10.5, 10, 20)]
    >>> layer = gpd.GeoDataFrame(
    ...     {"name": ["a", "b", "c"]},
    ...     geometry=[shapely.box(*b) for b in bounds],
    ...     crs="EPSG:4547",
    ... )
    >>> layer.geometry = layer.translate(5e5, 3.1e6)
    >>> change = clean_coverage(layer, gap_width_m=0.6)
    >>> change.ledger.round(1)
       area_before_m2  area_after_m2  change_m2
    0           100.0          105.0        5.0
    1           100.0           90.0      -10.0
    2            95.0           95.0        0.0
    >>> {name: round(m2, 1) for name, m2 in change.ledger.attrs.items()}
    {'before_m2': 295.0, 'after_m2': 290.0, 'change_m2': -5.0,
     'overlap_m2': 10.0, 'gap_m2': 5.0}
    """
    frame, crs = check_layer(layer, name="layer")
    check_width("gap_width_m", gap_width_m)
    check_width("snapping_distance_m", snapping_distance_m)
    if merge not in get_args(Merge):
        msg = f"`merge` is {merge!r}; use one of {', '.join(get_args(Merge))}."
        raise ParameterError(msg)
    plain = frame.geometry.to_numpy()
    scale = scale_of(plain, crs)
    polygons = scale.to_metres(plain)
    cleaned = _cleaned(polygons, gap_width_m, snapping_distance_m, merge)
    _refuse_vanished(frame, cleaned)
    kept = shapely.equals_identical(
        shapely.normalize(cleaned), shapely.normalize(polygons)
    )
    result = np.where(kept, plain, scale.from_metres(cleaned, plain))
    _check_clean(result)
    change = change_of(frame, result)
    change.ledger.attrs |= _accounts(frame, change)
    return change


def _cleaned(
    polygons: Geometries, gap_width: float, snapping: float, merge: str
) -> Geometries:
    """Return polygons in metres as a coverage, with cracks that are open closed too."""
    cleaned = _by_engine(polygons, gap_width, snapping, merge)
    for _ in range(ROUNDS if gap_width else 0):
        ground = shapely.coverage_union_all(cleaned)
        filled = shapely.union_all([ground, *gaps_between(ground)])
        cracks = open_cracks(filled, gap_width)
        shared = [len(rows) > 1 for rows in rows_at(cracks, cleaned)]
        if not any(shared):
            break
        # Rows of their own at first: widening and narrowing has moved their vertices
        # by some rounding, which snapping undoes.
        both = np.concatenate([cleaned, cracks[np.array(shared)]])
        snap = max(snapping, CRACK_ROUNDING_M)
        settled = _by_engine(both, gap_width, snap, "min_index")
        cleaned = joined_to_neighbours(settled, len(polygons))
    return cleaned


def _by_engine(
    polygons: Geometries, gap_width: float, snapping: float, merge: str
) -> Geometries:
    """Return polygons cleaned by GEOS, or by ourselves where it cannot."""
    if not HAS_COVERAGE_CLEAN:
        return cleaned_by_faces(
            polygons, gap_width=gap_width, snapping_distance=snapping, merge=merge
        )
    cleaned: Geometries = shapely.coverage_clean(
        polygons,
        gap_width=gap_width,
        snapping_distance=snapping,
        merge_strategy=merge,
    )
    return cleaned


def _refuse_vanished(frame: gpd.GeoDataFrame, cleaned: Geometries) -> None:
    """Refuse a change that would leave rows without land."""
    empty = shapely.is_empty(cleaned) | shapely.is_missing(cleaned)
    if not empty.any():
        return
    labels = frame.index[empty].tolist()
    msg = (
        f"in `layer` {rows_named(labels, 'row')} would lose all land to others that "
        "cover it; use `merge='min_area'` if small rows lie in large ones, or leave "
        "out what is there twice with `layer.drop(index=...)`."
    )
    raise GeometryError(msg, index=tuple(labels))


def _check_clean(polygons: Geometries) -> None:
    """Insist that the result is valid and tiles the land."""
    if shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons):
        return
    msg = (
        "the edges of `layer` cannot be made to match: its vertices are too fine for "
        "its size; try a larger `snapping_distance_m`, or put them on a grid first, "
        "`layer.set_precision(...)`."
    )
    raise ComputationError(msg)


def _accounts(frame: gpd.GeoDataFrame, change: CoverageChange) -> dict[str, float]:
    """Return the area that rows counted more than once, and what none had."""
    polygons = frame.geometry.to_numpy()
    rows = np.union1d(*overlapping_pairs(polygons, unmatched(polygons)))
    overlap = 0.0
    if rows.size:
        ground = gpd.GeoDataFrame(
            geometry=[shapely.union_all(polygons[rows])], crs=frame.crs
        )
        once = checked_areas(ground, "exact").sum()
        overlap = float(change.ledger["area_before_m2"].iloc[rows].sum() - once)
    gap = change.ledger.attrs["change_m2"] + overlap
    return {"overlap_m2": overlap, "gap_m2": gap}
