"""Where water runs: streams, basins and ways as layers and lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.checks import (
    check_inside,
    check_positive,
    check_reach,
    outlet_cells,
)
from ecozoning.raster.flow import links, roots, upstream_of
from ecozoning.raster.shapes import course, modelled, outlined, strahler

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from shapely import LineString, Point

    from ecozoning.raster.flow import Flow, Link
    from ecozoning.raster.surface import Surface

__all__ = ["Drainage"]


@dataclass(frozen=True, eq=False)
class Drainage:
    """Where water runs on a terrain; the answer of `drainage`.

    Points are given and geometries come back in the CRS of the terrain, lines through
    cell centres and in the direction of flow. All of them are modelled.

    Attributes
    ----------
    filled : xarray.DataArray, dims (y, x), float64
        Elevations in metres with depressions filled to where they spill.
    direction : xarray.DataArray, dims (y, x), uint8
        Where each cell drains: 1 east, 2 southeast, 4 south, ..., 128 northeast; 0
        where water leaves the grid or ends in a sink; 247 without elevation.
    area_km2 : xarray.DataArray, dims (y, x), float64
        Land that drains through each cell, its own included.
    """

    filled: xr.DataArray
    direction: xr.DataArray
    area_km2: xr.DataArray
    _surface: Surface = field(repr=False)
    _flow: Flow = field(repr=False)

    def streams(self, min_area_km2: float) -> gpd.GeoDataFrame:
        """
        Return the streams behind which there is at least so much land.

        A stream runs from its head, or a confluence, to the next confluence, or to
        where its water leaves. The largest has number 1.

        Parameters
        ----------
        min_area_km2 : float
            Land behind the head of a stream, > 0.

        Returns
        -------
        geopandas.GeoDataFrame
            Lines with `stream_id`, `downstream_id` (0: the water leaves the grid or
            ends in a sink), Strahler `order`, `area_km2` above the lower end,
            geodesic `length_km`, `geometry_kind` and `evidence`.

        Raises
        ------
        ParameterError
            If `min_area_km2` is not a number above 0.
        NoDataError
            If no cell has so much land behind it.
        """
        parts = self._links(min_area_km2)
        number = {part.cells[0]: i for i, part in enumerate(parts, start=1)}
        below = [
            0 if part.ends else number.get(part.next_cell, 0)  # 0: in a sink
            for part in parts
        ]
        drawn = [course(self._surface, [*part.cells, part.next_cell]) for part in parts]
        rows = {
            "stream_id": range(1, len(parts) + 1),
            "downstream_id": below,
            "order": strahler(below),
            "area_km2": [self._behind(part.cells[-1]) for part in parts],
            "length_km": [self._surface.length_km(line) for line in drawn],
        }
        return modelled(
            self._surface, rows, [shapely.LineString(line) for line in drawn]
        )

    def subbasins(self, min_area_km2: float) -> gpd.GeoDataFrame:
        """
        Return the terrain cut into the land that drains straight into each stream.

        Parameters
        ----------
        min_area_km2 : float
            Land behind the head of a stream, > 0, as for `streams`.

        Returns
        -------
        geopandas.GeoDataFrame
            Polygons with the `stream_id` of `streams`, `area_km2`, `geometry_kind` and
            `evidence`. Number 0, if there is any, is land whose water leaves without
            reaching a stream; with it the areas add up to the terrain.

        Raises
        ------
        ParameterError
            If `min_area_km2` is not a number above 0.
        NoDataError
            If no cell has so much land behind it.
        """
        owner = np.zeros(self._flow.downstream.size, dtype=np.int32)
        for number, part in enumerate(self._links(min_area_km2), start=1):
            owner[part.cells] = number
        for sink in self._flow.sinks[owner[self._flow.sinks] == 0].tolist():
            above = upstream_of(self._flow, sink)
            owner[sink] = owner[above[0]] if above else 0
        labels = owner[roots(self._flow.downstream, owner > 0)]
        numbers, areas, polygons = outlined(self._surface, labels)
        return modelled(
            self._surface, {"stream_id": numbers, "area_km2": areas}, polygons
        )

    def basins(self, outlets: gpd.GeoDataFrame | gpd.GeoSeries) -> gpd.GeoDataFrame:
        """
        Return the land upstream of each outlet, less the basins of outlets within it.

        An outlet drains what its cell drains; `snap` puts a point onto the stream
        beside it first.

        Parameters
        ----------
        outlets : geopandas.GeoDataFrame or geopandas.GeoSeries
            Points in the CRS of the terrain, one per cell at most.

        Returns
        -------
        geopandas.GeoDataFrame, index of `outlets`
            Polygons with `area_km2`, `upstream_km2` (the basins within it included),
            `geometry_kind` and `evidence`.

        Raises
        ------
        CRSMismatchError
            If `outlets` is in another CRS.
        GeometryError
            If an outlet lies outside the terrain, or two lie in one cell.
        """
        cells = outlet_cells(self._surface, outlets)
        owner = np.full(self._flow.downstream.size, -1, dtype=np.int32)
        owner[cells] = np.arange(cells.size)
        labels = owner[roots(self._flow.downstream, owner >= 0)]
        _, areas, polygons = outlined(self._surface, labels)
        upstream = [self._behind(cell) for cell in cells]
        frame = modelled(
            self._surface, {"area_km2": areas, "upstream_km2": upstream}, polygons
        )
        return frame.set_axis(outlets.index, axis=0)

    def trace(self, lon: float, lat: float) -> LineString:
        """Return the way of water from a longitude and latitude, as `downstream`."""
        return self.downstream(shapely.Point(self._surface.from_degrees(lon, lat)))

    def downstream(self, point: Point) -> LineString:
        """
        Return the way of water from the cell under a point to where it leaves.

        Parameters
        ----------
        point : shapely.Point
            In the CRS of the terrain.

        Returns
        -------
        shapely.LineString
            Through cell centres to the rim of the terrain, or to the sink it ends in.

        Raises
        ------
        GeometryError
            If `point` lies outside the terrain.
        NoDataError
            If `point` lies in the very cell where water ends.
        """
        cells = [self._cell(point)]
        while (following := int(self._flow.downstream[cells[-1]])) != cells[-1]:
            cells.append(following)
        line = course(self._surface, [*cells, cells[-1]])
        if len(line) == 1:
            msg = "`point` lies in the cell of a sink; give one further up."
            raise NoDataError(msg)
        return shapely.LineString(line)

    def main_stem(self, point: Point) -> LineString:
        """
        Return the course above a point, at each confluence that with more land.

        Parameters
        ----------
        point : shapely.Point
            In the CRS of the terrain.

        Returns
        -------
        shapely.LineString
            From the divide down to the cell of `point`.

        Raises
        ------
        GeometryError
            If `point` lies outside the terrain.
        NoDataError
            If `point` lies on a divide, so that no cell drains into its own.
        """
        cells = [self._cell(point)]
        while above := upstream_of(self._flow, cells[-1]):
            cells.append(above[0])
        if len(cells) == 1:
            msg = "`point` lies on a divide; `snap` it onto the stream beside it."
            raise NoDataError(msg)
        return shapely.LineString(self._surface.centres(np.array(cells[::-1])))

    def snap(self, point: Point, cells: int = 1) -> Point:
        """
        Return the centre of the cell with most land behind it around a point.

        Parameters
        ----------
        point : shapely.Point
            In the CRS of the terrain.
        cells : int
            How many rows and columns away it may be, >= 0.

        Returns
        -------
        shapely.Point
            Of equal cells the first from the north, then from the west.

        Raises
        ------
        GeometryError
            If `point` lies outside the terrain.
        ParameterError
            If `cells` is not a whole number, 0 or more.
        """
        check_reach("cells", cells)
        behind = self._flow.area_km2
        row, column = np.divmod(self._cell(point), behind.shape[1])
        top, left = max(row - cells, 0), max(column - cells, 0)
        window = behind[top : row + cells + 1, left : column + cells + 1]
        r, c = np.unravel_index(np.nanargmax(window), window.shape)
        best = (top + r) * behind.shape[1] + left + c
        return shapely.Point(self._surface.centres(np.array([best]))[0])

    def _links(self, min_area_km2: float) -> list[Link]:
        """Return the streams, that with most land above its lower end first."""
        check_positive("min_area_km2", min_area_km2)
        behind = self._flow.area_km2.ravel()
        sinks = set(self._flow.sinks.tolist())
        found = [
            part
            for part in links(self._flow.downstream, behind >= min_area_km2)
            # Where streams meet in a sink there is no way to go on, and no line.
            if len(part.cells) > 1 or part.cells[0] not in sinks
        ]
        if not found:
            msg = (
                f"`min_area_km2` is {min_area_km2:g}, but no stream has more than "
                f"{np.nanmax(behind):g} km2 behind it; give less."
            )
            raise NoDataError(msg)
        return sorted(found, key=lambda part: (-behind[part.cells[-1]], part.cells[0]))

    def _behind(self, cell: int) -> float:
        return float(self._flow.area_km2.flat[cell])

    def _cell(self, point: Point) -> int:
        """Return the flat index of the cell under a point."""
        if not isinstance(point, shapely.Point) or point.is_empty:
            msg = f"`point` is {point!r}, but a shapely.Point with x and y is needed."
            raise ParameterError(msg)
        cells = self._surface.cells(np.array([[point.x, point.y]]))
        check_inside(cells, [(point.x, point.y)], name="point")
        return int(cells[0])
