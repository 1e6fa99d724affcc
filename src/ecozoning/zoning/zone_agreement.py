"""How far two zonings of one county agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecozoning.errors import GeometryError
from ecozoning.zoning.agreement_measures import measures_of, paired
from ecozoning.zoning.agreement_pieces import matrix_of, shared_pieces
from ecozoning.zoning.border_distances import border_distances
from ecozoning.zoning.matching import intersection_over_union, pairs_of
from ecozoning.zoning.zonings import (
    OUTSIDE,
    check_one_county,
    ids_of,
    kind_of,
    zoning_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import xarray as xr
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ecozoning.maps.style import Language

    Floats = NDArray[np.float64]

__all__ = ["Agreement", "agreement"]


@dataclass(frozen=True)
class Agreement:
    """How far two zonings agree; the answer of `agreement`.

    Attributes
    ----------
    table : pandas.DataFrame, float64
        Areas in km² on the ellipsoid: zones of `a` in rows, of `b` in columns, and
        ``outside`` last: its row is land that only `b` covers, its column land that
        only `a` covers. Rows add up to the zones of `a`, columns to those of `b`.
    zones : pandas.DataFrame
        A row per pair, then per zone without a partner: `a_zone`, `b_zone` (missing
        for none), `a_km2`, `b_km2`, `shared_km2`, `iou` (shared by the land of either),
        `users` and `producers` (shared by the zone of `a`, and by that of `b`, of the
        land that both zonings cover; NaN for none).
    borders : pandas.DataFrame
        Rows ``a_to_b`` and ``b_to_a``: `length_km` of the borders between zones, and
        `mean_m`, `p95_m`, `max_m` of their distances to the other's. NaN without such.
    overall, kappa, quantity, allocation : float
        Of the land that both cover: share in paired zones; Cohen's kappa; the two parts
        of the disagreement, by amounts and by place, which with `overall` make 1.
    pieces : geopandas.GeoDataFrame
        A row per pair of zones with land in common: `a_zone`, `b_zone` (missing
        outside), `agrees`, `area_km2`, `geometry_kind` (the least certain that a layer
        states, ``official`` if none does), in the CRS of the layers.
    """

    table: pd.DataFrame
    zones: pd.DataFrame
    borders: pd.DataFrame
    overall: float
    kappa: float
    quantity: float
    allocation: float
    pieces: gpd.GeoDataFrame

    def plot(
        self,
        *,
        title: str = "修复分区对比图",
        names: tuple[str, str] = ("a", "b"),
        source: str | None = None,
        note: str = "",
        language: Language = "zh",
    ) -> Figure:
        """
        Draw agreement and disagreement on one A4 page, with the table.

        Land is coloured by its zone of `a`; where `b` has another one it is hatched in
        that zone's colour; land of one zoning only is grey. If zones are modelled the
        sheet says so; that cannot be switched off.

        Parameters
        ----------
        title : str
            Title, one line.
        names : (str, str), default ("a", "b")
            What the two zonings are called on the sheet.
        source : str, optional
            Where they come from, printed on the sheet.
        note : str
            Further words for the foot of the legend.
        language : {"zh", "en"}, default "zh"
            Language of the sheet's own words.

        Returns
        -------
        matplotlib.figure.Figure
            A page of 297 x 210 mm; `ecozoning.maps.save_sheet` writes it.

        Raises
        ------
        ParameterError
            If a text is empty or too long, there are more than twelve zones to tell
            apart, or `language` is neither.
        GeometryError
            If the place lies outside China's 3-degree zones.

        Examples
        --------
        >>> import ecozoning as ez
        >>> zones = ez.load_plan("guyang").zones
        >>> sheet = ez.zoning.agreement(zones, zones).plot()
        >>> [float(inch) * 25.4 for inch in sheet.get_size_inches()]
        [297.0, 210.0]
        """
        from ecozoning.maps.agreement_sheet import Compared, agreement_sheet

        measures = {
            "overall": self.overall,
            "kappa": self.kappa,
            "quantity": self.quantity,
            "allocation": self.allocation,
        }
        return agreement_sheet(
            Compared(self.pieces, self.table, self.zones, measures, self.borders),
            title=title,
            names=names,
            panel=(source, note),
            language=language,
        )


def agreement(
    a: gpd.GeoDataFrame | xr.DataArray,
    b: gpd.GeoDataFrame | xr.DataArray,
    *,
    a_id: str = "zone_id",
    b_id: str = "zone_id",
    match: Mapping[Any, Any] | str | None = None,
) -> Agreement:
    r"""
    Compare two zonings of one county.

    With :math:`p_{gh}` the share of the land that both cover that is in zone :math:`g`
    of `a` and :math:`h` of `b`, paired zones having one number,

    .. math::

       \kappa = \frac{\sum_g p_{gg} - \sum_g p_{g+} p_{+g}}{1 - \sum_g p_{g+} p_{+g}},
       \quad
       Q = \tfrac12 \sum_g |p_{g+} - p_{+g}|, \quad A = 1 - \sum_g p_{gg} - Q

    are kappa [1]_ and the quantity and allocation disagreement [2]_.

    Parameters
    ----------
    a, b : geopandas.GeoDataFrame or xarray.DataArray
        The zoning that is judged and the one it is held against. Layers of valid
        polygons in one CRS on an earth-centred datum, geographic or projected, a row
        per zone, none over another. Or rasters of whole numbers, dims (y, x), with NaN
        or the nodata value they state; zones are called by ``flag_meanings`` if there
        are any. A layer may be held against a raster.
    a_id, b_id : str, default "zone_id"
        Columns of the ids of layers, no value missing or repeated.
    match : None, "best" or mapping, default None
        Which zones are the same one: those of the same id; the pairs with the largest
        sum of shared land by the land of either (the assignment problem); or ids of `a`
        with ids of `b`.

    Returns
    -------
    Agreement
        Table, measures, borders and pieces; `Agreement.plot` draws them.

    Raises
    ------
    ParameterError
        If an argument is no layer or raster, no id is common, or `match` is unknown or
        names a zone that is not there.
    SchemaError
        If a column is missing, an id is missing or repeated, a zone is called
        ``outside``, or `match` pairs a zone twice.
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, both have different ones or one of a legacy datum, or one
        lies 50 to 1000 m off the other.
    NoDataError, GeometryError
        If one is empty, has missing or invalid geometry, zones that overlap, or nothing
        in common with the other.

    Notes
    -----
    Areas are those of the pieces on the CGCS2000 ellipsoid, whose edges have more
    vertices than the zones where these cross (see `conflicts`); slivers below 1 m² join
    a neighbour. Distances are those of an equidistant plane around the middle. Swapping
    `a` and `b` transposes the table and swaps users and producers; all else stays but
    for slivers. Memory is that of the cut layers; rasters are turned to outlines of
    their classes at once.

    References
    ----------
    .. [1] Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational
       and Psychological Measurement, 20, 37-46. doi:10.1177/001316446002000104
    .. [2] Pontius, R. G. and Millones, M. (2011). Death to Kappa: birth of quantity
       disagreement and allocation disagreement for accuracy assessment. International
       Journal of Remote Sensing, 32, 4407-4429. doi:10.1080/01431161.2011.552923

    Examples
    --------
    Two zones of a county of 4 km by 1 km; the border is moved by 1 km.

    >>> import geopandas as gpd, shapely
    >>> def halves(border):
    ...     parts = [
    ...         shapely.box(5e5, 3.1e6, border, 3.101e6),
    ...         shapely.box(border, 3.1e6, 5.04e5, 3.101e6),
    ...     ]
    ...     ids = {"zone_id": ["west", "east"]}
    ...     return gpd.GeoDataFrame(ids, geometry=parts, crs="EPSG:4547")
    >>> found = agreement(halves(5.02e5), halves(5.03e5))
    >>> found.table.round(3)
             west  east  outside
    west      2.0   0.0      0.0
    east      1.0   1.0      0.0
    outside   0.0   0.0      0.0
    >>> round(found.overall, 3), round(found.kappa, 3)
    (0.75, 0.5)
    >>> found.borders["max_m"].round(1).tolist()
    [1000.0, 1000.0]
    """
    given = a, b
    a, b = zoning_of(a, a_id, name="a"), zoning_of(b, b_id, name="b")
    kind = kind_of(*given)
    check_one_county(a, b)
    ids = ids_of(a), ids_of(b)
    pieces = shared_pieces(a, b)
    areas = matrix_of(pieces, (len(a), len(b)))
    _check_common(areas)
    pairs = pairs_of(match, areas, ids)
    return Agreement(
        _table(areas, ids),
        _zones(areas, pairs, ids),
        border_distances(a, b),
        *measures_of(paired(areas[:-1, :-1], pairs)),
        _named(pieces, pairs, ids).assign(geometry_kind=kind),
    )


def _check_common(areas: Floats) -> None:
    if not areas[:-1, :-1].sum():
        msg = (
            "`a` and `b` only touch and have no land in common, so they cannot agree "
            "or disagree; see `a.total_bounds` and `b.total_bounds`."
        )
        raise GeometryError(msg)


def _table(areas: Floats, ids: tuple[pd.Index[Any], pd.Index[Any]]) -> pd.DataFrame:
    rows, columns = (pd.Index([*index, OUTSIDE], dtype=object) for index in ids)
    return pd.DataFrame(areas, index=rows, columns=columns)


def _zones(
    areas: Floats, pairs: dict[int, int], ids: tuple[pd.Index[Any], pd.Index[Any]]
) -> pd.DataFrame:
    """Return a row for each pair, then for what has no partner."""
    iou = intersection_over_union(areas)
    inner = areas[:-1, :-1]
    rows = [
        {
            "a_zone": ids[0][i],
            "b_zone": ids[1][j],
            "a_km2": areas[i].sum(),
            "b_km2": areas[:, j].sum(),
            "shared_km2": inner[i, j],
            "iou": iou[i, j],
            "users": _share(inner[i, j], inner[i].sum()),
            "producers": _share(inner[i, j], inner[:, j].sum()),
        }
        for i, j in pairs.items()
    ]
    partners = {*pairs.values()}
    rows += [
        _lone("a", zone, float(areas[i].sum()))
        for i, zone in enumerate(ids[0])
        if i not in pairs
    ]
    rows += [
        _lone("b", zone, float(areas[:, j].sum()))
        for j, zone in enumerate(ids[1])
        if j not in partners
    ]
    table = pd.DataFrame({"a_zone": _objects(row["a_zone"] for row in rows)})
    table["b_zone"] = _objects(row["b_zone"] for row in rows)
    return table.join(pd.DataFrame(rows).drop(columns=["a_zone", "b_zone"]))


def _objects(ids: Iterable[object]) -> pd.Series[Any]:
    """Return ids as they are: beside None, pandas would make numbers of them floats."""
    return pd.Series(list(ids), dtype=object)


def _lone(side: str, zone: object, km2: float) -> dict[str, object]:
    """Return the row of a zone without a partner."""
    row: dict[str, object] = dict.fromkeys(("a_zone", "b_zone"))
    row |= {"a_km2": 0.0, "b_km2": 0.0, "shared_km2": 0.0, "iou": 0.0}
    return row | {
        f"{side}_zone": zone,
        f"{side}_km2": km2,
        "users": 0.0 if side == "a" else np.nan,
        "producers": 0.0 if side == "b" else np.nan,
    }


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _named(
    pieces: gpd.GeoDataFrame,
    pairs: dict[int, int],
    ids: tuple[pd.Index[Any], pd.Index[Any]],
) -> gpd.GeoDataFrame:
    """Return the pieces with ids in the place of rows."""
    a, b = pieces.pop("a"), pieces.pop("b")
    agrees = [pairs.get(i) == j for i, j in zip(a, b, strict=True)]
    pieces.insert(0, "a_zone", _objects(None if i < 0 else ids[0][i] for i in a))
    pieces.insert(1, "b_zone", _objects(None if j < 0 else ids[1][j] for j in b))
    pieces.insert(2, "agrees", agrees)
    return pieces.rename(columns={"km2": "area_km2"})
