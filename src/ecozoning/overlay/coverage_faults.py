"""Where polygons that should tile the land leave gaps, overlap or run to slivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecozoning._validation import (
    check_polygons,
    check_same_crs,
    check_transformable,
)
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.coverage_faces import (
    ROUNDING,
    gaps_between,
    is_narrow,
    open_cracks,
    overlapping_pairs,
    polygon_faces,
    rows_at,
    unmatched,
    widths_of,
)
from ecozoning.overlay.coverage_inputs import check_width
from ecozoning.overlay.datum_shift import check_not_shifted
from ecozoning.overlay.faces import polygons_of
from ecozoning.overlay.metric_scale import scale_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["DRAWING_WIDTH_M", "check_coverage"]

DRAWING_WIDTH_M: Final = 1.0
"""A tenth of a millimetre on a map of 1:10 000: what a drawn line cannot tell."""
KINDS: Final = ("overlap", "gap", "sliver", "uncovered", "beyond", "hole")


class _Fault(NamedTuple):
    kind: str
    geometry: shapely.Geometry
    rows: tuple[int, ...]


def check_coverage(
    layer: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    gap_width_m: float = DRAWING_WIDTH_M,
    sliver_width_m: float = DRAWING_WIDTH_M,
    boundary: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
) -> gpd.GeoDataFrame:
    """
    Find where polygons that should tile the land do not, as a layer to be drawn.

    The width of a fault is that of the widest circle in it. Two rows that touch along
    an edge, in which only one has a vertex, cover the land without fault and are not
    told; `clean_coverage` gives the other its vertex.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Valid polygons with unique labels, in any CRS that can be brought to CGCS2000.
    gap_width_m : float, default 1.0
        Ground between rows, but in none, is a ``gap`` up to this width in metres. If
        rows enclose it, it is a ``hole``, which may be meant, above it. By default a
        tenth of a millimetre on a map of 1:10 000.
    sliver_width_m : float, default 1.0
        A part of a row up to this width in metres is a ``sliver``. 0 finds none.
    boundary : geopandas.GeoDataFrame or geopandas.GeoSeries, optional
        Polygons of the land that `layer` should cover, in its CRS.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per fault, in the CRS of `layer`, by kind in the order given here, then
        the largest first; no rows, but all columns, if nothing is wrong. `kind` is

        ``overlap``
            land of two rows or more; where three overlap, it belongs to the three and
            to no pair.
        ``gap``
            ground in no row up to `gap_width_m` wide: enclosed by rows, or a crack
            between two rows or more that is open at an end and, on average, wider
            than 1 mm.
        ``sliver``
            a part of a row up to `sliver_width_m` wide.
        ``uncovered``, ``beyond``
            land of `boundary` that no row covers and that is no gap or hole; land of
            rows outside of it.
        ``hole``
            enclosed ground in no row, wider than `gap_width_m`: not a fault by itself.

        `rows` names the labels concerned, separated by commas; `row` and `other_row`
        are the first two labels, `n_rows` their number. `area_m2` is measured on the
        CGCS2000 ellipsoid.

    Raises
    ------
    ParameterError
        If `layer` is not a layer, or a width is not a number of 0 or more.
    MissingCRSError, CRSMismatchError
        If a layer has no CRS or one that cannot be brought to CGCS2000, or `boundary`
        has another, or the same shape some hundred metres away.
    NoDataError, SchemaError
        If a layer has no rows or a label twice.
    GeometryError
        If a layer has missing, empty, invalid or other geometry.

    Notes
    -----
    Degrees are stretched to metres at the middle latitude of the layer, so that edges
    stay straight: widths from west to east are off by about 1.2 % per degree of
    latitude away from it. Shared land or a gap of less than 1e-9 of the smaller row, or
    of the middle one, is rounding.

    Examples
    --------
    Two strips of 100 m by 300 m, 0.5 m apart in the middle, where a third row and a
    fourth close the gap at both ends; the fourth lies 2 m over the first.

    >>> import geopandas as gpd, shapely
    >>> strips = [(0, 0, 100, 300), (100.5, 0, 200.5, 300)]
    >>> ends = [(0, 300, 200.5, 310), (0, -10, 200.5, 2)]
    >>> boxes = [shapely.box(*box) for box in strips + ends]
    >>> boxes[3] = boxes[3] - boxes[1]
    >>> layer = gpd.GeoDataFrame(geometry=boxes, crs="EPSG:4547", index=list("abcd"))
    >>> layer.geometry = layer.translate(5e5, 3.1e6)
    >>> faults = check_coverage(layer, gap_width_m=1.0)
    >>> faults[["kind", "rows", "area_m2", "width_m"]].round(1)
          kind        rows  area_m2  width_m
    0  overlap        a, d    200.0      2.0
    1      gap  a, b, c, d    149.0      0.5
    """
    frame = check_polygons(layer, name="layer")
    crs = check_transformable(check_same_crs({"layer": frame}), name="layer")
    check_width("gap_width_m", gap_width_m)
    check_width("sliver_width_m", sliver_width_m)
    plain = frame.geometry.to_numpy()
    scale = scale_of(plain, crs)
    polygons = scale.to_metres(plain)
    limits = None if boundary is None else scale.to_metres(_limits(frame, boundary))

    # Rows without overlaps may be joined along the edges that they share.
    suspect = unmatched(polygons)
    join = shapely.union_all if suspect.any() else shapely.coverage_union_all
    ground = join(polygons)
    gaps = list(_gaps(polygons, ground, gap_width_m, limits))
    faults = [*_overlaps(polygons, suspect), *gaps]
    faults += _slivers(polygons, sliver_width_m)
    if limits is not None:
        faults += _rim(polygons, ground, gaps, limits)
    table = _table(faults, frame)
    table.geometry = scale.from_metres(table.geometry.to_numpy(), plain)
    if len(table):
        table["area_m2"] = checked_areas(table, "exact")
    rank = table["kind"].map(KINDS.index)
    order = np.lexsort((-table["area_m2"], rank))
    return table.iloc[order].reset_index(drop=True)


def _limits(
    frame: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame | gpd.GeoSeries
) -> shapely.Geometry:
    """Return the land of the boundary, insisting that it lies where the layer lies."""
    wanted = check_polygons(boundary, name="boundary")
    check_same_crs(frame, wanted, names=("layer", "boundary"))
    check_not_shifted(frame, wanted, names=("layer", "boundary"))
    return shapely.union_all(wanted.geometry.to_numpy())


def _overlaps(polygons: Geometries, suspect: NDArray[np.bool_]) -> Iterator[_Fault]:
    """Yield land of several rows, once for each set of rows."""
    left, right = overlapping_pairs(polygons, suspect)
    rows = np.union1d(left, right)
    if not rows.size:
        return
    faces = polygon_faces(polygons[rows])
    starts = np.searchsorted(faces.face, np.arange(len(faces.polygons) + 1))
    by_owners: dict[tuple[int, ...], list[int]] = {}
    for face in np.flatnonzero(np.diff(starts) > 1):
        covering = rows[faces.row[starts[face] : starts[face + 1]]].tolist()
        by_owners.setdefault(tuple(covering), []).append(int(face))
    for owners, members in by_owners.items():
        least = ROUNDING * shapely.area(polygons[list(owners)]).min()
        shared = shapely.coverage_union_all(faces.polygons[members])
        for part in shapely.get_parts(shared):
            if shapely.area(part) > least:
                yield _Fault("overlap", part, owners)


def _gaps(
    polygons: Geometries,
    ground: shapely.Geometry,
    width: float,
    limits: shapely.Geometry | None,
) -> Iterator[_Fault]:
    """Yield ground in no row, enclosed or in cracks, inside the limits if any."""
    holes = gaps_between(ground)
    gaps = holes
    if width:
        filled = shapely.union_all([ground, *holes])
        gaps = np.concatenate([holes, open_cracks(filled, width)])
    enclosed = np.arange(len(gaps)) < len(holes)
    if limits is not None and len(gaps):
        gaps, source = polygons_of(shapely.intersection(gaps, limits))
        enclosed = enclosed[source]
    large = shapely.area(gaps) > ROUNDING * np.median(shapely.area(polygons))
    gaps, enclosed = gaps[large], enclosed[large]
    small = is_narrow(gaps, width) | ~enclosed
    kinds = np.where(small, "gap", "hole").tolist()
    for kind, gap, rows, closed in zip(
        kinds, gaps, rows_at(gaps, polygons), enclosed, strict=True
    ):
        if closed or len(rows) > 1:  # a narrow inlet of one row is its own affair
            yield _Fault(kind, gap, rows)


def _slivers(polygons: Geometries, width: float) -> Iterator[_Fault]:
    """Yield parts of rows that are nowhere wide."""
    parts, row = shapely.get_parts(polygons, return_index=True)
    for part in np.flatnonzero(is_narrow(parts, width)) if width else ():
        yield _Fault("sliver", parts[part], (int(row[part]),))


def _rim(
    polygons: Geometries,
    ground: shapely.Geometry,
    gaps: Sequence[_Fault],
    limits: shapely.Geometry,
) -> Iterator[_Fault]:
    """Yield what the rows leave open of the limits, and where they go beyond."""
    filled = shapely.union_all([ground, *(gap.geometry for gap in gaps)])
    least = ROUNDING * float(np.median(shapely.area(polygons)))
    for kind, rest in (
        ("uncovered", shapely.difference(limits, filled)),
        ("beyond", shapely.difference(ground, limits)),
    ):
        parts = polygons_of(np.atleast_1d(rest))[0]
        parts = parts[shapely.area(parts) > least]
        for part, rows in zip(parts, rows_at(parts, polygons), strict=True):
            yield _Fault(kind, part, rows)


def _table(faults: Sequence[_Fault], frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return faults as a layer in metres, with the labels of their rows."""
    labels = [[frame.index[row] for row in fault.rows] for fault in faults]
    geometries = np.array([fault.geometry for fault in faults], dtype=object)
    columns = {
        "kind": pd.Series([fault.kind for fault in faults], dtype=object),
        "rows": pd.Series([", ".join(map(str, own)) for own in labels], dtype=object),
        "row": pd.Series([next(iter(own), None) for own in labels], dtype=object),
        "other_row": pd.Series([[*own, None, None][1] for own in labels], dtype=object),
        "n_rows": np.array([len(own) for own in labels], dtype=np.int64),
        "area_m2": np.zeros(len(faults)),
        "width_m": widths_of(geometries),
    }
    return gpd.GeoDataFrame(columns, geometry=geometries, crs=frame.crs)
