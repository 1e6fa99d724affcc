"""Classes of parcels in pieces of land; what lies between the two is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ecozoning.errors import NoDataError, SchemaError
from ecozoning.overlay.areas import checked_areas
from ecozoning.survey.cell_classes import ClassAreas
from ecozoning.survey.codes import parse_codes
from ecozoning.survey.cutting import FINEST, shared_land
from ecozoning.survey.tables import check_areas, rows_text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.survey.codes import System
    from ecozoning.survey.ledger_inputs import Land

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.int64]

__all__ = ["parcel_class_areas"]


def parcel_class_areas(
    land: Land,
    parcels: gpd.GeoDataFrame,
    *,
    class_column: str,
    system: System | None,
    area: str | None,
) -> ClassAreas:
    """Measure the classes of parcels that were checked in pieces.

    The area of a parcel is shared out among its parts as these are large on the map;
    over the few kilometres of a parcel the scale of a map is one.
    """
    labels, class_ = _classes(parcels[class_column], system)
    if area is None:
        areas = checked_areas(parcels, "exact").to_numpy()
    else:
        areas = check_areas(parcels[area], name=f"classes[{area!r}]")
    ground, parcel_land = land.layer.geometry.to_numpy(), parcels.geometry.to_numpy()
    piece, parcel, on_map = _parts(ground, parcel_land)
    if not piece.size:
        msg = (
            "`classes` has no parcel in `zones`; compare `zones.total_bounds` with "
            "`classes.total_bounds`."
        )
        raise NoDataError(msg)
    bare = _uncovered(ground, piece, on_map)
    piece, parcel, on_map = _with_rest(parcel_land, piece, parcel, on_map)
    sums = np.bincount(parcel, on_map, minlength=len(parcels))
    shares = on_map / sums[parcel] * areas[parcel]
    scale = land.area_m2 / shapely.area(ground)
    nothing = np.flatnonzero(bare)
    return ClassAreas(
        np.concatenate([piece, nothing]),
        np.concatenate([class_[parcel], np.full(nothing.size, -1)]),
        np.concatenate([shares, (bare * scale)[nothing]]),
        labels,
    )


def _classes(
    column: pd.Series[str], system: System | None
) -> tuple[list[int | str], Ints]:
    """Return classes in the order of their labels, and that of each parcel."""
    if system is not None:
        column = parse_codes(column, system=system, name=f"classes[{column.name!r}]")[
            "code"
        ]
    unnamed = column.index[column.isna()].tolist()
    if unnamed:
        msg = (
            f"`classes` has {len(unnamed)} rows without a class in {column.name!r} "
            f"(labels {rows_text(unnamed)}); fill it in, or leave them out with "
            f"`classes.dropna(subset=[{column.name!r}])`."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, unnamed)))
    class_, labels = pd.factorize(column, sort=True)
    return list(labels), class_.astype(np.int64)


def _parts(land: Geometries, parcels: Geometries) -> tuple[Ints, Ints, Floats]:
    """Return piece, parcel and area on the map of their common parts.

    Most parcels lie in one piece and need not be cut.
    """
    tree = shapely.STRtree(parcels)
    shapely.prepare(land)
    outer, inner = tree.query(land, predicate="covers")
    whole = np.zeros(len(parcels), dtype=bool)
    whole[inner] = True
    others = np.flatnonzero(~whole)
    piece, crossing, common = shared_land(land, parcels[others])
    return (
        np.concatenate([outer.astype(np.int64), piece]),
        np.concatenate([inner.astype(np.int64), others[crossing]]),
        np.concatenate([shapely.area(parcels[inner]), shapely.area(common)]),
    )


def _rounding(geometries: Geometries) -> Floats:
    """Return the area of a seam as wide as coordinates are rounded, per geometry."""
    largest = float(np.abs(shapely.total_bounds(geometries)).max())
    return np.asarray(FINEST * largest * shapely.length(geometries))


def _uncovered(land: Geometries, piece: Ints, on_map: Floats) -> Floats:
    """Return the area of each piece without a parcel, 0 if it is rounding."""
    rest = shapely.area(land) - np.bincount(piece, on_map, minlength=len(land))
    return np.where(rest > _seams(land, piece), rest, 0.0)


def _seams(land: Geometries, piece: Ints) -> Floats:
    """Return what the rounding of all parts of a piece may amount to."""
    parts = np.bincount(piece, minlength=len(land))
    return _rounding(land) * np.sqrt(parts + 1)


def _with_rest(
    parcels: Geometries, piece: Ints, parcel: Ints, on_map: Floats
) -> tuple[Ints, Ints, Floats]:
    """Add what parcels have outside all pieces, with the piece -1."""
    rest = shapely.area(parcels) - np.bincount(parcel, on_map, minlength=len(parcels))
    nowhere = np.bincount(parcel, minlength=len(parcels)) == 0
    outside = np.flatnonzero(nowhere | (rest > _rounding(parcels)))
    return (
        np.concatenate([piece, np.full(outside.size, -1)]),
        np.concatenate([parcel, outside]),
        np.concatenate([on_map, rest[outside]]),
    )
