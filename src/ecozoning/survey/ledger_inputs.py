"""The layers of an area ledger, checked, and their land on the ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

import numpy as np

from ecozoning._validation import (
    check_columns,
    check_crs,
    check_polygons,
    check_same_crs,
    check_transformable,
)
from ecozoning.errors import NoDataError, ParameterError, SchemaError
from ecozoning.overlay.areas import areas_of
from ecozoning.overlay.balancing import check_rounding
from ecozoning.overlay.datum_shift import check_not_shifted
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.overlay.zonal_request import check_rule
from ecozoning.survey.tables import rows_text, unnamed

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from ecozoning.overlay.zonal_request import Rule
    from ecozoning.survey.cutting import Pieces

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]

__all__ = [
    "Land",
    "Outside",
    "check_common_land",
    "check_layers",
    "check_options",
    "check_parcel_layer",
    "check_raster_request",
    "land_of",
]

Outside = Literal["keep", "refuse"]

MOST_DECIMALS: Final = 4


class Land(NamedTuple):
    """Pieces of land, their areas in m2 on the ellipsoid, and whose they are."""

    geometry: Geometries
    area_m2: Floats
    owner: pd.Index


def check_options(
    rule: Rule, outside: Outside, decimals: int, tolerance: float
) -> None:
    """Refuse options outside their domain."""
    check_rule(rule)
    check_rounding(0.0, decimals, tolerance)
    if decimals > MOST_DECIMALS:
        msg = f"`decimals` is {decimals}, but 0 to {MOST_DECIMALS} of hm² are possible."
        raise ParameterError(msg)
    if outside not in get_args(Outside):
        msg = f"`outside` is {outside!r}; use one of {', '.join(get_args(Outside))}."
        raise ParameterError(msg)


def check_layers(
    zones: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    *,
    zone_id: str,
    unit_id: str,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None]:
    """Return zones and units that can be counted: each once, none of land twice."""
    zones = _checked(zones, "zones", zone_id)
    if units is None:
        return zones, None
    units = _checked(units, "units", unit_id)
    check_same_crs(zones, units, names=("zones", "units"))
    check_not_shifted(zones, units, names=("zones", "units"))
    return zones, units


def _checked(layer: gpd.GeoDataFrame, name: str, column: str) -> gpd.GeoDataFrame:
    """Return a layer of polygons that do not overlap, each with an id of its own."""
    frame = check_polygons(layer, name=name, columns=[column])
    check_transformable(check_crs(frame, name=name), name=name)
    ids = frame[column]
    nameless = unnamed(ids)
    if nameless.any():
        rows = frame.index[nameless].tolist()
        msg = (
            f"`{name}` has {len(rows)} rows without a {column!r} (labels "
            f"{rows_text(rows)}), so their area belongs to nobody; name them."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, rows)))
    if not ids.is_unique:
        again = ids[ids.duplicated()].unique().tolist()
        msg = (
            f"`{name}` has values of {column!r} more than once ({rows_text(again)}), "
            "but one row for each is needed; put the parts together with "
            f"`{name}.dissolve({column!r}, as_index=False)`, or tell them apart."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, again)))
    check_no_overlaps(frame, name=name)
    return frame


def check_common_land(pieces: Pieces, units: gpd.GeoDataFrame | None) -> None:
    """Refuse units that lie apart from all zones."""
    if units is None or ((pieces.zone >= 0) & (pieces.unit >= 0)).any():
        return
    msg = (
        "`units` and `zones` have no land in common; compare `units.total_bounds` with "
        "`zones.total_bounds`: the CRS of one is probably not that of its coordinates."
    )
    raise NoDataError(msg)


def check_raster_request(**of_parcels: str | None) -> None:
    """Refuse what is said of parcels where the classes are those of a raster."""
    said = [name for name, value in of_parcels.items() if value is not None]
    if said:
        msg = (
            f"`{said[0]}` is for parcels, but `classes` is a raster, whose classes are "
            f"its values; leave {' and '.join(f'`{name}`' for name in said)} out, or "
            "give the layer of parcels."
        )
        raise ParameterError(msg)


def check_parcel_layer(
    zones: gpd.GeoDataFrame,
    parcels: gpd.GeoDataFrame,
    class_column: str | None,
    area: str | None,
    *,
    whole: bool = True,
) -> str:
    """Return the column of classes, insisting on parcels that can be counted.

    Blocks of a layer, which are not the `whole`, say nothing of its datum.
    """
    frame = check_polygons(parcels, name="classes")
    if class_column is None:
        msg = (
            "`class_column` is None, but the column of `classes` that has the class is "
            "needed, e.g. `class_column='DLBM', system='survey3'`."
        )
        raise ParameterError(msg)
    columns = [class_column, *([] if area is None else [area])]
    check_columns(frame, name="classes", columns=columns)
    check_same_crs(zones, frame, names=("zones", "classes"))
    if whole:
        check_not_shifted(zones, frame, names=("zones", "classes"))
    check_no_overlaps(frame, name="classes")
    return class_column


def land_of(
    pieces: Pieces, zones: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None
) -> Land:
    """Return pieces with their areas, those of a zone adding up to the zone itself.

    Where a long edge of a zone is cut its parts are geodesics of their own, and the
    pieces would miss what lies between these and the one that is cut.
    """
    inside = pieces.zone >= 0
    index = zones.index[pieces.zone[inside]]
    if units is not None:  # what lies in no zone comes last
        index = index.append(units.index[pieces.unit[~inside]])
    both = np.concatenate([zones.geometry.to_numpy(), pieces.geometry])
    areas = areas_of(both, zones.crs, zones.index.append(index), "exact")
    whole, areas = np.split(areas, [len(zones)])
    owner = pieces.zone[inside]
    sums = np.bincount(owner, areas[inside], minlength=len(zones))
    shares = np.divide(whole, sums, out=np.ones_like(whole), where=sums > 0)
    areas[inside] *= shares[owner]
    return Land(pieces.geometry, areas, index)
