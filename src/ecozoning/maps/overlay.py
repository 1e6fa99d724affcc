"""Red lines, corridors and pattern: checked, and brought to the plane of a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from ecozoning._validation import check_columns, check_crs, check_points, check_polygons
from ecozoning.crs import to_cgcs2000
from ecozoning.errors import GeometryError, ParameterError, SchemaError
from ecozoning.maps.columns import check_kinds, in_language, texts_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.maps.projection import Projection

__all__ = ["KINDS", "Element", "Form", "Overlay", "Redlines", "overlay_of"]

Form = Literal["area", "line", "point"]

LINE_KINDS: Final = ("corridor", "river")
KINDS: Final = ("barrier", "belt", "district", "core", *LINE_KINDS, "node")

_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_LINES: Final = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
_POINTS: Final = (shapely.GeometryType.POINT,)
_FORMS: Final[dict[Form, tuple[shapely.GeometryType, ...]]] = {
    "area": _AREAS,
    "line": _LINES,
    "point": _POINTS,
}


@dataclass(frozen=True)
class Element:
    """A corridor or a piece of the pattern, in metres of the plane."""

    layer: str  # the argument it came by
    kind: str
    form: Form
    name: str
    geometry: shapely.Geometry
    modelled: bool


@dataclass(frozen=True)
class Redlines:
    """All red lines as one shape, and their area in km2 as the layer states it."""

    geometry: shapely.Geometry
    area_km2: float | None
    modelled: bool


@dataclass(frozen=True)
class Overlay:
    """What lies over the zones; `unplaced` are the names of rows without a place."""

    redlines: Redlines | None = None
    elements: tuple[Element, ...] = ()
    unplaced: tuple[str, ...] = ()

    def of(self, *forms: Form) -> tuple[Element, ...]:
        """Return the elements that are areas, lines or points."""
        return tuple(item for item in self.elements if item.form in forms)

    @property
    def drawn(self) -> bool:
        """Say whether there is anything to draw."""
        return self.redlines is not None or bool(self.elements)

    @property
    def signs(self) -> tuple[tuple[str, Form], ...]:
        """Return each kind and form there is, once, in the order of the legend."""
        there = {(item.kind, item.form) for item in self.elements}
        forms: tuple[Form, ...] = ("area", "line", "point")
        return tuple((k, f) for k in KINDS for f in forms if (k, f) in there)

    @property
    def entries(self) -> int:
        """Return how many lines or signs the legend has for all this."""
        red, lost = self.redlines is not None, bool(self.unplaced)
        return len(self.signs) + 2 * red + 2 * lost

    @property
    def modelled(self) -> tuple[str, ...]:
        """Return the arguments that have modelled rows."""
        names = {item.layer for item in self.elements if item.modelled}
        if self.redlines is not None and self.redlines.modelled:
            names.add("redlines")
        order = ("redlines", "corridors", "pattern")
        return tuple(name for name in order if name in names)


def overlay_of(
    layers: dict[str, gpd.GeoDataFrame | None],
    projection: Projection,
    county: shapely.Geometry,
    zones: frozenset[str],
    language: str,
) -> Overlay:
    """Check `redlines`, `corridors` and `pattern` and bring them to the plane.

    What bears the name of one of the `zones` is that zone, and not drawn again.
    """
    redlines: Redlines | None = None
    elements: list[Element] = []
    unplaced: list[str] = []
    around = shapely.box(*shapely.bounds(county))
    for name in ("corridors", "pattern"):
        layer = layers.get(name)
        if layer is not None:
            known = zones | {item.name for item in elements} | set(unplaced)
            found, lost = _elements(layer, name, projection, language)
            _check_place([item.geometry for item in found], around, name)
            elements += [i for i in found if not _again(i, known, zones)]
            unplaced += [text for text in lost if text not in known]
    if (layer := layers.get("redlines")) is not None:
        redlines = _redlines(layer, projection)
        _check_place(
            [] if redlines is None else [redlines.geometry], around, "redlines"
        )
    return Overlay(redlines, tuple(elements), tuple(unplaced))


def _again(item: Element, known: frozenset[str], zones: frozenset[str]) -> bool:
    """Say whether it is a zone, or a corridor of the pattern that has come as one."""
    return item.name in (known if item.kind in LINE_KINDS else zones)


def _check_place(
    shapes: list[shapely.Geometry], around: shapely.Geometry, name: str
) -> None:
    """Refuse a layer of another county: none of it would be seen."""
    if shapes and not shapely.intersects(around, np.array(shapes)).any():
        msg = (
            f"`{name}` lie wholly outside the extent of `boundary`; give the layers of "
            "one county, each with its true CRS."
        )
        raise GeometryError(msg)


# --- red lines ---------------------------------------------------------------------


def _redlines(layer: gpd.GeoDataFrame, projection: Projection) -> Redlines | None:
    placed = _placed(layer, "redlines")
    check_polygons(
        placed, name="redlines", columns=("geometry_kind",), allow_empty=True
    )
    if len(placed) == 0:
        return None
    check_kinds(placed, "redlines")
    plane = to_cgcs2000(placed, name="redlines").to_crs(projection.crs)
    modelled = bool((placed["geometry_kind"] == "modelled").any())
    shape = shapely.union_all(plane.geometry.to_numpy())
    return Redlines(shape, _area(placed), modelled)


def _area(placed: gpd.GeoDataFrame) -> float | None:
    """Return the sum of the column ``area_km2``, or None where there is no column."""
    if "area_km2" not in placed.columns:
        return None
    values = placed["area_km2"].to_numpy(dtype=float, na_value=np.nan)
    if not (np.isfinite(values).all() and (values >= 0).all()):
        msg = (
            "`redlines` has values in 'area_km2' that are missing, infinite or "
            "negative; compute them with `ecozoning.ellipsoidal_area(redlines) / 1e6`, "
            "or leave the column out with `redlines.drop(columns='area_km2')`."
        )
        raise ParameterError(msg)
    return float(values.sum())


# --- corridors and pattern ---------------------------------------------------------


def _elements(
    layer: gpd.GeoDataFrame, name: str, projection: Projection, language: str
) -> tuple[list[Element], list[str]]:
    """Return the rows that have a place, and the names of those that have none."""
    check_crs(layer, name=name)
    check_columns(layer, name=name, columns=("name", "kind", "geometry_kind"))
    column = in_language(layer, _label_column(layer), language)
    texts = texts_of(layer, column, name)
    placed = _placed(layer, name)
    _check_words(placed, name)
    check_kinds(placed, name)
    forms = _forms(placed, name)
    absent = _absent(layer)
    names = [text for text, gone in zip(texts, absent, strict=True) if not gone]
    lost = [text for text, gone in zip(texts, absent, strict=True) if gone]
    if not names:
        return [], lost
    plane = to_cgcs2000(placed, name=name).to_crs(projection.crs).geometry
    modelled = (placed["geometry_kind"] == "modelled").tolist()
    rows = zip(placed["kind"], forms, names, plane, modelled, strict=True)
    return [Element(name, *row) for row in rows], lost


def _label_column(layer: gpd.GeoDataFrame) -> str:
    return "short_name" if "short_name" in layer.columns else "name"


def _placed(layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Return the rows with a geometry: the others have no place that is known."""
    check_crs(layer, name=name)
    return layer[~_absent(layer)]


def _absent(layer: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    shapes = layer.geometry.to_numpy()
    return np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))


def _check_words(placed: gpd.GeoDataFrame, name: str) -> None:
    """Refuse a kind without a sign."""
    kinds = LINE_KINDS if name == "corridors" else KINDS
    unknown = placed.loc[~placed["kind"].isin(kinds), "kind"]
    if len(unknown):
        msg = (
            f"`{name}` has the kind {unknown.iloc[0]!r}, but the sheet has signs for "
            f"{', '.join(map(repr, kinds))}; set it with `{name}['kind'] = ...`."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in unknown.index))


def _forms(placed: gpd.GeoDataFrame, name: str) -> list[Form]:
    """Return what each row is; refuse other geometries and broken ones."""
    types = shapely.get_type_id(placed.geometry.to_numpy())
    names: tuple[Form, ...] = ("line",) if name == "corridors" else tuple(_FORMS)
    is_a = {form: np.isin(types, _FORMS[form]) for form in names}
    bad = ~np.any(list(is_a.values()), axis=0)
    if bad.any():
        nouns = "lines" if name == "corridors" else "polygons, lines or points"
        rows = placed.index[bad].tolist()
        msg = (
            f"`{name}` has rows of another kind than {nouns}: {rows[:5]}; take them "
            f"apart with `{name}.explode(ignore_index=True)`, or leave them out with "
            f"`{name}.drop(index=...)`."
        )
        raise GeometryError(msg, index=tuple(rows))
    check_polygons(_rows(placed, is_a, "area"), name=name, allow_empty=True)
    check_points(_rows(placed, is_a, "point"), name=name, allow_empty=True)
    return [next(form for form in names if is_a[form][i]) for i in range(len(placed))]


def _rows(
    placed: gpd.GeoDataFrame, is_a: dict[Form, NDArray[np.bool_]], form: Form
) -> gpd.GeoDataFrame:
    return placed[is_a.get(form, np.zeros(len(placed), dtype=bool))]
