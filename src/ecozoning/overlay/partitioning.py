"""Two polygon layers cut by one another, with nothing made and nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

import numpy as np
import shapely

from ecozoning._validation import (
    check_lonlat_domain,
    check_polygons,
    check_same_crs,
    check_transformable,
)
from ecozoning.errors import ComputationError, ParameterError
from ecozoning.overlay.cut_pieces import cut_pieces
from ecozoning.overlay.datum_shift import check_not_shifted
from ecozoning.overlay.faces import CONSERVED
from ecozoning.overlay.grounds import Ground, ground_of
from ecozoning.overlay.mending import mend_polygons
from ecozoning.overlay.partition_tables import columns_of
from ecozoning.overlay.plane_areas import square_metres, unit_area_m2
from ecozoning.overlay.self_overlaps import OnInvalid, settled
from ecozoning.overlay.slivers import without_slivers
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.overlay.slivers import Pieces

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]

__all__ = ["How", "partition"]

How = Literal["identity", "union", "intersection", "difference", "symmetric_difference"]

TOLERANCE_M2: Final = 0.01
"""The last digit in which the land survey states areas of parcels."""
KNOWN_PLACES: Final = " If both lie where they should, say `check_datum=False`."
_BOTH: Final = ("union", "symmetric_difference")


class _Grounds(NamedTuple):
    """The polygons of both layers, and the land that rows of one share, in m2."""

    a: Ground
    b: Ground
    overlaps: int
    overlaps_m2: float


def partition(
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame,
    how: How = "identity",
    *,
    tolerance_m2: float = TOLERANCE_M2,
    on_invalid: OnInvalid = "refuse",
    check_datum: bool = True,
) -> gpd.GeoDataFrame:
    """
    Cut two polygon layers by one another so that areas close and no slivers are left.

    ``"identity"``
        all land of `a`: what `b` covers, by its rows, and what it does not
    ``"union"``
        and what `a` does not cover of `b`
    ``"intersection"``, ``"difference"``
        of the identity only what lies in both, or only in `a`
    ``"symmetric_difference"``
        of the union only what lies in one

    What lies inside a row of the other layer keeps its geometry untouched; only what
    crosses is cut. Parts of less than `tolerance_m2` that cutting makes join the
    piece **of the same row of** `a` with which they have the longest border in common.
    So each row of `a` keeps its area, and pieces of one row do not depend on other
    rows: blocks of rows of `a` give what all give.

    Parameters
    ----------
    a : geopandas.GeoDataFrame
        Valid polygons, unique index, any CRS that `ellipsoidal_area` takes. Rows may
        overlap, unless `how` is ``"union"`` or ``"symmetric_difference"``.
    b : geopandas.GeoDataFrame
        Valid polygons in the same CRS, unique index, rows that do not overlap. It need
        not cover `a`.
    how : {"identity", "union", "intersection", "difference", "symmetric_difference"}
        Which pieces to return.
    tolerance_m2 : float, default 0.01
        Area of a sliver in m², >= 0. The default is the last digit of a surveyed area.
        Whole rows of either layer are kept however small they are.
    on_invalid : {"refuse", "mend"}, default "refuse"
        What to do with invalid polygons and with rows that overlap by more than
        `tolerance_m2`: raise, or mend them as `mend_polygons` does and give what two
        rows share to the first. Less than that is given to the first in any case.
    check_datum : bool, default True
        Whether to refuse layers that look like the same land on two datums.

    Returns
    -------
    geopandas.GeoDataFrame
        Pieces by row of `a`, then row of `b`, then what no row of `b` covers; at the
        end what only `b` covers. Polygons or multipolygons in the CRS of `a`. All
        columns of `a` and of `b`, with the endings ``_a`` and ``_b`` where names clash,
        with one another or with the following, as those of an earlier partition do;
        `a_index` and `b_index`, the labels of the rows, missing where there is none;
        `merged_m2`, the area of slivers that joined the piece. ``attrs["ledger"]`` is a
        dict of `how`, `tolerance_m2`, `area_a_m2`, `area_b_m2`, `pieces_m2`,
        `deviation` (largest of a row of `a`, as a part of it), `slivers`, `slivers_m2`,
        `overlaps`, `overlaps_m2`, `mended_a` and `mended_b` (rows).

    Raises
    ------
    ParameterError
        If `how`, `tolerance_m2` or `on_invalid` is outside its domain, or an argument
        is not a layer.
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, they have two, or one that cannot be brought to CGCS2000;
        or if they show the same land displaced, as layers on two datums do.
    GeometryError
        If a row has missing, empty, invalid or other geometry, or rows overlap.
    SchemaError
        If a label occurs twice.
    NoDataError
        If a layer has no rows. No pieces, as of a difference of what is covered, are an
        empty layer.
    ComputationError
        If cutting changed the area of a row of `a` by more than 1e-9.

    Warns
    -----
    DroppedRowsWarning
        If mending drops rows without land.

    See Also
    --------
    partition_ledger : The balance sheet row by row.
    intersection_areas : Areas of the pieces without the pieces.

    Notes
    -----
    Cut, and closed to 1e-9 of each row of `a`, in the plane of the CRS, up to what the
    last digit of the coordinates makes along the border of a row. Areas are told in m²:
    of the map for a projected CRS, on the ellipsoid of CGCS2000 for degrees, where
    edges are straight in degrees. With `a` and `b` exchanged, intersection, union and
    symmetric difference have the same areas but for slivers.

    In a union, slivers that only `b` covers join pieces of their row of `b` that no row
    of `a` covers either. Where there is none, they stay as pieces, unless they are less
    than half a billionth of the row of `a` beside them.

    Examples
    --------
    A township of 200 m by 100 m, of which a zone covers the western half and some more.

    >>> import geopandas as gpd, shapely
    >>> def layer(name, *bounds):
    ...     return gpd.GeoDataFrame(
    ...         {"name": [name]}, geometry=[shapely.box(*bounds)], crs="EPSG:4547"
    ...     )
    >>> townships = layer("Tashan", 0, 0, 200, 100)
    >>> zones = layer("north", -50, 0, 100, 100)
    >>> pieces = partition(townships, zones)
    >>> pieces.assign(area_m2=pieces.area)[["name_a", "name_b", "area_m2"]]
       name_a name_b  area_m2
    0  Tashan  north  10000.0
    1  Tashan    NaN  10000.0
    >>> len(partition(townships, zones, how="union"))
    3
    """
    _check_words(how, tolerance_m2, on_invalid)
    crs = check_transformable(check_same_crs(a, b), name="a")
    a, mended_a = _polygons(a, "a", on_invalid)
    b, mended_b = _polygons(b, "b", on_invalid)
    if check_datum:
        check_not_shifted(a, b, advice=KNOWN_PLACES)
    grounds = _grounds(a, b, crs, how, tolerance_m2, on_invalid)
    pieces = _pieces(grounds, crs, how, tolerance_m2)
    area = shapely.area(pieces.geometry)
    deviation = _check_rows_kept(grounds.a, pieces, area)
    asked = _chosen(pieces, how)
    chosen = pieces.take(asked)
    result = _table(a, b, chosen, crs, how)
    result.attrs["ledger"] = {
        "how": how,
        "tolerance_m2": float(tolerance_m2),
        **_sums(grounds, pieces, crs),
        "pieces_m2": float(square_metres(chosen.geometry, crs, area[asked]).sum()),
        "deviation": deviation,
        "mended_a": mended_a,
        "mended_b": mended_b,
    }
    return result


def _check_words(how: How, tolerance_m2: float, on_invalid: OnInvalid) -> None:
    for name, value, words in (
        ("how", how, get_args(How)),
        ("on_invalid", on_invalid, get_args(OnInvalid)),
    ):
        if value not in words:
            msg = f"`{name}` is {value!r}; use one of {', '.join(words)}."
            raise ParameterError(msg)
    if tolerance_m2 != 0:
        check_positive("tolerance_m2", tolerance_m2)


def _polygons(
    layer: gpd.GeoDataFrame, name: str, on_invalid: OnInvalid
) -> tuple[gpd.GeoDataFrame, int]:
    """Return a layer of valid polygons, and how many rows had to be mended."""
    mended = 0
    if on_invalid == "mend":
        found = mend_polygons(layer)
        layer, mended = found.layer, len(found.report)
    frame = check_polygons(layer, name=name)
    if frame.crs.is_geographic:
        west, south, east, north = frame.total_bounds
        check_lonlat_domain(np.array([west, east]), np.array([south, north]), name=name)
    return frame, mended


def _grounds(
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame,
    crs: CRS,
    how: How,
    tolerance_m2: float,
    on_invalid: OnInvalid,
) -> _Grounds:
    """Return the polygons of both layers, without overlaps where they would count."""
    right = settled(b, crs, name="b", tolerance_m2=tolerance_m2, on_invalid=on_invalid)
    others = ground_of(right.geometries)
    if how not in _BOTH:
        own = ground_of(a.geometry.to_numpy())
        return _Grounds(own, others, right.overlaps, right.area_m2)
    left = settled(a, crs, name="a", tolerance_m2=tolerance_m2, on_invalid=on_invalid)
    return _Grounds(
        ground_of(left.geometries),
        others,
        left.overlaps + right.overlaps,
        left.area_m2 + right.area_m2,
    )


def _pieces(grounds: _Grounds, crs: CRS, how: How, tolerance_m2: float) -> Pieces:
    """Return the pieces of the identity, or of the union where it is needed."""
    pieces = cut_pieces(grounds.a, grounds.b, both=how in _BOTH)
    least = tolerance_m2 / unit_area_m2(pieces.geometry, crs)
    return without_slivers(pieces, least, np.nan_to_num(grounds.a.area))


def _check_rows_kept(a: Ground, pieces: Pieces, area: Floats) -> float:
    """Return the largest part of its area by which the pieces of a row miss it.

    More than a billionth and the last digit of its coordinates is refused.
    """
    own = pieces.left >= 0
    total = np.bincount(pieces.left[own], weights=area[own], minlength=len(a.area))
    whole = np.nan_to_num(a.area)
    lost = np.abs(total - whole) - CONSERVED * whole - np.nan_to_num(a.rounding)
    if (lost <= 0).all():
        there = whole > 0
        return float(np.abs(total[there] / whole[there] - 1).max())
    row = int(np.argmax(lost))
    msg = (
        f"cutting changed the area of row {row} of `a` by "
        f"{total[row] / whole[row] - 1:.1e}, more than rounding explains; its "
        "coordinates are too fine for their size: `a.set_precision(...)` with a tenth "
        "of a millimetre puts them on a grid, and the same for `b`."
    )
    raise ComputationError(msg)


def _chosen(pieces: Pieces, how: How) -> NDArray[np.bool_]:
    """Return which pieces were asked for."""
    in_a, in_b = pieces.left >= 0, pieces.right >= 0
    chosen: dict[str, NDArray[np.bool_]] = {
        "identity": in_a,
        "union": in_a | in_b,
        "intersection": in_a & in_b,
        "difference": in_a & ~in_b,
        "symmetric_difference": in_a ^ in_b,
    }
    return chosen[how]


def _table(
    a: gpd.GeoDataFrame, b: gpd.GeoDataFrame, pieces: Pieces, crs: CRS, how: How
) -> gpd.GeoDataFrame:
    """Return pieces with the columns of the rows that they come from."""
    import geopandas as gpd

    columns = columns_of(
        a,
        b,
        pieces.left,
        pieces.right,
        open_sides=(how in _BOTH, how != "intersection"),
    )
    merged_m2 = pieces.merged * unit_area_m2(pieces.geometry, crs)
    columns = columns.assign(merged_m2=merged_m2)
    return gpd.GeoDataFrame(columns, geometry=pieces.geometry, crs=a.crs)


def _sums(grounds: _Grounds, pieces: Pieces, crs: CRS) -> dict[str, float | int]:
    """Return the sums of the ledger."""
    slivers_m2 = pieces.merged * unit_area_m2(pieces.geometry, crs)
    return {
        "area_a_m2": _land_m2(grounds.a, crs),
        "area_b_m2": _land_m2(grounds.b, crs),
        "slivers": pieces.slivers,
        "slivers_m2": float(slivers_m2.sum()),
        "overlaps": grounds.overlaps,
        "overlaps_m2": grounds.overlaps_m2,
    }


def _land_m2(ground: Ground, crs: CRS) -> float:
    there = ~shapely.is_missing(ground.polygons)
    areas = square_metres(ground.polygons[there], crs, ground.area[there])
    return float(areas.sum())
