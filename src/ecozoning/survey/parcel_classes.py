"""Classes of parcels in pieces of land; what lies between the two is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from ecozoning.errors import GeometryError, NoDataError, SchemaError
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.laid_edges import overlapping
from ecozoning.survey.cell_classes import ClassAreas
from ecozoning.survey.codes import parse_codes
from ecozoning.survey.cutting import seam_areas
from ecozoning.survey.tables import check_areas, rows_text, unnamed

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.survey.codes import System
    from ecozoning.survey.ledger_inputs import Land

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.int64]

__all__ = ["class_areas", "parcel_sums", "summed"]

TWICE: Final = 1e-6
"""Part of a piece that parcels may share: what `check_no_overlaps` lets pass."""


def parcel_sums(
    ground: Geometries,
    parcels: gpd.GeoDataFrame,
    *,
    class_column: str,
    system: System | None,
    area: str | None,
) -> pd.DataFrame:
    """Return what parcels that were checked have in pieces of land, by class.

    A row for each piece (-1 for none) and class with `area_m2`, `on_map`, the area on
    the map that the piece holds, and the number of `parts`. The area of a parcel is
    shared out among its parts as these are large on the map; over the few kilometres of
    a parcel the scale of a map is one.
    """
    labels, class_ = _classes(parcels[class_column], system)
    if area is None:
        areas = checked_areas(parcels, "exact").to_numpy()
    else:
        areas = check_areas(parcels[area], name=f"classes[{area!r}]")
    parcel_land = parcels.geometry.to_numpy()
    piece, parcel, on_map = _with_rest(parcel_land, *_parts(ground, parcel_land))
    sums = np.bincount(parcel, on_map, minlength=len(parcels))
    table = {
        "piece": piece,
        "class": pd.Series(labels, dtype=object).to_numpy()[class_[parcel]],
        "area_m2": on_map / sums[parcel] * areas[parcel],
        "on_map": np.where(piece < 0, 0.0, on_map),
        "parts": np.ones(piece.size, dtype=np.int64),
    }
    return summed(pd.DataFrame(table))


def summed(parts: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each piece and class."""
    by = parts.groupby(["piece", "class"], as_index=False, sort=False)
    return pd.DataFrame(by.sum())


def class_areas(land: Land, sums: pd.DataFrame) -> ClassAreas:
    """Return the areas of classes in pieces, and what no parcel covers of these."""
    if not (sums["piece"] >= 0).any():
        msg = (
            "`classes` has no parcel in `zones`; compare `zones.total_bounds` with "
            "`classes.total_bounds`."
        )
        raise NoDataError(msg)
    class_, labels = pd.factorize(sums["class"], sort=True)
    bare = _uncovered(land, sums)
    scale = land.area_m2 / shapely.area(land.geometry)
    nothing = np.flatnonzero(bare)
    return ClassAreas(
        np.concatenate([sums["piece"].to_numpy(), nothing]),
        np.concatenate([class_, np.full(nothing.size, -1)]),
        np.concatenate([sums["area_m2"].to_numpy(), (bare * scale)[nothing]]),
        list(labels),
    )


def _classes(
    column: pd.Series[str], system: System | None
) -> tuple[list[int | str], Ints]:
    """Return classes in the order of their labels, and that of each parcel."""
    if system is not None:
        column = parse_codes(column, system=system, name=f"classes[{column.name!r}]")[
            "code"
        ]
    nameless = column.index[unnamed(column)].tolist()
    if nameless:
        msg = (
            f"`classes` has {len(nameless)} rows without a class in {column.name!r} "
            f"(labels {rows_text(nameless)}); fill it in, or leave them out with "
            f"`classes.dropna(subset=[{column.name!r}])`."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, nameless)))
    class_, labels = pd.factorize(column, sort=True)
    return list(labels), class_.astype(np.int64)


def _parts(land: Geometries, parcels: Geometries) -> tuple[Ints, Ints, Floats]:
    """Return piece, parcel and area on the map of their common parts.

    A part is land if it is more than a seam as long as the border of either.
    """
    piece, parcel, area = overlapping(land, parcels)
    seams = seam_areas(land)[piece], seam_areas(parcels)[parcel]
    some = area > np.minimum(*seams)
    return (
        piece[some].astype(np.int64), parcel[some].astype(np.int64), area[some],
    )  # fmt: skip


def _uncovered(land: Land, sums: pd.DataFrame) -> Floats:
    """Return the area of each piece without a parcel, 0 if it is rounding."""
    inside = sums[sums["piece"] >= 0]
    piece, size = inside["piece"].to_numpy(), len(land.geometry)
    held = np.bincount(piece, inside["on_map"], minlength=size)
    parts = np.bincount(piece, inside["parts"], minlength=size)
    seams = seam_areas(land.geometry) * np.sqrt(parts + 1)
    rest = shapely.area(land.geometry) - held
    _refuse_land_twice(land, rest < -seams - TWICE * held, -rest)
    return np.where(rest > seams, rest, 0.0)


def _refuse_land_twice(land: Land, twice: NDArray[np.bool_], excess: Floats) -> None:
    """Refuse pieces that have more parcels than land, as blocks that overlap make."""
    if not twice.any():
        return
    owners = list(dict.fromkeys(land.owner[np.flatnonzero(twice)].tolist()))
    msg = (
        f"parcels of `classes` overlap: they have {excess[twice].sum():,.6g} m² more "
        f"than there is in the zones {rows_text(owners)}; see "
        "`ecozoning.check_coverage(classes)`, and give no parcel in two blocks."
    )
    raise GeometryError(msg, index=tuple(owners))


def _with_rest(
    parcels: Geometries, piece: Ints, parcel: Ints, on_map: Floats
) -> tuple[Ints, Ints, Floats]:
    """Add what parcels have outside all pieces, with the piece -1."""
    rest = shapely.area(parcels) - np.bincount(parcel, on_map, minlength=len(parcels))
    nowhere = np.bincount(parcel, minlength=len(parcels)) == 0
    outside = np.flatnonzero(nowhere | (rest > seam_areas(parcels)))
    return (
        np.concatenate([piece, np.full(outside.size, -1)]),
        np.concatenate([parcel, outside]),
        np.concatenate([on_map, rest[outside]]),
    )
