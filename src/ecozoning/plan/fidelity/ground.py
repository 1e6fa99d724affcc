"""What can be measured of a plan: its layers, and the heights they cover."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod, Transformer

from ecozoning._kernels.ellipsoid import INVERSE_FLATTENING, SEMI_MAJOR_M
from ecozoning._validation.rasters import raster_crs
from ecozoning.errors import NoDataError
from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.plan.terrain import dem_file, packaged_dem

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.plan.model import Plan

__all__ = ["Ground", "Heights", "area_km2", "joined", "length_km", "span_km"]

LONLAT: Final = "EPSG:4490"
GEOD: Final = Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)


@dataclass(frozen=True)
class Heights:
    """The cells of an elevation model: where they are, how high, how large."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    height: NDArray[np.float64]
    weight: NDArray[np.float64]
    cell_km: float

    @classmethod
    def of(cls, dem: xr.DataArray) -> Heights:
        """Take an elevation model with dims (y, x) and a CRS apart into cells."""
        crs = raster_crs(dem, "dem")
        x, y = np.meshgrid(dem["x"].to_numpy(), dem["y"].to_numpy())
        forward = Transformer.from_crs(crs, LONLAT, always_xy=True)
        lon, lat = forward.transform(x.ravel(), y.ravel())
        # Cells of one grid in degrees get narrower to the north; others are equal.
        weight = np.cos(np.radians(lat)) if crs.is_geographic else np.ones_like(lat)
        height = _without_nodata(dem)
        side = _cell_km(dem, lon, lat)
        return cls(np.asarray(lon), np.asarray(lat), height, weight, side)

    def of_area(self, geometry: shapely.Geometry) -> tuple[float, float, float]:
        """Return lowest, mean and highest cell whose centre lies in a polygon."""
        west, south, east, north = geometry.bounds
        near = (self.lon >= west) & (self.lon <= east)
        near &= (self.lat >= south) & (self.lat <= north)
        shapely.prepare(geometry)
        place = np.flatnonzero(near)
        place = place[shapely.contains_xy(geometry, self.lon[place], self.lat[place])]
        height = self.height[place]
        if not height.size or np.isnan(height).any():
            msg = (
                "`dem` does not cover the county and its zones: "
                f"{int(np.isnan(height).sum())} of {height.size} cells there hold no "
                "height; give one that reaches beyond the county, or fill its gaps "
                "with `dem.rio.interpolate_na()`."
            )
            raise NoDataError(msg)
        mean = float(np.average(height, weights=self.weight[place]))
        return float(height.min()), mean, float(height.max())

    def covers(self, geometry: shapely.Geometry) -> bool:
        """Tell whether the cells reach to the ends of a polygon, within one cell."""
        west, south, east, north = geometry.bounds
        reach = self.cell_km / 111
        return bool(
            self.lon.min() - reach <= west
            and east <= self.lon.max() + reach
            and self.lat.min() - reach <= south
            and north <= self.lat.max() + reach
        )


def _without_nodata(dem: xr.DataArray) -> NDArray[np.float64]:
    """Return the heights in metres, NaN where the model has none."""
    height = dem.to_numpy().astype(float).ravel()
    nodata = dem.rio.nodata
    return height if nodata is None else np.where(height == nodata, np.nan, height)


def _cell_km(
    dem: xr.DataArray, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> float:
    """Return the side of a cell, north to south where the grid is in degrees."""
    below = min(dem.sizes["x"], lon.size - 1)
    return float(GEOD.inv(lon[0], lat[0], lon[below], lat[below])[2]) / 1e3


def area_km2(geometry: shapely.Geometry) -> float:
    """Return the ellipsoidal area of a polygon in longitude and latitude."""
    import geopandas as gpd

    if geometry.is_empty:
        return 0.0
    return float(ellipsoidal_area(gpd.GeoSeries([geometry], crs=LONLAT)).sum()) / 1e6


def length_km(geometry: shapely.Geometry) -> float:
    """Return the geodesic length of a line."""
    return float(GEOD.geometry_length(geometry)) / 1e3


def span_km(bounds: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return how long bounds are from east to west and from north to south."""
    west, south, east, north = bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    across = GEOD.inv(west, lat, east, lat)[2]
    along = GEOD.inv(lon, south, lon, north)[2]
    return float(across) / 1e3, float(along) / 1e3


def joined(layer: gpd.GeoDataFrame) -> shapely.Geometry | None:
    """Return all polygons of a layer as one, each place once; None for none."""
    known = layer.geometry[layer.geometry.notna()]
    known = known[known.geom_type.isin(["Polygon", "MultiPolygon"])]
    return None if known.empty else shapely.union_all(known.to_numpy())


@dataclass(frozen=True)
class Ground:
    """A plan's layers, each read once, and the heights below them."""

    plan: Plan
    given: Heights | None = field(repr=False)
    """Heights to use in place of the packaged ones."""

    @cached_property
    def heights(self) -> Heights | None:
        """The cells given, else those of the packaged elevation model, if any."""
        if self.given is not None:
            return self.given
        slug = self.plan.slug
        return Heights.of(packaged_dem(slug)) if dem_file(slug).is_file() else None

    @cached_property
    def county(self) -> shapely.Geometry:
        """The county."""
        return shapely.union_all(self.plan.boundary.geometry.to_numpy())

    @cached_property
    def county_km2(self) -> float:
        """Ellipsoidal area of the boundary."""
        return self.plan.area_km2

    @cached_property
    def zone_rows(self) -> pd.DataFrame:
        """The zones that have a geometry."""
        zones = self.plan.zones
        return pd.DataFrame(zones[zones.geometry.notna()])

    @cached_property
    def zones(self) -> dict[str, shapely.Geometry]:
        """Geometry of each zone by its name; zones without one are left out."""
        names = self.zone_rows["name"].astype(str)
        return dict(zip(names, self.zone_rows["geometry"], strict=True))

    @cached_property
    def places(self) -> dict[str, shapely.Geometry]:
        """The county and its zones by name."""
        return {self.plan.name: self.county, **self.zones}

    @cached_property
    def redline(self) -> shapely.Geometry | None:
        """The red line, whichever figure its rows come from."""
        return joined(self.plan.redlines)

    @cached_property
    def protected(self) -> dict[str, shapely.Geometry]:
        """Protected areas that were placed as polygons."""
        layer = self.plan.protected_areas
        parts = {str(n): joined(rows) for n, rows in layer.groupby("name")}
        return {name: shape for name, shape in parts.items() if shape is not None}

    @cached_property
    def corridors(self) -> dict[str, float]:
        """Length in km of each corridor that was placed."""
        layer = self.plan.corridors
        placed = layer[layer.geometry.notna()]
        given = placed.get("length_km", pd.Series(np.nan, index=placed.index))
        own = placed.geometry.map(length_km).astype("float64")
        length = given.astype("float64").fillna(own)
        return dict(zip(placed["name"].astype(str), length, strict=True))

    @cached_property
    def relief(self) -> dict[str, tuple[float, float, float]]:
        """Lowest, mean and highest cell of the county and of each zone."""
        if self.heights is None:
            return {}
        if not self.heights.covers(self.county):
            msg = (
                "`dem` ends inside the county; give one that reaches beyond its bounds "
                f"{tuple(round(float(b), 2) for b in self.county.bounds)}."
            )
            raise NoDataError(msg)
        return {name: self.heights.of_area(g) for name, g in self.places.items()}
