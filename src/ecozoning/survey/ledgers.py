"""Areas of zones by township and class in a ledger that closes in every direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from ecozoning.errors import GeometryError
from ecozoning.survey.cell_classes import cell_class_areas
from ecozoning.survey.closing import Cells, closed_units, controls_of
from ecozoning.survey.cutting import cut
from ecozoning.survey.ledger_inputs import (
    check_common_land,
    check_layers,
    check_options,
    check_raster_request,
    land_of,
)
from ecozoning.survey.ledger_tables import AreaLedger, closed_columns
from ecozoning.survey.parcel_blocks import parcel_class_areas
from ecozoning.survey.tables import rows_text
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.overlay.zonal_request import Rule
    from ecozoning.survey.cell_classes import ClassAreas
    from ecozoning.survey.closing import Controls
    from ecozoning.survey.codes import System
    from ecozoning.survey.cutting import Pieces
    from ecozoning.survey.ledger_inputs import Outside
    from ecozoning.survey.nested import Control

    Labels = tuple[pd.Index, pd.Index | None]

__all__ = ["area_ledger"]


def area_ledger(  # noqa: PLR0913 -- two layers, what is counted, and what it is held to
    zones: gpd.GeoDataFrame,
    classes: xr.DataArray | gpd.GeoDataFrame | Iterable[gpd.GeoDataFrame],
    units: gpd.GeoDataFrame | None = None,
    *,
    zone_id: str = "zone_id",
    unit_id: str = "unit_id",
    class_column: str | None = None,
    system: System | None = None,
    area: str | None = None,
    rule: Rule = "exact",
    control: Control | Mapping[str, Control] | None = None,
    decimals: int = 2,
    tolerance: float = 0.05,
    outside: Outside = "keep",
) -> AreaLedger:
    r"""
    Count land by zone, administrative unit and class, so that every sum closes.

    Zones are cut by units, and in every piece the classes of a raster or of parcels are
    measured. Areas are then rounded to one smallest unit of :math:`10^{-d}` hm², from
    the whole to zones, units in zones and classes in these, by the adjustment of
    `balance`; km², hm² and 亩 are that one number, so they close together:
    1 km² = 100 hm², 1 hm² = 15 亩.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Valid polygons that do not overlap, with `zone_id`; any CRS that
        `ellipsoidal_area` takes.
    classes : xarray.DataArray, dims (y, x), or geopandas.GeoDataFrame
        A raster of classes as for `crosstab`, named by its CF flags; or parcels with
        `class_column`, which do not overlap. In the CRS of `zones`. Parcels may also be
        blocks of a layer, as `read_blocks` gives, of which one at a time is held, or a
        ``dask_geopandas.GeoDataFrame``, which is counted where it lies.
    units : geopandas.GeoDataFrame, optional
        Townships or villages, with `unit_id`, in the CRS of `zones`. They do not
        overlap each other.
    zone_id, unit_id : str, default "zone_id" and "unit_id"
        Columns with the names of zones and units, each once.
    class_column : str, optional
        Column of parcels with the class, or the land code.
    system : {"survey3", "gbt21010_2017", "land_sea_2023"}, optional
        The system of the land codes in `class_column`: they are checked and counted by
        their first four characters, see `land_classes`.
    area : str, optional
        Column of parcels with their area in m², for instance ``TBMJ``; what lies in
        several pieces is shared out by area on the map. Without it the ellipsoidal
        area.
    rule : {"exact", "centre"}, default "exact"
        Which cells of a raster a piece holds, see `crosstab`.
    control : float or mapping, optional
        Control areas in km², with at most ``decimals + 2`` decimals: a total, or
        ``{"total": 1347.23, "zone": {...}, "unit": {...}}``, some of the three, with an
        area for every zone or every unit; the names of the columns will do as well.
        Land in no zone is not in the area of a zone but in the total.
    decimals : int, default 2
        Decimals in hm² and 亩, 0 to 4; km² has two more.
    tolerance : float, default 0.05
        How far a control may be from what was measured, as a part of the control.
    outside : {"keep", "refuse"}, default "keep"
        What becomes of land of units or parcels in no zone, and of zones in no unit:
        rows without a label, or an error.

    Returns
    -------
    AreaLedger
        A table by zone, unit and class, its margins, and a check.

    Raises
    ------
    SchemaError
        If a column is missing, an id is missing or occurs twice, a land code is
        unknown, or `control` names what is not there.
    AreaBalanceError
        If controls contradict each other or are beyond `tolerance`.
    GeometryError
        If polygons are invalid or overlap, or with ``outside="refuse"`` land is left.
    MissingCRSError, CRSMismatchError
        If a CRS is missing, layers are in two, or are displaced as by two datums.
    ParameterError, NoDataError
        If a parameter is outside its domain, a layer is empty or a raster has no class.

    Warns
    -----
    SmallZonesWarning
        If zones hold less than 50 centres by the rule ``"centre"``.

    Notes
    -----
    Cells of a raster are measured on its grid; areas of a piece are then multiplied by
    what its ellipsoidal area is of that on the grid, so that by the rule ``"exact"``
    zones have their ellipsoidal area. What a piece has on nodata, outside the raster or
    under no parcel is a row without a class. Land narrower than the rounding of
    coordinates is none.

    Examples
    --------
    A zone over two townships, forest in the west, and 20 hm² by the books.

    >>> import geopandas as gpd, shapely
    >>> def layer(name, labels, boxes):
    ...     geometry = [shapely.box(*box) for box in boxes]
    ...     return gpd.GeoDataFrame({name: labels}, geometry=geometry, crs=4547)
    >>> zones = layer("zone_id", ["Z"], [(5e5, 3e6, 5e5 + 400, 3e6 + 500)])
    >>> towns = layer(
    ...     "unit_id",
    ...     ["A", "B"],
    ...     [(5e5, 3e6, 5e5 + 200, 3e6 + 500), (5e5 + 200, 3e6, 5e5 + 400, 3e6 + 500)],
    ... )
    >>> land = layer(
    ...     "DLBM",
    ...     ["0301", "0101"],
    ...     [(5e5, 3e6, 5e5 + 100, 3e6 + 500), (5e5 + 100, 3e6, 5e5 + 400, 3e6 + 500)],
    ... )
    >>> ledger = area_ledger(
    ...     zones, land, towns, class_column="DLBM", system="survey3", control=0.2
    ... )
    >>> ledger.wide("unit", "class", unit="亩").loc["total"].to_dict()
    {'0101': 225.0, '0301': 75.0, 'total': 300.0}
    >>> ledger.by("unit")["area_mu"].tolist(), len(ledger.check())
    ([150.0, 150.0], 0)
    """
    check_options(rule, outside, decimals, tolerance)
    zones, units = check_layers(zones, units, zone_id=zone_id, unit_id=unit_id)
    others = None if units is None else units.geometry.to_numpy()
    pieces = cut(zones.geometry.to_numpy(), others)
    check_common_land(pieces, units)
    land = land_of(pieces, zones, units)
    if hasattr(classes, "dims"):
        check_raster_request(class_column=class_column, system=system, area=area)
        found = cell_class_areas(land, cast("xr.DataArray", classes), rule, zones)
    else:
        found = parcel_class_areas(
            land, classes, zones, class_column=class_column, system=system, area=area
        )
    labels = (
        pd.Index(zones[zone_id], name=zone_id),
        None if units is None else pd.Index(units[unit_id], name=unit_id),
    )
    cells = _cells(pieces, found)
    if outside == "refuse":
        _refuse_outside(cells, labels)
    controls = controls_of(control, labels, decimals=decimals + 2)
    scale = convert(1, "m2", "hm2") * 10**decimals
    sides = [cells[side].to_numpy(np.int64) for side in ("zone", "unit")]
    measured = Cells(sides[0], sides[1], cells["area_m2"].to_numpy(float) * scale)
    closed = closed_units(measured, controls, labels, tolerance=tolerance)
    named = {"zone": labels[0], "unit": labels[1], "class": pd.Index(found.labels)}
    return _ledger(cells, closed, named, controls=controls, decimals=decimals)


def _cells(pieces: Pieces, found: ClassAreas) -> pd.DataFrame:
    """Return m2 by the places of zone, unit and class, -1 for none, which is last."""
    nowhere = found.piece < 0
    sides = [
        np.where(nowhere, -1, pieces.zone[found.piece]),
        np.where(nowhere, -1, pieces.unit[found.piece]),
        found.class_,
    ]
    sizes = [int(side.max(initial=0)) + 2 for side in sides]
    last = [
        np.where(side < 0, size - 1, side)
        for side, size in zip(sides, sizes, strict=True)
    ]
    cell, at = np.unique(np.ravel_multi_index(last, sizes), return_inverse=True)
    kept = np.unravel_index(cell, sizes)
    table = {
        name: np.where(place == size - 1, -1, place)
        for name, place, size in zip(
            ("zone", "unit", "class"), kept, sizes, strict=True
        )
    }
    return pd.DataFrame(
        {**table, "area_m2": np.bincount(at, found.area_m2, minlength=cell.size)}
    )


def _refuse_outside(cells: pd.DataFrame, labels: Labels) -> None:
    """Refuse land in no zone or no unit, naming its neighbour on the other side."""
    sides = [("zone", "unit", labels[1])]
    if labels[1] is not None:
        sides.append(("unit", "zone", labels[0]))
    for side, other, index in sides:
        rest = cells[cells[side] < 0]
        if rest.empty:
            continue
        km2 = convert(float(rest["area_m2"].sum()), "m2", "km2")
        at = [place for place in rest[other].unique() if place >= 0]
        of = f", of {other} {rows_text(list(index[at]))}" if index is not None else ""
        msg = (
            f"{km2:.6g} km² of land{of if at else ''} lie in no {side} of `{side}s`; "
            f"extend `{side}s` to cover it, or say `outside='keep'` to have it as rows "
            "of its own."
        )
        raise GeometryError(msg)


def _ledger(
    cells: pd.DataFrame,
    closed: NDArray[np.int64],
    labels: Mapping[str, pd.Index | None],
    *,
    controls: Controls,
    decimals: int,
) -> AreaLedger:
    """Return the ledger with names in the place of numbers."""
    kept = {side: tuple(index) for side, index in labels.items() if index is not None}
    names = {
        side: pd.Series(
            np.array([*index, None], dtype=object)[cells[side]], dtype=object
        )
        for side, index in kept.items()
    }
    columns = closed_columns(closed, decimals)
    table = pd.DataFrame({**names, "area_m2": cells["area_m2"], **columns})
    held = {
        "total": (controls.total, pd.Index(["total"])),
        "zone": (controls.zone, labels["zone"]),
        "unit": (controls.unit, labels["unit"]),
    }
    series = {
        side: pd.Series(
            closed_columns(np.atleast_1d(units), decimals)["area_km2"], index
        )
        for side, (units, index) in held.items()
        if units is not None
    }
    return AreaLedger(table, decimals, kept, series)
