"""A county's plan as an object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ecozoning.plan.audit import findings
from ecozoning.plan.content import PlanContent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import geopandas as gpd
    import xarray as xr
    from matplotlib.figure import Figure

    from ecozoning.plan.modelled_units import ModelledUnits
    from ecozoning.plan.unit_lists import UnitLists

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan(PlanContent):
    """
    A county plan: what it says, as tables, and where it says it, as layers.

    Plans come from `load_plan` and `read_plan`. All layers are GeoDataFrames in
    CGCS2000 longitude and latitude (EPSG:4490); rows whose geometry is derived and not
    official say so in ``geometry_kind`` and ``evidence``. Tables hold values as
    printed, with the section they stand in. Each access returns a copy that can be
    changed without changing the plan.

    Attributes
    ----------
    document : mapping
        The content of ``plan.toml``.
    """

    def __repr__(self) -> str:
        """Return county, period and the number of zones."""
        return (
            f"<Plan {self.slug} {self.name} {self.start_year}–{self.end_year}, "
            f"{len(self._layers['zones'])} zones>"
        )

    def zone_statistics(self) -> pd.DataFrame:
        """
        Compare each zone's published area with that of its geometry.

        Returns
        -------
        pandas.DataFrame
            One row per zone: ``zone_id``, ``name``, ``area_km2`` and
            ``share_percent`` (ellipsoidal area of the geometry, and its share of the
            zones' total), ``published_area_km2``, ``published_share_percent``,
            ``deviation_percent`` (of the computed from the published area),
            ``geometry_kind``. NaN where the plan publishes none. Empty if the plan has
            no zones.

        Examples
        --------
        >>> import ecozoning as ez
        >>> table = ez.load_plan("固阳县").zone_statistics()
        >>> bool(table["deviation_percent"].abs().max() < 0.1)
        True
        """
        zones = self._layers["zones"]
        columns = ["zone_id", "name", "area_km2", "share_percent"]
        columns += ["published_area_km2", "published_share_percent"]
        table = pd.DataFrame(zones[columns]).reset_index(drop=True)
        ratio = table["area_km2"] / table["published_area_km2"]
        table["deviation_percent"] = (ratio - 1) * 100
        table["geometry_kind"] = zones["geometry_kind"].to_numpy()
        return table

    def audit(self) -> pd.DataFrame:
        """
        Find what is wrong in the plan's own numbers, lists and names.

        The rules are general and look at the encoded text only: parts against wholes,
        shares against areas, two values for one figure, stated counts against lists,
        targets against base values, units of the zone lists, extents, elevations,
        years and names. Two numbers contradict each other only if no values that round
        to them could both be true.

        Returns
        -------
        pandas.DataFrame
            One row per finding, worst first: ``code``, ``severity`` (error, warning,
            info), ``subject``, ``message``, ``message_zh``, ``published``,
            ``expected``, ``section``, ``figure_ids``. Empty for a consistent plan.

        Examples
        --------
        >>> import ecozoning as ez
        >>> found = ez.load_plan("guyang").audit()
        >>> found.loc[found["message"].str.contains("5170"), "code"].tolist()
        ['sum']
        """
        return findings(self.facts)

    def fidelity(self, *, dem: xr.DataArray | None = None) -> pd.DataFrame:
        """
        Hold every published figure that geometry can be held against beside it.

        Areas, shares, extents, elevations, lengths, red lines, which seat lies in which
        zone, and words of position. The tolerances are fixed: areas 0.1 %, shares 0.5
        points, extents 2 arc-minutes, elevations 10 % or 30 m, lengths 25 %.

        Parameters
        ----------
        dem : xarray.DataArray, dims (y, x), optional
            Elevation in metres with a CRS that covers the county. Default: the packaged
            one of the county (30 arc-seconds); without any, elevations are left out.

        Returns
        -------
        pandas.DataFrame
            One row per check: ``figure_id``, ``subject``, ``quantity``, ``published``,
            ``published_value``, ``computed_value``, ``unit``, ``deviation``,
            ``deviation_unit``, ``tolerance``, ``within``, ``check``,
            ``explanation`` and ``explanation_zh`` (why it misses, in English and in
            Chinese), ``section``.

        Raises
        ------
        MissingCRSError
            If `dem` has no CRS.
        NoDataError
            If `dem` ends inside the county or has gaps there.

        Examples
        --------
        >>> import ecozoning as ez
        >>> bool(ez.load_plan("mulei").fidelity()["within"].all())
        True
        """
        from ecozoning.plan.fidelity import fidelity

        return fidelity(self, dem=dem)

    def control_lines(self) -> pd.DataFrame:
        """
        Return the three control lines: published areas and shares, and what is missing.

        Returns
        -------
        pandas.DataFrame
            One row each for red line, permanent farmland and development boundary:
            ``line``, ``line_en``, ``published_area_km2``,
            ``published_share_percent``, ``computed_share_percent``, ``figure_ids``,
            ``section``, ``note`` and ``note_zh`` (the same in Chinese).

        Examples
        --------
        >>> import ecozoning as ez
        >>> ez.load_plan("guyang").control_lines()["published_area_km2"].tolist()
        [339.57, 928.45, nan]
        """
        from ecozoning.plan.control_lines import control_lines

        return control_lines(self)

    def unit_lists(self) -> UnitLists:
        """
        Return which zone each listed township or village belongs to.

        Returns
        -------
        UnitLists
            `fixed`, units wholly in a zone, and `split`, units divided by villages, in
            the form that `zoning.snap` takes. Empty where the plan lists none.

        Raises
        ------
        PlanDataError
            If a unit or a village is listed for two zones.

        Examples
        --------
        >>> import ecozoning as ez
        >>> lists = ez.load_plan("shanggao").unit_lists()
        >>> list(lists.split)
        ['塔下乡', '南港镇', '翰堂镇']
        >>> lists.split["塔下乡"]["zone2"]
        'rest'
        """
        from ecozoning.plan.unit_lists import unit_lists

        return unit_lists(self.document)

    def modelled_units(self) -> ModelledUnits:
        """
        Model polygons of the listed units, where no official ones are at hand.

        Around each known seat lies the land nearest to it; a unit without a known seat
        has the emptiest place of its zone, and villages of a unit that is divided are
        spread over it, those named towards their zone. Names and lists are the plan's,
        all geometry is assumed: good to try a method with, not to measure a township.

        Returns
        -------
        ModelledUnits
            `units` and `villages`, EPSG:4490, each row ``geometry_kind="modelled"``.

        Raises
        ------
        NoDataError
            If the plan lists no units by zone.

        Examples
        --------
        >>> import ecozoning as ez
        >>> villages = ez.load_plan("shanggao").modelled_units().villages
        >>> villages.groupby("unit").size().to_dict()
        {'南港镇': 6, '塔下乡': 6, '翰堂镇': 10}
        """
        from ecozoning.plan.modelled_units import modelled_units

        return modelled_units(self)

    def with_zones(
        self, zones: gpd.GeoDataFrame, *, tolerance_m: float = 500.0
    ) -> Plan:
        """
        Return the plan with the user's own zones in place of the modelled ones.

        Parameters
        ----------
        zones : geopandas.GeoDataFrame
            Polygons with a column ``name`` (or ``zone_id``) that names every zone of
            the plan once. Any CRS that leads to CGCS2000. Rows get
            ``geometry_kind="official"``.
        tolerance_m : float, default 500
            How far zones may reach beyond the packaged boundary, which is generalised.

        Returns
        -------
        Plan
            A new plan; this one is unchanged.

        Raises
        ------
        MissingCRSError
            If the layer has no CRS.
        GeometryError
            If polygons are invalid, empty, not polygons, three-dimensional, overlap
            each other by more than 1 m2, or reach too far out of the county.
        SchemaError
            If names are missing, unknown or repeated.

        Examples
        --------
        >>> import ecozoning as ez
        >>> plan = ez.load_plan("guyang")
        >>> official = plan.with_zones(plan.zones[["name", "geometry"]])
        >>> set(official.zones["geometry_kind"])
        {'official'}
        """
        from ecozoning.plan.official import official_zones

        new = official_zones(self, zones, tolerance_m=tolerance_m)
        return replace(self, _layers={**self._layers, "zones": new})

    def plot(
        self,
        *,
        layers: Sequence[str] | None = None,
        language: str = "zh",
        source: str = "",
    ) -> Figure:
        """
        Draw the zoning map sheet, A4 landscape.

        Parameters
        ----------
        layers : sequence of {"redlines", "corridors", "pattern"}, optional
            Layers of the plan to draw over the zones. Default: all that it has; with
            ``()`` the zones alone. Rows without a place are not drawn; the legend
            names them.
        language : {"zh", "en"}
            Language of the labels.
        source : str, optional
            Source line instead of the plan's title and the data credits.

        Returns
        -------
        matplotlib.figure.Figure
            Save it with `ecozoning.maps.save_sheet` or its own ``savefig``.

        Raises
        ------
        ParameterError
            If `language` is neither, or `layers` names another layer.

        Examples
        --------
        >>> import ecozoning as ez
        >>> sheet = ez.load_plan("上高县").plot()
        >>> [round(float(inch) * 25.4) for inch in sheet.get_size_inches()]
        [297, 210]
        """
        from ecozoning.plan.sheet import plan_sheet

        return plan_sheet(self, layers=layers, language=language, source=source)

    def to_gpkg(self, path: str | PathLike[str]) -> None:
        """
        Write layers, tables and document into one GeoPackage.

        Parameters
        ----------
        path : path-like
            A file name that ends in ``.gpkg``; an existing file is replaced only when
            the new one is complete.

        Raises
        ------
        ParameterError
            If the name does not end in ``.gpkg``.
        OutputError
            If the file cannot be written.

        See Also
        --------
        ecozoning.read_plan : Read it back without loss.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> import ecozoning as ez
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder) / "plan.gpkg"
        ...     ez.load_plan("mulei").to_gpkg(file)
        ...     ez.read_plan(file).name
        '木垒哈萨克自治县'
        """
        from ecozoning.plan.package import write_package

        write_package(self, path)
