"""Parcels of a ledger: one layer, blocks one after the other, or a cluster's layer."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from ecozoning._validation import check_same_crs
from ecozoning.errors import ParameterError
from ecozoning.survey.ledger_inputs import check_parcel_layer
from ecozoning.survey.parcel_classes import class_areas, parcel_sums, summed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ecozoning.survey.cell_classes import ClassAreas
    from ecozoning.survey.codes import System
    from ecozoning.survey.ledger_inputs import Land

    Geometries = NDArray[np.object_]

__all__ = ["parcel_class_areas"]

_EMPTY = {
    "piece": "int64",
    "class": "object",
    "area_m2": "float64",
    "on_map": "float64",
    "parts": "int64",
}


def parcel_class_areas(
    land: Land,
    parcels: Any,  # noqa: ANN401 -- a layer, blocks of one, or a distributed one
    zones: gpd.GeoDataFrame,
    *,
    class_column: str | None,
    system: System | None,
    area: str | None,
) -> ClassAreas:
    """Measure the classes of parcels in pieces of land."""
    measure = functools.partial(
        _block_sums,
        ground=land.geometry,
        zones=zones.geometry.to_frame(),
        class_column=class_column,
        system=system,
        area=area,
    )
    if type(parcels).__module__.startswith("dask_geopandas"):
        check_same_crs(zones, parcels, names=("zones", "classes"))
        meta = pd.DataFrame(columns=list(_EMPTY)).astype(_EMPTY)
        sums = parcels.map_partitions(measure, meta=meta).compute()
    elif isinstance(parcels, gpd.GeoDataFrame | gpd.GeoSeries):
        sums = measure(parcels, whole=True)
    elif isinstance(parcels, Iterable) and not isinstance(parcels, str | pd.DataFrame):
        sums = _of_blocks(measure, parcels)
    else:
        sums = measure(parcels, whole=True)  # says what it is instead of a layer
    return class_areas(land, summed(sums))


def _of_blocks(measure: Any, blocks: Iterable[Any]) -> pd.DataFrame:  # noqa: ANN401
    """Return the sums of all blocks, of which one at a time is held."""
    sums: list[pd.DataFrame] = [measure(block) for block in blocks]
    if not sums:
        msg = (
            "`classes` has no block; give a layer, a list of layers, or "
            "`ecozoning.read_blocks(path)`, which can be walked through once."
        )
        raise ParameterError(msg)
    return pd.concat(sums, ignore_index=True)


def _block_sums(
    parcels: gpd.GeoDataFrame,
    *,
    ground: Geometries,
    zones: gpd.GeoDataFrame,
    class_column: str | None,
    system: System | None,
    area: str | None,
    whole: bool = False,
) -> pd.DataFrame:
    """Return what one block of parcels has in pieces of land."""
    if not whole and isinstance(parcels, gpd.GeoDataFrame) and not len(parcels):
        return pd.DataFrame(columns=list(_EMPTY)).astype(_EMPTY)
    column = check_parcel_layer(zones, parcels, class_column, area, whole=whole)
    sums = parcel_sums(ground, parcels, class_column=column, system=system, area=area)
    return sums.astype(_EMPTY)
