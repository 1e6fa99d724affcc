"""What a delineation starts from: land of the highest class, as cells or polygons."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ecozoning._validation import check_polygons, check_same_crs, check_transformable
from ecozoning.errors import CRSMismatchError, GeometryError, ParameterError
from ecozoning.raster.grid import RasterGrid, check_same_grid, grid_of
from ecozoning.raster.values import nodata_of
from ecozoning.redline.cell_edges import codes_at, edges_of
from ecozoning.redline.specks import Barriers, Specks, no_specks, specks_of
from ecozoning.redline.tidying import reach_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.redline.mosaic import Mosaic

    Bools = NDArray[np.bool_]
    Geometries = NDArray[np.object_]
    Layers = Mapping[str, gpd.GeoDataFrame]

__all__ = ["Highest", "common_crs", "highest_of", "outlines"]


@dataclass(frozen=True)
class Highest:
    """Land of highest importance, 1 in `codes`, and of highest sensitivity, 2."""

    crs: CRS
    codes: NDArray[np.uint8] | None
    grid: RasterGrid | None
    polygons: Mapping[str, Geometries]
    evidence: str
    specks: Specks = field(default_factory=no_specks)

    @property
    def edges(self) -> Geometries:
        """Outlines of classes of cells, as lines."""
        if self.codes is None or self.grid is None:
            return np.zeros(0, dtype=object)
        return edges_of(self.codes, self.grid)

    def check_meets(self, layer: gpd.GeoDataFrame, name: str) -> None:
        """Insist that a layer lies where the rasters are, if there are any."""
        if self.grid is None:
            return
        grid, box = self.grid, layer.total_bounds
        x = grid.x + grid.dx * (np.array([0, grid.columns]) - 0.5)
        y = grid.y + grid.dy * (np.array([0, grid.rows]) - 0.5)
        own = np.array([x.min(), y.min(), x.max(), y.max()])
        if (box[:2] <= own[2:]).all() and (own[:2] <= box[2:]).all():
            return
        msg = (
            f"`{name}` lies in {_told(box)} but the rasters in {_told(own)}, so they "
            f"share no land; one has swapped axes or the wrong CRS, or `{name}` is of "
            "another county and can be left out."
        )
        raise GeometryError(msg)

    def within(self, mosaic: Mosaic, name: str) -> Bools:
        """Return the pieces that lie in one of the two."""
        if name in self.polygons:
            return mosaic.rows_at(self.polygons[name]) >= 0
        if self.codes is None or self.grid is None:
            return mosaic.none
        bit = 1 if name == "importance" else 2
        codes = codes_at(self.codes, self.grid, mosaic.points)
        codes[mosaic.specks] = self.specks.codes
        return (codes & bit) > 0

    def without_specks(
        self, layers: Layers, *, least_km2: float, fill_km2: float, snap_m: float
    ) -> Highest:
        """Return the land without patches that are sure to leave, and only counted."""
        if self.codes is None or self.grid is None:
            return self
        codes, specks = specks_of(
            self.codes,
            self.grid,
            self._barriers(layers, snap_m),
            least_km2=least_km2,
            fill_km2=fill_km2,
        )
        return replace(self, codes=codes, specks=specks)

    def _barriers(self, layers: Layers, snap_m: float) -> Barriers:
        """Return what cells do not decide alone."""
        none = np.zeros(0, dtype=object)
        shapes = {name: layer.geometry.to_numpy() for name, layer in layers.items()}
        rivers = shapes.get("natural_lines", none)
        if rivers.size:
            rivers = reach_of(rivers, snap_m, degrees=self.crs.is_geographic)
        boundary, exclusions = (
            shapes.get(name, none) for name in ("boundary", "exclusions")
        )
        kept = [shapes.get("statutory", none), *self.polygons.values()]
        return Barriers(
            lines=[outlines(boundary), outlines(exclusions)],
            land=[*kept, shapes.get("parcels", none), rivers],
            kept=kept,
            boundary=boundary,
            exclusions=exclusions,
        )


def highest_of(given: Mapping[str, Any], highest: int | None) -> Highest:
    """Return the land of the highest class of two rasters, layers, or one of each."""
    rasters = {name: one for name, one in given.items() if hasattr(one, "dims")}
    layers = {
        name: check_polygons(one, name=name)
        for name, one in given.items()
        if name not in rasters
    }
    grid = _grid(rasters)
    crs = common_crs(layers, None if grid is None else grid.crs)
    codes = None
    if grid is not None:
        codes = np.zeros((grid.rows, grid.columns), dtype=np.uint8)
        for name, raster in rasters.items():
            codes |= _cells(raster, name, highest) * np.uint8(
                1 + (name != "importance")
            )
    polygons = {name: layer.geometry.to_numpy() for name, layer in layers.items()}
    return Highest(crs, codes, grid, polygons, _evidence(given, rasters, grid))


def common_crs(layers: Mapping[str, gpd.GeoDataFrame], crs: CRS | None) -> CRS:
    """Return the one CRS of layers and of a grid."""
    named = dict(layers)
    own = check_same_crs(named) if named else crs
    if own is None:
        msg = "neither rasters nor layers were given."
        raise ParameterError(msg)
    if crs is not None and not own.equals(crs, ignore_axis_order=True):
        first = next(iter(named))
        msg = (
            f"`{first}` is in {own.name} but the rasters are in {crs.name}; use "
            f"`{first} = {first}.to_crs(importance.rio.crs)`."
        )
        raise CRSMismatchError(msg)
    return check_transformable(own if crs is None else crs, name="importance")


def _grid(rasters: Mapping[str, xr.DataArray]) -> RasterGrid | None:
    """Return the grid that the rasters share, None without any."""
    if not rasters:
        return None
    check_same_grid(**rasters)
    name, first = next(iter(rasters.items()))
    return grid_of(first, name=name, metric=True)


def _cells(raster: xr.DataArray, name: str, highest: int | None) -> NDArray[np.uint8]:
    """Return 1 for cells of the highest class."""
    flags: Any = raster.attrs.get("flag_values")
    if highest is None and flags is None:
        msg = (
            f"`{name}` has no `flag_values`, so nobody can tell its highest class: it "
            "may not occur; say which it is, e.g. `highest=3`."
        )
        raise ParameterError(msg)
    top = int(np.max(np.atleast_1d(flags))) if highest is None else highest
    values = np.asarray(raster.data)
    known = (values == values) & (values != nodata_of(raster))
    largest = np.max(values, where=known, initial=top)
    if largest > top:
        msg = (
            f"`{name}` has the value {largest:g}, but its highest class is {top}; "
            "give classes, the most important with the highest number."
        )
        raise ParameterError(msg)
    return np.asarray(known & (values == top), dtype=np.uint8)


def _told(box: NDArray[np.float64]) -> str:
    """Return the ends of a box in words."""
    return "x {:.9g} to {:.9g}, y {:.9g} to {:.9g}".format(*box[[0, 2, 1, 3]])


def _evidence(
    given: Mapping[str, Any], rasters: Mapping[str, Any], grid: RasterGrid | None
) -> str:
    """Return in words what the outlines follow."""
    parts = []
    if grid is not None:
        wide, high = grid.cell_lengths_m().mean(axis=0)
        names = " and ".join(rasters)
        parts.append(f"highest {names} in cells of {wide:.0f} m by {high:.0f} m")
    named = " and ".join(name for name in given if name not in rasters)
    parts += [f"polygons of highest {named}"] if named else []
    return "; ".join(parts)


def outlines(polygons: Geometries) -> Geometries:
    """Return the boundaries of polygons as lines."""
    return np.asarray(shapely.get_parts(shapely.boundary(polygons)))
