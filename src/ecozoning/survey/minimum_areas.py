"""Parcels smaller than what the survey maps, and merging them (最小上图面积)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecozoning._validation import check_columns, check_polygons
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.adjacency import adjacency
from ecozoning.overlay.local_plane import LocalPlane, degrees_of
from ecozoning.survey.absorbing import absorbed
from ecozoning.survey.codes import codes_of, parse_codes
from ecozoning.survey.tables import check_areas, check_frame, measured_areas, rows_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.survey.absorbing import Absorption
    from ecozoning.survey.codes import System

    Floats = NDArray[np.float64]
    Codes = NDArray[np.object_]

__all__ = ["MergedParcels", "below_minimum", "merge_below_minimum"]

Region = Literal["general", "desert"]

LEDGER: Final = (
    "row",
    "to",
    "class_from",
    "class_to",
    "area_m2",
    "minimum_m2",
    "border_m",
    "reason",
)


@dataclass(frozen=True)
class MergedParcels:
    """
    Parcels after those below the minimum were merged, and what was done to each.

    Attributes
    ----------
    parcels : geopandas.GeoDataFrame
        The parcels that are left, on their labels, with all columns of theirs and
        ``merged_m2``, the area of all that they now hold.
    ledger : pandas.DataFrame
        One row per parcel below the minimum, smallest first: ``row``, ``to`` (None if
        it has no neighbour and was kept), ``class_from``, ``class_to``, ``area_m2``,
        ``minimum_m2``, ``border_m`` and ``reason``.
    """

    parcels: gpd.GeoDataFrame
    ledger: pd.DataFrame


def below_minimum(
    parcels: pd.DataFrame,
    *,
    system: System,
    class_column: str = "DLBM",
    area: str | None = None,
    region: Region = "general",
) -> pd.DataFrame:
    """
    List the parcels that are smaller than the minimum of their class.

    The third survey maps construction land and agricultural facilities (1202) from
    200 m², farm land from 400 m², other land from 600 m², in deserts from 1500 m² [1]_.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        One row per parcel with its land code; polygons as for `ellipsoidal_area`, or
        areas in `area`.
    system : {"survey3", "gbt21010_2017"}
        The system of the land codes; that of land and sea has no such groups.
    class_column : str, default "DLBM"
        Column of land codes.
    area : str, optional
        Column of areas in m²; without it those on the ellipsoid.
    region : {"general", "desert"}, default "general"
        Whether other land lies in a desert.

    Returns
    -------
    pandas.DataFrame
        On the index of `parcels`, rows below the minimum only: ``class``, ``area_m2``,
        ``minimum_m2``.

    Raises
    ------
    ParameterError
        If `region` or `system` is not known or has no minimum, or areas are no numbers.
    SchemaError, NoDataError
        If a column is missing, a code unknown, or there are no rows.
    GeometryError, MissingCRSError, CRSMismatchError
        For the reasons of `ellipsoidal_area`, where it is asked.

    Notes
    -----
    Wetland (00) goes by the group of its second class; first classes of several groups
    and 1208 count as other land. The figures are not checked against the print.

    References
    ----------
    .. [1] TD/T 1055-2019 第三次全国国土调查技术规程.

    Examples
    --------
    >>> import pandas as pd
    >>> land = pd.DataFrame({"DLBM": ["0702", "0101", "0101"], "m2": [150.0, 399, 400]})
    >>> below_minimum(land, system="survey3", area="m2")["minimum_m2"].to_dict()
    {0: 200.0, 1: 400.0}
    """
    classes, areas = _measured(parcels, system, class_column, area)
    minima = _minima(classes, system, region)
    table = pd.DataFrame(
        {"class": classes, "area_m2": areas, "minimum_m2": minima}, index=parcels.index
    )
    return table[table["area_m2"] < table["minimum_m2"]]


def merge_below_minimum(
    parcels: gpd.GeoDataFrame,
    *,
    system: System,
    class_column: str = "DLBM",
    within: str | None = None,
    region: Region = "general",
) -> MergedParcels:
    """
    Merge parcels below the minimum of their class into a neighbour.

    The smallest parcel comes first, of two that are equal the one whose row comes
    first. It goes to the neighbour, as merged so far, with which it shares the longest
    border, of two the earlier row, and takes its class; what is then still too small
    waits for its turn. One without a neighbour stays as it is.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame
        Valid polygons, unique index, with the land code; any CRS of `ellipsoidal_area`.
    system : {"survey3", "gbt21010_2017"}
        The system of the land codes.
    class_column : str, default "DLBM"
        Column of land codes.
    within : str, optional
        Column of what must not be mixed, for instance the village or the owner: only
        neighbours of the same value are taken.
    region : {"general", "desert"}, default "general"
        Whether other land lies in a desert.

    Returns
    -------
    MergedParcels
        The parcels that are left, and a ledger with a row for each one too small.

    Raises
    ------
    ParameterError, SchemaError, NoDataError
        For the reasons of `below_minimum`, or if `within` is missing.
    GeometryError, MissingCRSError, CRSMismatchError
        For the reasons of `ellipsoidal_area`.

    Notes
    -----
    ``merged_m2`` adds up to the ellipsoidal areas that came in. Other columns are those
    of the parcel that took the small one in: areas among them have to be made anew,
    e.g. ``parcel_fields(merged.parcels, system=..., area="merged_m2")``.

    Examples
    --------
    A yard of 120 m² between a field, along 4 m, and a wood, along 30 m.

    >>> import geopandas as gpd, shapely
    >>> west, south = [0, 30, 0], [0, 0, 4]
    >>> east, north = [30, 60, 30], [4, 20, 40]
    >>> land = gpd.GeoDataFrame(
    ...     {"DLBM": ["0702", "0101", "0301"]},
    ...     geometry=shapely.box(west, south, east, north),
    ...     crs="+proj=laea +lon_0=115 +lat_0=28 +ellps=GRS80",
    ... )
    >>> merged = merge_below_minimum(land, system="survey3")
    >>> merged.ledger[["row", "to", "class_from", "class_to"]].values.tolist()
    [[0, 2, '0702', '0301']]
    >>> merged.parcels["merged_m2"].round().tolist()
    [600.0, 1200.0]
    """
    frame = check_polygons(parcels, name="parcels")
    if within is not None:
        check_columns(frame, name="parcels", columns=[within])
    classes, areas = _measured(frame, system, class_column, None)
    minima = _minima(classes, system, region)
    pairs = adjacency(_plane(frame))
    shares = pairs.shared > 0
    if within is not None:
        owner = _owners(frame, within)
        shares &= owner[pairs.left] == owner[pairs.right]
    steps = absorbed(
        areas, minima, (pairs.left[shares], pairs.right[shares], pairs.shared[shares])
    )
    return _merged(frame, (classes, areas, minima), steps)


def _measured(
    parcels: pd.DataFrame, system: System, class_column: str, area: str | None
) -> tuple[Codes, Floats]:
    """Return the classes of parcels and their areas in m2."""
    columns = [class_column, *([] if area is None else [area])]
    frame = check_frame(parcels, name="parcels", columns=columns)
    name = f"parcels[{class_column!r}]"
    classes = parse_codes(frame[class_column], system=system, name=name)["code"]
    if area is None:
        areas = measured_areas(frame, "exact")
    else:
        areas = check_areas(frame[area], name=f"parcels[{area!r}]")
    return classes.to_numpy(dtype=object), areas


def _owners(frame: gpd.GeoDataFrame, within: str) -> NDArray[np.intp]:
    """Return a number for each value of a column, insisting that all have one."""
    owner: NDArray[np.intp] = pd.factorize(frame[within])[0]
    if (owner < 0).any():
        rows = frame.index[owner < 0].tolist()
        msg = (
            f"`parcels` has {len(rows)} rows without a {within!r} (labels "
            f"{rows_text(rows)}), so with whom they may be merged is not known; name "
            f"it with `parcels.fillna({{{within!r}: ...}})`."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, rows)))
    return owner


def _minima(classes: Codes, system: System, region: Region) -> Floats:
    """Return the minimum of each class in m2."""
    if region not in get_args(Region):
        msg = f"`region` is {region!r}; use one of {', '.join(get_args(Region))}."
        raise ParameterError(msg)
    table = codes_of(system)
    if not any(row.group for row in table.values()):
        msg = (
            f"`system` is {system!r}, which gives its classes no groups and so no "
            "minimum; use `ecozoning.survey.translate_codes(codes, source=..., "
            "target='survey3')` first."
        )
        raise ParameterError(msg)
    limits = _limits(region)
    found = {
        code: limits.get(code, limits.get(table[code].group, limits["other"]))
        for code in pd.unique(classes)
    }
    return np.array([found[code] for code in classes], dtype=np.float64)


@cache
def _limits(region: Region) -> dict[str, float]:
    """Return minima in m2 by class or group of land."""
    file = resources.files("ecozoning.survey").joinpath("minimum_areas.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {
        row["of"]: float(row["minimum_m2"]) for row in rows if row["region"] == region
    }


def _plane(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return polygons in metres: lengths in degrees cannot be compared."""
    if not frame.crs.is_geographic:
        geometries: NDArray[np.object_] = frame.geometry.to_numpy()
        return geometries
    degrees = degrees_of(frame, name="parcels")
    west, south, east, north = shapely.total_bounds(degrees)
    flat: NDArray[np.object_] = LocalPlane(
        (west + east) / 2, (south + north) / 2
    ).flatten(degrees)
    return flat


def _merged(
    frame: gpd.GeoDataFrame,
    measured: tuple[Codes, Floats, Floats],
    steps: list[Absorption],
) -> MergedParcels:
    """Return the parcels that are left and the ledger of those that went."""
    classes, areas, minima = measured
    owner = np.arange(len(frame))
    for step in reversed(steps):
        if step.to >= 0:
            owner[step.row] = owner[step.to]
    taken = np.flatnonzero(owner != np.arange(len(frame)))
    geometries = frame.geometry.to_numpy().copy()
    for root in np.unique(owner[taken]):
        geometries[root] = shapely.union_all(geometries[owner == root])
    left = frame.set_geometry(
        gpd.GeoSeries(geometries, index=frame.index, crs=frame.crs)
    ).assign(merged_m2=np.bincount(owner, areas, minlength=len(frame)))
    rows = [
        {
            "row": frame.index[step.row],
            "to": frame.index[step.to] if step.to >= 0 else None,
            "class_from": classes[step.row],
            "class_to": classes[step.to] if step.to >= 0 else classes[step.row],
            "area_m2": step.area,
            "minimum_m2": minima[step.row],
            "border_m": step.border,
            "reason": "longest border" if step.to >= 0 else "no neighbour, kept",
        }
        for step in steps
    ]
    ledger = pd.DataFrame(rows, columns=list(LEDGER))
    # Beside None pandas would make floats of labels that are numbers.
    ledger["to"] = pd.Series([row["to"] for row in rows], dtype=object)
    return MergedParcels(left[owner == np.arange(len(frame))], ledger)
