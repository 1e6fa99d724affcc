"""What a sheet shows: checked layers, brought to the plane of the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from ecozoning._validation import (
    check_columns,
    check_crs,
    check_points,
    check_polygons,
)
from ecozoning.crs import to_cgcs2000
from ecozoning.errors import GeometryError, ParameterError, SchemaError
from ecozoning.maps.columns import check_kinds, in_language, texts_of
from ecozoning.maps.overlay import Overlay, overlay_of
from ecozoning.maps.projection import Projection, projection_of
from ecozoning.maps.style import zone_colours
from ecozoning.maps.table import ZoneRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

__all__ = ["Content", "Seat", "Zone", "content_of", "published_areas"]

NOT_PUBLISHED: Final = "—"
SEEN: Final = 0.01  # of the county; less may come from two drawings of its line
PUBLISHED_COLUMNS: Final = 3  # area, published area, share
_LINES: Final = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)


@dataclass(frozen=True)
class Zone:
    """A zone in metres of the plane, its line in the legend and its label."""

    geometry: shapely.Geometry
    row: ZoneRow
    label: str
    modelled: bool


@dataclass(frozen=True)
class Seat:
    """A place in metres of the plane; `county` marks the seat of the county."""

    x: float
    y: float
    name: str
    county: bool


@dataclass(frozen=True)
class Content:
    """All that is drawn inside the frame, in metres of `projection`."""

    projection: Projection
    county: shapely.Geometry
    zones: tuple[Zone, ...]
    total: tuple[str, ...]
    seats: tuple[Seat, ...]
    rivers: shapely.Geometry | None
    overlay: Overlay

    @property
    def unzoned(self) -> bool:
        """Say whether a part of the county that can be seen is in no zone."""
        if not self.zones:
            return False
        zoned = shapely.union_all([zone.geometry for zone in self.zones])
        left = shapely.area(shapely.difference(self.county, zoned))
        return bool(left > SEEN * shapely.area(self.county))

    @property
    def published(self) -> bool:
        """Say whether the table has a column of published areas."""
        return len(self.total) == PUBLISHED_COLUMNS

    @property
    def modelled(self) -> int:
        """Return how many zones have modelled lines."""
        return sum(zone.modelled for zone in self.zones)


def content_of(
    zones: gpd.GeoDataFrame,
    boundary: gpd.GeoDataFrame,
    *,
    seats: gpd.GeoDataFrame | None,
    rivers: gpd.GeoDataFrame | None,
    over: dict[str, gpd.GeoDataFrame | None],
    columns: tuple[str, str | None],
    figures: pd.DataFrame | None,
    language: str,
) -> Content:
    """Check the layers of a sheet and bring them to its plane."""
    check_polygons(boundary, name="boundary")
    degrees = to_cgcs2000(boundary, name="boundary")
    projection = projection_of(degrees)
    county = shapely.union_all(degrees.to_crs(projection.crs).geometry.to_numpy())
    shapes, total = _zones(zones, projection, columns, figures, language)
    _check_place(shapes, county)
    return Content(
        projection,
        county,
        shapes,
        total,
        () if seats is None else _seats(seats, projection, language),
        None if rivers is None else _rivers(rivers, projection),
        overlay_of(over, projection, county, _names(shapes), language),
    )


def _names(zones: Sequence[Zone]) -> frozenset[str]:
    return frozenset(zone.row.name for zone in zones)


# --- zones -------------------------------------------------------------------------


def _zones(
    zones: gpd.GeoDataFrame,
    projection: Projection,
    columns: tuple[str, str | None],
    figures: pd.DataFrame | None,
    language: str,
) -> tuple[tuple[Zone, ...], tuple[str, ...]]:
    """Return the zones in their order, and the line of totals."""
    check_polygons(zones, name="zones", allow_empty=True)
    if len(zones) == 0:
        return (), ()
    name, label = _name_columns(zones, columns, language)
    needed = (name, label, "area_km2", "share_percent", "geometry_kind")
    check_columns(zones, name="zones", columns=needed)
    check_kinds(zones)
    if "order" in zones.columns:
        zones = zones.sort_values("order", kind="stable")
    plane = to_cgcs2000(zones, name="zones").to_crs(projection.crs)
    cells, total = _numbers(zones, figures)
    rows = map(ZoneRow, zone_colours(len(zones)), texts_of(zones, name), cells)
    kinds = zones["geometry_kind"] == "modelled"
    made = zip(plane.geometry, rows, texts_of(zones, label), kinds, strict=True)
    return tuple(
        Zone(shape, row, text, bool(kind)) for shape, row, text, kind in made
    ), total


def _name_columns(
    zones: gpd.GeoDataFrame, columns: tuple[str, str | None], language: str
) -> tuple[str, str]:
    """Return the columns of full and of short names, in the language if it has one."""
    name, label = columns
    if label is None:
        label = "short_name" if "short_name" in zones.columns else name
    return in_language(zones, name, language), in_language(zones, label, language)


def _numbers(
    zones: gpd.GeoDataFrame, figures: pd.DataFrame | None
) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Return the printed numbers of each zone, and their totals."""
    columns = [
        _checked_numbers(zones, "area_km2"),
        _checked_numbers(zones, "share_percent"),
    ]
    published = None if figures is None else published_areas(figures, zones)
    if published is not None and not np.isnan(published).all():
        columns.insert(1, published)
    cells = list(
        zip(*([_printed(v) for v in column] for column in columns), strict=True)
    )
    return cells, tuple(_printed(sum(column)) for column in columns)


def _printed(value: float) -> str:
    return NOT_PUBLISHED if np.isnan(value) else f"{value:.2f}"


def _checked_numbers(zones: gpd.GeoDataFrame, column: str) -> list[float]:
    values = zones[column].to_numpy(dtype=float, na_value=np.nan)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        msg = (
            f"`zones` has values in {column!r} that are missing, infinite or negative; "
            "compute them with `ecozoning.area_table(zones, by='zone_id')`."
        )
        raise ParameterError(msg)
    return [float(value) for value in values]


def published_areas(figures: pd.DataFrame, zones: gpd.GeoDataFrame) -> list[float]:
    """Return the published area of each zone in km2, NaN where there is none."""
    needed = ("zone_id", "published_area_km2")
    missing = tuple(column for column in needed if column not in figures.columns)
    if missing:
        msg = (
            f"`figures` lacks the column {', '.join(map(repr, missing))}; give the "
            "table that `plan.zone_statistics()` returns."
        )
        raise SchemaError(msg, missing=missing)
    check_columns(zones, name="zones", columns=("zone_id",))
    areas = figures.set_index("zone_id")["published_area_km2"]
    return [float(areas.get(zone_id, np.nan)) for zone_id in zones["zone_id"]]


def _check_place(zones: Sequence[Zone], county: shapely.Geometry) -> None:
    """Refuse zones of another county, which would lie outside the sheet."""
    if not zones:
        return
    around = shapely.box(*shapely.bounds(county))
    shapes = np.array([zone.geometry for zone in zones])
    outside = shapely.area(shapely.difference(shapes, around)).sum()
    if outside > 0.05 * shapely.area(shapes).sum():
        msg = (
            "`zones` lie mostly or partly outside the extent of `boundary`; give the "
            "zones and the boundary of one county, each with its true CRS."
        )
        raise GeometryError(msg)


# --- seats and rivers --------------------------------------------------------------


def _seats(
    seats: gpd.GeoDataFrame, projection: Projection, language: str
) -> tuple[Seat, ...]:
    frame = check_points(seats, name="seats", columns=("name",), allow_empty=True)
    names = texts_of(frame, in_language(frame, "name", language), "seats")
    plane = to_cgcs2000(frame, name="seats").to_crs(projection.crs)
    county = [False] * len(frame)
    if "county_seat" in frame.columns:
        county = [bool(value) for value in frame["county_seat"].fillna(False)]
    places = zip(plane.geometry.x, plane.geometry.y, names, county, strict=True)
    return tuple(Seat(float(x), float(y), name, seat) for x, y, name, seat in places)


def _rivers(
    rivers: gpd.GeoDataFrame, projection: Projection
) -> shapely.Geometry | None:
    check_crs(rivers, name="rivers")
    shapes = rivers.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not np.isin(shapely.get_type_id(shapes), _LINES).all():
        msg = (
            "`rivers` has rows of another kind than lines; take the lines out with "
            "`rivers[rivers.geom_type.isin(['LineString', 'MultiLineString'])]`."
        )
        raise GeometryError(msg)
    plane = to_cgcs2000(rivers, name="rivers").to_crs(projection.crs).geometry
    return shapely.union_all(plane.to_numpy()) if len(shapes) else None
