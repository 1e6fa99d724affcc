"""The zoning map sheet: one A4 page, ready to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from ecozoning.maps.body import draw_labels, draw_shapes
from ecozoning.maps.content import content_of
from ecozoning.maps.fonts import drawing
from ecozoning.maps.furniture import draw_graticule
from ecozoning.maps.layout import arrange
from ecozoning.maps.output import Sheet
from ecozoning.maps.page import axes_of, check_texts, draw_frame, draw_titles
from ecozoning.maps.panel import Panel, draw_panel
from ecozoning.maps.signs import draw_overlay
from ecozoning.maps.style import check_language
from ecozoning.maps.view import View

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecozoning.maps.content import Content
    from ecozoning.maps.style import Language

__all__ = ["zoning_sheet"]


def zoning_sheet(  # noqa: PLR0913 - a sheet has this many independent parts
    zones: gpd.GeoDataFrame,
    boundary: gpd.GeoDataFrame,
    *,
    title: str,
    subtitle: str | None = None,
    seats: gpd.GeoDataFrame | None = None,
    zone_column: str = "name",
    label_column: str | None = None,
    rivers: gpd.GeoDataFrame | None = None,
    redlines: gpd.GeoDataFrame | None = None,
    corridors: gpd.GeoDataFrame | None = None,
    pattern: gpd.GeoDataFrame | None = None,
    figures: pd.DataFrame | None = None,
    source: str,
    note: str,
    scale_km: float | None = None,
    language: Language = "zh",
) -> Figure:
    """
    Draw the zoning map of a county on one A4 page.

    Zones in colours that stay apart for colour-blind readers, the county line, seats
    and rivers; red lines, corridors and the pattern over them if they are given; a
    legend with area and share of each zone and the total; north arrow, scale bar,
    degrees on the frame, source and coordinate system. The legend stands beside the
    map, or below it where the county is very wide. Where a zone or a row of the layers
    over them is marked as modelled the sheet says so; that cannot be switched off. The
    sheet carries no date: give one in `note` if it should.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        At most 12 valid (multi)polygons in any CRS that leads to CGCS2000, with the
        columns `zone_column`, ``area_km2``, ``share_percent`` and ``geometry_kind``
        (``official``, ``open-data`` or ``modelled``). Rows are listed by ``order`` if
        there is such a column. An empty layer draws the county and says that the plan
        has no zones.
    boundary : geopandas.GeoDataFrame
        Polygons of the county, any CRS that leads to CGCS2000.
    title : str
        Title, one line.
    subtitle : str, optional
        Line under the title.
    seats : geopandas.GeoDataFrame, optional
        Points with a column ``name``; where ``county_seat`` is true, the sign of a
        county seat.
    zone_column : str, default "name"
        Column of the names in the legend.
    label_column : str, optional
        Column of the names on the map. Default ``short_name`` if there is one, else
        `zone_column`.
    rivers : geopandas.GeoDataFrame, optional
        Lines.
    redlines : geopandas.GeoDataFrame, optional
        Polygons of the ecological red line (生态保护红线), with ``geometry_kind``.
        Where there is a column ``area_km2``, its sum stands in the legend.
    corridors : geopandas.GeoDataFrame, optional
        Lines with ``name``, ``kind`` (``corridor`` or ``river``) and
        ``geometry_kind``. Named along the line, or beside it. Rows without a geometry
        are not drawn; the foot of the legend names them.
    pattern : geopandas.GeoDataFrame, optional
        Polygons, lines or points with ``name``, ``kind`` (``barrier``, ``belt``,
        ``district``, ``core``, ``node``, ``corridor`` or ``river``) and
        ``geometry_kind``; rows without a geometry as for `corridors`. A corridor that
        `corridors` has by the same name is drawn once.
    figures : pandas.DataFrame, optional
        Published areas to print beside the drawn ones: columns ``zone_id`` and
        ``published_area_km2``, as from `plan.zone_statistics()`. A dash stands where
        there is none.
    source : str
        Where the data come from, printed on the sheet.
    note : str
        Further words for the foot of the legend; may be empty.
    scale_km : float, optional
        Length of the scale bar in km. Default a round length that fits.
    language : {"zh", "en"}, default "zh"
        Language of the sheet's own words. With ``"en"``, columns with the same name
        and ``_en`` are read where they exist (``name_en``, ``short_name_en``).

    Returns
    -------
    matplotlib.figure.Figure
        A page of 297 x 210 mm. ``figure.axes[0]`` is the map in metres of the CGCS2000
        3-degree Gauss-Krüger zone of the county (unzoned, EPSG 4534 to 4554).

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, or one that PROJ cannot bring to CGCS2000.
    GeometryError
        If geometries are invalid, empty or of another kind, the county lies outside
        China's 3-degree zones, or the zones outside the county's extent.
    SchemaError
        If a column is missing, a name is empty or a ``geometry_kind`` unknown.
    ParameterError
        If there are more than 12 zones, `language` is neither, `scale_km` does not
        fit, or a text is empty or too long for the page.

    Warns
    -----
    DroppedRowsWarning
        If seats lie off the sheet, or if names of seats, corridors or the pattern find
        no room on it.

    See Also
    --------
    save_sheet : Write the sheet to a file.

    Notes
    -----
    Nothing is random. matplotlib's global state, pyplot and the caller's style are
    neither used nor changed; the packaged Chinese font is registered on first use.

    Examples
    --------
    A county of one square, with one zone (synthetic).

    >>> import geopandas as gpd
    >>> from shapely import box
    >>> county = gpd.GeoDataFrame(geometry=[box(114.4, 28.0, 114.9, 28.4)], crs=4490)
    >>> zones = county.assign(
    ...     name="北部水源涵养区",
    ...     area_km2=2177.02,
    ...     share_percent=100.0,
    ...     geometry_kind="official",
    ... )
    >>> sheet = zoning_sheet(zones, county, title="修复分区图", source="示例", note="")
    >>> [float(inch) * 25.4 for inch in sheet.get_size_inches()]
    [297.0, 210.0]
    """
    words = check_language(language)
    content = content_of(
        zones,
        boundary,
        seats=seats,
        rivers=rivers,
        over={"redlines": redlines, "corridors": corridors, "pattern": pattern},
        columns=(zone_column, label_column),
        figures=figures,
        language=language,
    )
    check_texts(title=title, source=source)
    west, south, east, north = shapely.bounds(content.county)
    layout = arrange(
        east - west,
        north - south,
        has_subtitle=bool(subtitle),
        figures=len(content.total),
        signs=content.overlay.entries,
    )
    centre = ((west + east) / 2, (south + north) / 2)
    view = View(layout.map, content.projection, centre, layout.denominator)
    panel = Panel(words, source, note, scale_km)
    with drawing():
        sheet = Sheet()
        map_axes, page = axes_of(sheet, view)
        _draw_map(map_axes, page, view, content)
        draw_titles(page, title, subtitle)
        draw_panel(page, layout, content, panel)
    return sheet


def _draw_map(map_axes: Axes, page: Axes, view: View, content: Content) -> None:
    draw_shapes(map_axes, content)
    draw_overlay(map_axes, view, content.overlay)
    draw_graticule(map_axes, page, view)
    draw_labels(page, view, content)
    draw_frame(page, view.frame)
