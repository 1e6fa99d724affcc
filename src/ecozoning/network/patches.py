"""Sources of a network: patches of cells and of polygons, joined, sieved, numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.network.candidates import checked_candidates
from ecozoning.overlay.areas import checked_areas
from ecozoning.raster.checks import check_positive
from ecozoning.raster.outlines import label_polygons
from ecozoning.rulesets import load_ruleset
from ecozoning.units import convert

if TYPE_CHECKING:
    from typing import TypeAlias

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid
    from ecozoning.network.candidates import Candidates
    from ecozoning.rulesets import Ruleset

    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]
    Class: TypeAlias = int | str
    Classes: TypeAlias = Class | list[Class] | tuple[Class, ...]
    Candidate: TypeAlias = gpd.GeoDataFrame | tuple[xr.DataArray, Classes]

__all__ = ["select_sources"]

QUEEN = np.ones((3, 3), dtype=int)


def select_sources(
    *candidates: Candidate,
    minimum_area_km2: float | None = None,
    merge_distance_m: float = 0.0,
    top: int | None = None,
    ruleset: str | Ruleset = "ecological_network",
) -> gpd.GeoDataFrame:
    """
    Return the sources (生态源地): land of all candidates, united, joined and sieved.

    What one candidate or another holds is united. Patches no farther apart than
    `merge_distance_m` are one source; at 0 these are the ones that touch, be it in a
    corner, as MSPA counts its foreground. What lies between them is not filled. Then
    sources below the least area leave, and after them all but the `top` largest.

    Parameters
    ----------
    *candidates : (xarray.DataArray, classes) or geopandas.GeoDataFrame
        Class rasters on one grid in metres, each in a pair with the class or the list
        of classes that counts, by number or by the word in `flag_meanings`, as in
        ``(mspa, "core")`` or ``(importance, [3, 4])``; and polygons, such as protected
        areas, in the same CRS.
    minimum_area_km2 : float, optional
        Sources below this area leave, > 0. By default what the ruleset has for
        counties, 1 km², which is practice and no standard.
    merge_distance_m : float, default 0
        The distance between outlines up to which patches are one source, >= 0.
    top : int, optional
        How many of the largest sources stay.
    ruleset : str or Ruleset
        With a table ``least_core`` and its row ``county``.

    Returns
    -------
    geopandas.GeoDataFrame
        The largest first: `source_id` (1, 2, ...), `area_km2` (on the ellipsoid),
        `origin` (the candidates that a source has land of), `at_edge` (whether it
        reaches the rim of the rasters, beyond which it may go on), `geometry_kind`
        (``modelled``), `evidence`, `geometry`. Outlines follow the edges of cells.
        ``attrs`` have the least area and the distance.

    Raises
    ------
    ParameterError
        If there is no candidate, a raster comes without its classes or they are not
        among its flags, or a number is out of its range.
    GridMismatchError, CRSMismatchError, MissingCRSError, GeometryError
        If candidates lie on different grids or in different CRS, in degrees, or
        polygons are broken.
    NoDataError
        If no source is left.

    See Also
    --------
    important_sources : Choose among sources by their part in connectivity.

    Notes
    -----
    Of sources equal in area the more northern one comes first, then the more western.
    A lazy raster is computed.

    Examples
    --------
    Two patches touch in a corner, a third is apart and too small.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> cores = [[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]]
    >>> y, x = np.arange(4)[::-1] * 1000.0, np.arange(5) * 1000.0
    >>> raster = xr.DataArray(np.uint8(cores), {"y": y, "x": x}, ("y", "x"))
    >>> raster = raster.rio.write_crs(4547).assign_attrs(
    ...     flag_values=[0, 1], flag_meanings="background core"
    ... )
    >>> sources = select_sources((raster, "core"), minimum_area_km2=2)
    >>> sources[["source_id", "area_km2"]].round(1)
       source_id  area_km2
    0          1       4.0
    """
    rules = load_ruleset(ruleset)
    if minimum_area_km2 is None:
        minimum_area_km2 = rules["least_core"].value("county")
    check_positive("minimum_area_km2", minimum_area_km2)
    _check_numbers(merge_distance_m, top)
    given = checked_candidates(candidates)
    alone = not given.polygons and merge_distance_m == 0
    shapes, origins = _patches(given, minimum_area_km2 if alone else 0.0)
    shapes, origins = _joined(shapes, origins, merge_distance_m)
    return _numbered(shapes, origins, given, (minimum_area_km2, merge_distance_m, top))


def _check_numbers(merge_distance_m: float, top: int | None) -> None:
    if not 0 <= merge_distance_m < np.inf:
        msg = f"`merge_distance_m` is {merge_distance_m!r}; give metres, 0 or more."
        raise ParameterError(msg)
    if top is not None and (not isinstance(top, int | np.integer) or top < 1):
        msg = f"`top` is {top!r}; give how many sources stay, 1 or more."
        raise ParameterError(msg)


def _patches(given: Candidates, least_km2: float) -> tuple[Geometries, Ints]:
    """Return patches of cells and all polygons, and a bit for each candidate.

    Patches surely below an area leave before they are drawn: of noise there are many.
    """
    shapes: list[Geometries] = [np.zeros(0, dtype=object)]
    origins: list[Ints] = [np.zeros(0, dtype=np.intp)]
    if given.cells is not None and given.grid is not None:
        patch, count = ndimage.label(given.cells > 0, structure=QUEEN)
        flat, bits = patch.ravel(), given.cells.ravel()
        origin = np.zeros(count + 1, dtype=np.intp)
        for bit in given.bits:
            origin[np.unique(flat[bits & bit > 0])] |= bit
        # On the map cells may look larger than they are by the scale of the zone.
        area = np.bincount(flat, minlength=count + 1) * _cell_km2(given)
        small = area < min(0.98 * least_km2, area[1:].max(initial=0.0))
        labels, polygons = label_polygons(np.where(small[patch], 0, patch), given.grid)
        shapes.append(polygons)
        origins.append(origin[labels])
    for bit, layer in given.polygons.items():
        shapes.append(layer.geometry.to_numpy())
        origins.append(np.full(len(layer), bit))
    return np.concatenate(shapes), np.concatenate(origins)


def _cell_km2(given: Candidates) -> float:
    grid = given.grid
    return 0.0 if grid is None else abs(grid.dx * grid.dy) * convert(1.0, "m2", "km2")


def _joined(
    shapes: Geometries, origins: Ints, distance_m: float
) -> tuple[Geometries, Ints]:
    """Return shapes within a distance of each other as one, also by way of others."""
    if not shapes.size:
        return shapes, origins
    tree = shapely.STRtree(shapes)
    one, two = tree.query(shapes, predicate="dwithin", distance=distance_m)
    links = coo_array((np.ones(one.size, np.int8), (one, two)), (shapes.size,) * 2)
    count, group = connected_components(links, directed=False)
    order = np.argsort(group, kind="stable")
    found = np.empty(count, dtype=object)
    origin = np.zeros(count, dtype=np.intp)
    np.bitwise_or.at(origin, group, origins)
    ends = np.cumsum(np.bincount(group, minlength=count))[:-1]
    for k, members in enumerate(np.split(shapes[order], ends)):
        found[k] = members[0] if members.size == 1 else shapely.union_all(members)
    return found, origin


def _numbered(
    shapes: Geometries,
    origins: Ints,
    given: Candidates,
    asked: tuple[float, float, int | None],
) -> gpd.GeoDataFrame:
    """Return the sources that are large enough, the largest first."""
    least, distance, top = asked
    frame = gpd.GeoDataFrame(geometry=shapes, crs=given.crs)
    areas = np.zeros(len(frame))
    if len(frame):
        areas[:] = checked_areas(frame, "exact").to_numpy() * convert(1.0, "m2", "km2")
    kept = np.flatnonzero(areas >= least)
    if not kept.size:
        largest = f"{areas.max():.4g} km²" if areas.size else "not there at all"
        msg = (
            f"no source is left: the largest patch is {largest}, but "
            f"`minimum_area_km2` is {least:g}; lower it, raise `merge_distance_m`, or "
            "see what the candidates hold."
        )
        raise NoDataError(msg)
    middle = shapely.centroid(shapes[kept])
    order = np.lexsort((shapely.get_x(middle), -shapely.get_y(middle), -areas[kept]))
    kept = kept[order][:top]
    columns: dict[str, Any] = {
        "source_id": np.arange(1, kept.size + 1),
        "area_km2": areas[kept],
        "origin": [given.told(int(bits)) for bits in origins[kept]],
        "at_edge": _at_edge(shapes[kept], given.grid),
        "geometry_kind": "modelled",
        "evidence": given.evidence,
    }
    made = gpd.GeoDataFrame(columns, geometry=shapes[kept], crs=given.crs)
    made.attrs = {"minimum_area_km2": least, "merge_distance_m": distance}
    return made


def _at_edge(shapes: Geometries, grid: RasterGrid | None) -> NDArray[np.bool_]:
    """Return which shapes reach the outermost sides of a grid, or go beyond."""
    if grid is None:
        return np.zeros(shapes.size, dtype=bool)
    x = grid.x + grid.dx * (np.array([0, grid.columns]) - 0.5)
    y = grid.y + grid.dy * (np.array([0, grid.rows]) - 0.5)
    slack = 0.01 * min(abs(grid.dx), abs(grid.dy))
    west, south, east, north = shapely.bounds(shapes).T
    across = (west <= x.min() + slack) | (east >= x.max() - slack)
    return np.asarray(across | (south <= y.min() + slack) | (north >= y.max() - slack))
