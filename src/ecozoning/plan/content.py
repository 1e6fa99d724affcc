"""What a plan holds: its names and years, its layers and its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.plan import features
from ecozoning.plan.audit import Facts, Figure
from ecozoning.plan.schema import COLUMNS, Vocabulary
from ecozoning.plan.terrain import packaged_dem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    import xarray as xr

__all__ = ["PlanContent"]


@dataclass(frozen=True)
class PlanContent:
    """
    A plan as it was read; `Plan` answers questions about it.

    Layers and tables are handed out as copies, so that nobody changes the plan.

    Attributes
    ----------
    document : mapping
        The content of ``plan.toml``.
    """

    document: Mapping[str, Any] = field(repr=False)
    _tables: Mapping[str, pd.DataFrame] = field(repr=False)
    _layers: Mapping[str, gpd.GeoDataFrame] = field(repr=False)
    _vocabulary: Vocabulary = field(repr=False)

    # --- names and years --------------------------------------------------------------

    @property
    def slug(self) -> str:
        """Short name in ASCII letters, for instance ``"shanggao"``."""
        return str(self.document["slug"])

    @property
    def name(self) -> str:
        """Chinese name of the county."""
        return str(self.document["name"])

    @property
    def name_en(self) -> str:
        """English name of the county."""
        return str(self.document["name_en"])

    @property
    def adcode(self) -> str:
        """Six-digit administrative code (GB/T 2260)."""
        return str(self.document["adcode"])

    @property
    def title(self) -> str:
        """Title of the plan as printed."""
        return str(self.document["title"])

    @property
    def start_year(self) -> int:
        """First year of the plan."""
        return int(self.document["start_year"])

    @property
    def base_year(self) -> int:
        """Base year of the plan."""
        return int(self.document["base_year"])

    @property
    def end_year(self) -> int:
        """Last year of the plan."""
        return int(self.document["end_year"])

    @property
    def pattern_name(self) -> str:
        """The pattern as the plan calls it, for instance ``"一屏两带双廊"``."""
        return str(self.document["pattern_name"])

    @property
    def zones_note(self) -> str:
        """Why the plan has no zones; empty if it has."""
        return str(self.document.get("zones_note", ""))

    # --- layers -----------------------------------------------------------------------

    @property
    def boundary(self) -> gpd.GeoDataFrame:
        """The county, one row (open data, generalised)."""
        return self._layers["boundary"].copy()

    @property
    def townships(self) -> gpd.GeoDataFrame:
        """Official township-level units; a point where the seat is known."""
        return self._layers["townships"].copy()

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """Restoration zones with range, problems, directions, areas and geometry."""
        return self._layers["zones"].copy()

    @property
    def pattern(self) -> gpd.GeoDataFrame:
        """Barriers, belts, cores, corridors and nodes, as the plan lists them."""
        return self._layers["pattern"].copy()

    @property
    def corridors(self) -> gpd.GeoDataFrame:
        """Corridors and river corridors of the pattern."""
        return features.corridor_layer(self._layers["pattern"])

    @property
    def redlines(self) -> gpd.GeoDataFrame:
        """Published areas of the ecological conservation red line."""
        return self._layers["redlines"].copy()

    @property
    def protected_areas(self) -> gpd.GeoDataFrame:
        """Protected areas that the plan names, with published areas."""
        return self._layers["protected_areas"].copy()

    @property
    def area_km2(self) -> float:
        """Ellipsoidal area of the boundary in km2."""
        return float(ellipsoidal_area(self._layers["boundary"]).sum()) / 1e6

    # --- tables -----------------------------------------------------------------------

    @property
    def dem(self) -> xr.DataArray:
        """Real elevation in metres, the county and 0.25 degrees around it.

        Dims (y, x), float32, NaN where there is none, EPSG:4490. Cells of 30
        arc-seconds (0.9 km): heights and basins are real, slopes are far too gentle.
        """
        return packaged_dem(self.slug)

    @property
    def figures(self) -> pd.DataFrame:
        """Every published number: value as printed, and as a float in ``number``."""
        return self._tables["figures"].copy()

    @property
    def indicators(self) -> pd.DataFrame:
        """The indicator table, values as printed."""
        return self._tables["indicators"].copy()

    @property
    def projects(self) -> pd.DataFrame:
        """Every named project."""
        return self._tables["projects"].copy()

    @property
    def land_use(self) -> pd.DataFrame:
        """The land-use table; empty where the plan has none."""
        return self._tables["land_use"].copy()

    @cached_property
    def facts(self) -> Facts:
        """The plan as the rules of the audit see it."""
        columns = list(COLUMNS["figures"])
        rows = self._tables["figures"][columns].astype(str).to_dict("records")
        return Facts(
            document=self.document,
            figures=[Figure(**{str(k): str(v) for k, v in r.items()}) for r in rows],
            tables=self._tables,
            official_units=list(self._layers["townships"]["name"]),
            vocabulary=self._vocabulary,
        )
