"""The security pattern (生态安全格局): all parts of a network as one thing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecozoning._validation import check_crs, check_same_crs, check_shapes
from ecozoning.errors import CRSMismatchError, ParameterError
from ecozoning.io.layers import write_tables
from ecozoning.maps.network_sheet import KIND_NAMES, KindRow, network_sheet
from ecozoning.overlay.areas import checked_areas
from ecozoning.pattern.building import Choices, built
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike

    import geopandas as gpd
    import xarray as xr
    from matplotlib.figure import Figure

    from ecozoning.maps.style import Language
    from ecozoning.rulesets import Ruleset

__all__ = ["SecurityPattern"]


@dataclass(frozen=True, eq=False)
class SecurityPattern:
    """
    Sources, corridors, pinch points, barriers and nodes in one CRS.

    Make one of layers that you have, or from a resistance surface by `build`.

    Attributes
    ----------
    sources : geopandas.GeoDataFrame
        Polygons with `source_id`.
    corridors : geopandas.GeoDataFrame
        Least-cost paths as lines, one row a link: `from_id`, `to_id`, ...
    pinch_points : geopandas.GeoDataFrame
        Polygons (生态夹点).
    barriers : geopandas.GeoDataFrame
        Polygons (生态障碍点): land whose restoration would mend corridors.
    nodes : geopandas.GeoDataFrame
        Points (生态节点) with `kind`: ``crossing`` or ``pinch_point``.
    """

    sources: gpd.GeoDataFrame
    corridors: gpd.GeoDataFrame
    pinch_points: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame

    def __post_init__(self) -> None:
        """Insist on sound layers in one CRS in metres, and sources among them."""
        for name, layer in self.layers.items():
            check_crs(layer, name=name)
            if name == "sources" or len(layer):
                check_shapes(layer, name=name)
        crs = check_same_crs(self.layers)
        if crs.is_geographic:
            msg = (
                f"the layers are in degrees ({crs.name}), but lengths in metres are "
                "needed; use `sources.to_crs(sources.estimate_utm_crs())`, and so on."
            )
            raise CRSMismatchError(msg)

    def __repr__(self) -> str:
        """Return how many there are of each."""
        counts = ", ".join(
            f"{len(layer)} {KIND_NAMES[name][1]}" for name, layer in self.layers.items()
        )
        return f"<SecurityPattern {counts}>"

    @property
    def layers(self) -> Mapping[str, gpd.GeoDataFrame]:
        """The five layers by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def build(
        cls,
        resistance: xr.DataArray,
        sources: gpd.GeoDataFrame,
        *,
        width_m: float,
        radii_m: float | Sequence[float] | None = None,
        restored_resistance: float | None = None,
        minimum_pinch_m2: float = 0.0,
        merge_distance_m: float = 0.0,
        ruleset: str | Ruleset = "ecological_network",
    ) -> SecurityPattern:
        """
        Make a pattern of a resistance surface and sources.

        Corridors join sources that are neighbours by cost
        (`ecozoning.network.corridors`); the current between them, all sources being
        nodes, is cut into three classes within corridors of a width, and the highest
        are the pinch points (`current_flow`, `pinch_points`); barriers are the highest
        of three classes of improvement on the same links (`barriers`). For other
        choices call these functions, and put their layers together yourself.

        Parameters
        ----------
        resistance : xarray.DataArray, dims (y, x)
            As from `ecozoning.network.resistance_surface`. In memory.
        sources : geopandas.GeoDataFrame
            As from `ecozoning.network.select_sources`. Two or more.
        width_m : float
            Width of the corridors in which pinch points are looked for, > 0. From 600 m
            on they are near natural [1]_; the ruleset's table ``corridor_width`` says
            what narrower ones are good for.
        radii_m : float or sequence of float, optional
            Radii of the search for barriers. Default the two ends of practice that the
            ruleset has, 50 and 500 m; at least the side of a cell.
        restored_resistance : float, optional
            Resistance of restored land, > 0. Default the lowest of `resistance`.
        minimum_pinch_m2 : float, default 0
            Pinch points below this area are left out, in square metres on the
            ellipsoid.
        merge_distance_m : float, default 0
            Crossings up to this distance apart are one node.
        ruleset : str or Ruleset
            With a table ``circuit``.

        Returns
        -------
        SecurityPattern
            Sources as given; corridors are the links of the network, with all their
            columns. Where nothing can be gained by restoration, no barriers.

        Raises
        ------
        ParameterError
            If a number is out of its range, or resistance is 0 or below.
        MissingCRSError, CRSMismatchError, GridMismatchError, GeometryError
            If layers have no CRS, another one or degrees, or sources overlap.
        NoDataError, DisconnectedError
            If fewer than two sources can be reached.

        References
        ----------
        .. [1] 朱强、俞孔坚、李迪华 (2005). 景观规划中的生态廊道宽度. 生态学报 25(9).

        Examples
        --------
        Two sources at the ends of a plain with a wall that has one gate.

        >>> import geopandas as gpd, numpy as np, rioxarray, xarray as xr
        >>> from shapely import box
        >>> from ecozoning.pattern import SecurityPattern
        >>> y, x = 3e6 - 30.0 * np.arange(21), 5e5 + 30.0 * np.arange(41)
        >>> land = np.ones((21, 41))
        >>> land[:, 20] = 100
        >>> land[10, 20] = 1
        >>> cost = xr.DataArray(land, {"y": y, "x": x}, ("y", "x")).rio.write_crs(4547)
        >>> ends = [
        ...     box(5e5 - 15, 2.9994e6, 5e5 + 75, 3e6),
        ...     box(5.011e5, 2.9994e6, 5.0121e5, 3e6),
        ... ]
        >>> sources = gpd.GeoDataFrame({"source_id": [1, 2]}, geometry=ends, crs=4547)
        >>> pattern = SecurityPattern.build(cost, sources, width_m=300, radii_m=60)
        >>> len(pattern.corridors), pattern.nodes["kind"].iloc[0]
        (1, 'pinch_point')
        """
        choices = Choices(
            width_m,
            radii_m,
            restored_resistance,
            minimum_pinch_m2,
            merge_distance_m,
            ruleset,
        )
        return cls(sources=sources, **built(resistance, sources, choices))

    def table(self) -> pd.DataFrame:
        """
        Return how many there are of each kind, and how much.

        Returns
        -------
        pandas.DataFrame
            One row a kind: `kind`, `name` (Chinese), `name_en`, `count`, `area_km2` (on
            the ellipsoid; of polygons), `length_km` (on the map; of lines). NaN where
            a kind has no such measure.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> from ecozoning.pattern import SecurityPattern
        >>> land = gpd.GeoDataFrame(
        ...     {"source_id": [1]}, geometry=[box(5e5, 3e6, 5.02e5, 3.001e6)], crs=4547
        ... )
        >>> none = land.iloc[:0]
        >>> pattern = SecurityPattern(land, none, none, none, none)
        >>> pattern.table()[["name", "count", "area_km2"]].head(1).round(2)
           name  count  area_km2
        0  生态源地      1       2.0
        """
        rows = [
            (name, *KIND_NAMES[name], len(layer), _area_km2(layer), _length_km(layer))
            for name, layer in self.layers.items()
        ]
        columns = ["kind", "name", "name_en", "count", "area_km2", "length_km"]
        return pd.DataFrame(rows, columns=columns)

    def to_gpkg(self, path: str | PathLike[str]) -> None:
        """
        Write the five layers and the table into one GeoPackage, all or nothing.

        Parameters
        ----------
        path : path-like
            A name that ends in ``.gpkg``. A file that is there is replaced.

        Raises
        ------
        ParameterError
            If the name has another ending.
        OutputError
            If the file cannot be written; the old one is untouched.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> from ecozoning.pattern import SecurityPattern
        >>> land = gpd.GeoDataFrame(
        ...     {"source_id": [1]}, geometry=[box(5e5, 3e6, 5.02e5, 3.001e6)], crs=4547
        ... )
        >>> none = land.iloc[:0]
        >>> pattern = SecurityPattern(land, none, none, none, none)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder) / "pattern.gpkg"
        ...     pattern.to_gpkg(file)
        ...     len(gpd.read_file(file, layer="sources"))
        1
        """
        target = Path(path)
        if target.suffix.lower() != ".gpkg":
            msg = f"`path` is {target.name!r}; give a file name that ends in .gpkg."
            raise ParameterError(msg)
        write_tables(target, {**self.layers, "summary": self.table()})

    def plot(
        self,
        *,
        boundary: gpd.GeoDataFrame | None = None,
        title: str = "生态安全格局图",
        subtitle: str | None = None,
        source: str | None = None,
        note: str = "",
        scale_km: float | None = None,
        language: Language = "zh",
    ) -> Figure:
        """
        Draw the pattern on one A4 page, ready to print.

        Legend with numbers, areas and lengths, north arrow, scale bar, degrees on the
        frame. The sheet says that all is modelled; that cannot be switched off. Areas
        too small to be seen on paper are marked by a dot.

        Parameters
        ----------
        boundary : geopandas.GeoDataFrame, optional
            Polygons of the county, any CRS that leads to CGCS2000. Without it the map
            shows the extent of the layers.
        title : str
            Title, one line.
        subtitle : str, optional
            Line under the title.
        source : str, optional
            Where the data come from, printed on the sheet. Default that they are
            derived from sources and a resistance surface.
        note : str
            Further words for the foot of the legend.
        scale_km : float, optional
            Length of the scale bar in km. Default a round length that fits.
        language : {"zh", "en"}, default "zh"
            Language of the sheet's own words.

        Returns
        -------
        matplotlib.figure.Figure
            A page of 297 x 210 mm; `ecozoning.maps.save_sheet` writes it.

        Raises
        ------
        ParameterError
            If a text is empty or too long, or `language` is neither.
        GeometryError
            If the place lies outside China's 3-degree zones.
        MissingCRSError, CRSMismatchError
            If `boundary` has no CRS, or one that PROJ cannot bring to CGCS2000.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> from ecozoning.pattern import SecurityPattern
        >>> land = gpd.GeoDataFrame(
        ...     {"source_id": [1]}, geometry=[box(5e5, 3e6, 5.02e5, 3.001e6)], crs=4547
        ... )
        >>> none = land.iloc[:0]
        >>> sheet = SecurityPattern(land, none, none, none, none).plot()
        >>> [float(inch) * 25.4 for inch in sheet.get_size_inches()]
        [297.0, 210.0]
        """
        rows = [
            KindRow(str(row.kind), int(row.count), _amount(row.area_km2, row.length_km))
            for row in self.table().to_records(index=False)
        ]
        return network_sheet(
            self.layers,
            rows,
            boundary=boundary,
            title=title,
            subtitle=subtitle,
            panel=(source, note, scale_km),
            language=language,
        )


def _area_km2(layer: gpd.GeoDataFrame) -> float:
    """Return the area of polygons, NaN if there are none."""
    polygons = layer[layer.geom_type.isin(["Polygon", "MultiPolygon"])]
    if not len(polygons):
        return float("nan")
    return float(checked_areas(polygons, "exact").sum() * convert(1.0, "m2", "km2"))


def _length_km(layer: gpd.GeoDataFrame) -> float:
    """Return the length of lines on the map, NaN if there are none."""
    lines = layer[layer.geom_type.isin(["LineString", "MultiLineString"])]
    return float(lines.length.sum() / 1000) if len(lines) else float("nan")


def _amount(area_km2: float, length_km: float) -> str:
    if not np.isnan(area_km2):
        return f"{area_km2:.2f} km²"
    return "" if np.isnan(length_km) else f"{length_km:.2f} km"
