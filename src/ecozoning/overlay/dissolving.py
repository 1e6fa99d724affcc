"""Rows of a kind joined to one, without a square metre lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecozoning._validation import check_columns
from ecozoning._validation.geometries import rows_named
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.coverage_change import CoverageChange, change_table
from ecozoning.overlay.coverage_inputs import check_layer, check_no_overlaps
from ecozoning.overlay.faces import check_conserved
from ecozoning.overlay.unions import joined_ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["dissolve", "joined_groups"]


def dissolve(layer: gpd.GeoDataFrame, by: str | Sequence[str]) -> CoverageChange:
    """
    Join the rows that have the same values in some columns, with areas checked.

    Each group becomes one row, of several parts where its rows do not touch. Rows that
    overlap are refused, and so are missing values, which other libraries drop with
    their land.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        Valid polygons with unique labels, in any CRS that can be brought to CGCS2000.
    by : str or sequence of str
        Columns whose values make the groups.

    Returns
    -------
    CoverageChange
        `layer` has one row per group, in the order in which groups first occur: the
        columns `by`, `n_rows`, `area_m2` on the CGCS2000 ellipsoid, and the geometry.
        `ledger` holds the sum of the areas of the rows against that of the group.

    Raises
    ------
    ParameterError
        If `layer` is not a layer, or `by` names no column.
    MissingCRSError, CRSMismatchError
        If `layer` has no CRS or one that cannot be brought to CGCS2000.
    NoDataError, SchemaError
        If `layer` has no rows, a label twice, not the columns `by`, or no value in one.
    GeometryError
        If `layer` has missing, empty, invalid or other geometry, or rows that overlap.
    ComputationError
        If joining changed the area of a group by more than 1e-9.

    Notes
    -----
    Where neighbours have all vertices in common, common edges are left out, which is
    fast. Otherwise edges are cut where they meet, so that rounding leaves no slits;
    edges then get vertices, and bend a little less on the ellipsoid: this is what
    `change_m2` shows.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> west = (5e5, 5e5 + 10, 5e5 + 20)
    >>> layer = gpd.GeoDataFrame(
    ...     {"zone": ["north", "south", "south"]},
    ...     geometry=[shapely.box(x, 3.1e6, x + 10, 3.1e6 + 10) for x in west],
    ...     crs="EPSG:4547",
    ... )
    >>> dissolve(layer, "zone").layer[["zone", "n_rows", "area_m2"]].round(1)
        zone  n_rows  area_m2
    0  north       1    100.0
    1  south       2    200.0
    """
    frame, _ = check_layer(layer, name="layer")
    columns = _check_by(frame, by)
    matched = check_no_overlaps(frame, name="layer")
    group = pd.MultiIndex.from_frame(frame[columns]).factorize()[0]
    first = frame.iloc[np.unique(group, return_index=True)[1]]
    polygons = frame.geometry.to_numpy()
    joined = joined_groups(polygons, group, matched=matched)
    before = checked_areas(frame, "exact").groupby(group).sum()
    values = pd.DataFrame(first[columns]).reset_index(drop=True)
    zones = gpd.GeoDataFrame(values, geometry=joined, crs=frame.crs)
    ledger = change_table(before, zones)
    zones.insert(len(columns), "n_rows", np.bincount(group))
    zones.insert(len(columns) + 1, "area_m2", ledger["area_after_m2"])
    return CoverageChange(zones, ledger)


def joined_groups(polygons: Geometries, group: Ints, *, matched: bool) -> Geometries:
    """Return the union of the polygons of each group 0, 1, ..., which do not overlap.

    `matched` says that neighbours have all their vertices in common.
    """
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 2))
    joined = np.empty(len(starts) - 1, dtype=object)
    for one in range(len(joined)):
        own = polygons[order[starts[one] : starts[one + 1]]]
        joined[one] = joined_ground(own, matched=matched)
    sums = np.bincount(group, weights=shapely.area(polygons))
    worst = int(np.argmax(np.abs(shapely.area(joined) / sums - 1)))
    check_conserved(sums[worst], float(shapely.area(joined[worst])), name="layer")
    return joined


def _check_by(frame: gpd.GeoDataFrame, by: str | Sequence[str]) -> list[str]:
    """Return the columns of a key, insisting that every row has a value in each."""
    columns: list[Any] = [by] if pd.api.types.is_scalar(by) else list(by)
    taken = {frame.active_geometry_name, "n_rows", "area_m2", "geometry"}
    if not columns or taken.intersection(columns):
        msg = (
            f"`by` is {by!r}, but columns other than {sorted(map(str, taken))} are "
            "needed, which the result has of its own; rename it with "
            "`layer.rename(columns=...)`."
        )
        raise ParameterError(msg)
    check_columns(frame, name="layer", columns=columns)
    lost = frame[columns].isna().any(axis=1).to_numpy()
    if lost.any():
        labels = frame.index[lost].tolist()
        msg = (
            f"in `layer` {rows_named(labels, 'row')} have no value in {columns}, and "
            "would lose their land; name it, e.g. "
            f"`layer.fillna({{{columns[0]!r}: 'unnamed'}})`."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, labels)))
    return columns
