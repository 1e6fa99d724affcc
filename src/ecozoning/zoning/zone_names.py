"""Names of zones after the pattern of county plans, in Chinese and English."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.zoning.name_pattern import Style, ZoneName, named, one_word
from ecozoning.zoning.name_words import check_joint, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

__all__ = ["name_zone", "name_zones"]

ATTRIBUTES: Final = (
    "bearing",
    "place",
    "place_en",
    "rivers",
    "rivers_en",
    "landform",
    "functions",
    "problems",
    "treatments",
    "kind",
)
_CHINESE: Final = "一二三四五六七八九十"


def name_zone(
    zone: Mapping[str, Any] | pd.Series[Any] | None = None,
    *,
    joint: str = "与",
    most_words: int = 2,
    most_characters: int = 30,
    **attributes: object,
) -> ZoneName:
    """
    Name a zone as the plans do: bearing, place, function or problem, treatment, kind.

    The pattern of all 14 zones of the packaged plans, for instance 中南部, 蒙山,
    水源涵养 with 矿山生态修复, 分区. Nothing is said twice: a treatment that repeats a
    function is left out, and one that ends as the kind does is said with it:
    矿山生态修复 and 生态修复区 make 矿山生态修复区.

    Parameters
    ----------
    zone : mapping or pandas.Series, optional
        A row of a table of zones; of its columns those with the names below count, and
        `directions`, as plans call it, for `treatments`.
    joint : {"与", "和", "及", "、"}, default "与"
        Chinese word before the last of several words or rivers.
    most_words : int, default 2
        Words for functions, problems and treatments, >= 1. If both kinds are given, one
        place is for a treatment.
    most_characters : int, default 30
        Length of the Chinese name, >= 4; words at the end are left out until it fits.
    **attributes : str or sequence of str
        What the zone is, over the row. Keys of the vocabulary, or Chinese words; lists
        may be one text with ``;`` or ``、``.

        * `bearing`: ``north``, ..., ``centre``, ``south_centre`` (中南部), ...
        * `place`, `rivers`: proper names in Chinese, with `place_en`, `rivers_en`.
        * `landform`: ``basin`` (流域), ``mountains``, ``oasis``, ``urban``, ...
        * `functions`, `problems`, `treatments`: the most important first.
        * `kind`: ``ecological_restoration_zone`` (the default), ``division`` (分区),
          ``zone`` (区), ``restoration_zone``, ``protection_zone``,
          ``ecological_protection_zone``, ``ecological_restoration_division``.

    Returns
    -------
    ZoneName
        Both names, their parts, and what was left out.

    Raises
    ------
    ParameterError
        If an attribute or a word is unknown (near ones are named), nothing but the kind
        is given, a number is out of its domain, or the name is too long with one word
        only.

    See Also
    --------
    name_zones : Name all zones of a layer.

    Notes
    -----
    The words are ours, collected from the plans; a Chinese form of the list is kept as
    it is written. English names of proper names are yours to give: without them the
    English name has the Chinese one in it.

    Examples
    --------
    >>> found = name_zone(
    ...     bearing="south_centre",
    ...     place="蒙山",
    ...     place_en="Mengshan",
    ...     functions=["water_conservation"],
    ...     treatments=["water_conservation", "mine_restoration"],
    ...     kind="division",
    ... )
    >>> found.name
    '中南部蒙山水源涵养与矿山生态修复分区'
    >>> found.name_en
    'South-central Mengshan Water Conservation and Mine Restoration Zone'
    >>> found.dropped
    ('water_conservation',)
    """
    _check_known(attributes)
    style = _checked_style(joint, most_words, most_characters)
    return named({**_of_row(zone), **attributes}, style)


def name_zones(
    zones: gpd.GeoDataFrame | pd.DataFrame,
    *,
    boundary: gpd.GeoDataFrame | None = None,
    joint: str = "与",
    most_words: int = 2,
    most_characters: int = 30,
    **attributes: object,
) -> pd.DataFrame:
    """
    Name every zone of a layer or table.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame or pandas.DataFrame
        A row per zone, with the columns of `name_zone` that are known; index unique.
    boundary : geopandas.GeoDataFrame, optional
        The county, in the CRS of `zones`. Rows without a bearing get the one of their
        centroid: the centre within a fifth of the county's half-width and half-height
        around its own centroid, 中南部 and the like up to 0.45 of it, beyond it one of
        eight points of the compass.
    joint, most_words, most_characters : str, int, int
        As in `name_zone`.
    **attributes : str or sequence of str
        What all zones have in common, over their columns, e.g. ``kind="division"``.

    Returns
    -------
    pandas.DataFrame, index of `zones`
        `name`, `name_en`, `bearing` (key, or empty), `dropped` (keys with ``;``).
        Names that would be alike are numbered in the order of rows: （一）, （二）.

    Raises
    ------
    ParameterError
        As in `name_zone`; the message names the row.
    SchemaError
        If the index has a label twice.
    NoDataError, MissingCRSError, CRSMismatchError, GeometryError
        With `boundary`: if a layer is empty, has no CRS or another one, has invalid
        geometry, or the zones lie elsewhere.

    See Also
    --------
    name_zone : Name one zone.

    Examples
    --------
    >>> import pandas as pd
    >>> zones = pd.DataFrame(
    ...     {
    ...         "rivers": ["清水江", "八洋河、钟灵河"],
    ...         "landform": "basin",
    ...     },
    ...     index=["zone2", "zone1"],
    ... )
    >>> name_zones(zones)["name"].tolist()
    ['清水江流域生态修复区', '八洋河与钟灵河流域生态修复区']
    """
    _check_known(attributes)
    style = _checked_style(joint, most_words, most_characters)
    _check_labels(zones)
    rows = [{**_of_row(row), **attributes} for row in zones.to_dict("records")]
    if boundary is not None:
        _add_bearings(rows, zones, boundary)
    names = [
        _row_named(row, style, label)
        for row, label in zip(rows, zones.index, strict=True)
    ]
    return pd.DataFrame(
        {
            "name": _numbered([found.name for found in names], "（{}）", _CHINESE),
            "name_en": _numbered([found.name_en for found in names], " ({})", None),
            "bearing": [_bearing(row) for row in rows],
            "dropped": [";".join(found.dropped) for found in names],
        },
        index=zones.index,
        dtype="str",
    )


# --- what is given -----------------------------------------------------------------


def _check_known(attributes: Mapping[str, object]) -> None:
    """Refuse keywords that are no attribute of a name."""
    for name in attributes:
        if name not in ATTRIBUTES:
            near = difflib.get_close_matches(name, ATTRIBUTES, n=2, cutoff=0.5)
            meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
            msg = (
                f"`{name}` is no attribute of a name; {meant}Use "
                f"{', '.join(ATTRIBUTES)}."
            )
            raise ParameterError(msg)


def _checked_style(joint: str, most_words: object, most_characters: object) -> Style:
    least = {"most_words": (most_words, 1), "most_characters": (most_characters, 4)}
    for name, (value, low) in least.items():
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or int(str(value)) < low:
            msg = f"`{name}` is {value!r}; use a whole number from {low} on."
            raise ParameterError(msg)
    return Style(check_joint(joint), int(str(most_words)), int(str(most_characters)))


def _of_row(zone: Mapping[Any, Any] | pd.Series[Any] | None) -> dict[str, object]:
    """Return the attributes that a row has."""
    if zone is None:
        return {}
    if not hasattr(zone, "items"):
        msg = (
            f"`zone` is a {type(zone).__name__}, but a row is needed: a dict, or "
            "`zones.loc[label]`; a whole layer goes to `name_zones`."
        )
        raise ParameterError(msg)
    row = {str(key): value for key, value in zone.items()}
    if "treatments" not in row and "directions" in row:
        row["treatments"] = row["directions"]
    return {key: row[key] for key in ATTRIBUTES if key in row}


def _check_labels(zones: object) -> None:
    if not isinstance(zones, pd.DataFrame):
        msg = (
            f"`zones` is a {type(zones).__name__}, but a layer or table with a row per "
            "zone is needed; one row goes to `name_zone`."
        )
        raise ParameterError(msg)
    if not zones.index.is_unique:
        msg = (
            "the index of `zones` has labels more than once, but names come back by "
            "label; number the rows anew with `zones.reset_index(drop=True)`."
        )
        raise SchemaError(msg)
    twice = zones.columns[zones.columns.duplicated()].unique().tolist()
    if twice:
        msg = (
            f"`zones` has the columns {twice[:5]} more than once; keep one of each: "
            "`zones.loc[:, ~zones.columns.duplicated()]`."
        )
        raise SchemaError(msg, unexpected=tuple(map(str, twice)))


def _add_bearings(
    rows: list[dict[str, object]],
    zones: gpd.GeoDataFrame | pd.DataFrame,
    boundary: gpd.GeoDataFrame,
) -> None:
    """Give rows without a bearing the one of their place in the county."""
    from ecozoning.zoning.zone_places import bearings_of

    for row, found in zip(rows, bearings_of(zones, boundary), strict=True):
        if not words_of("bearings", row.get("bearing"), name="bearing"):
            row["bearing"] = found


def _bearing(row: Mapping[str, object]) -> str:
    found = one_word(row, "bearing", "bearings")
    return found[0].key if found else ""


# --- names of rows -----------------------------------------------------------------


def _row_named(row: Mapping[str, object], style: Style, label: object) -> ZoneName:
    try:
        return named(row, style)
    except ParameterError as error:
        msg = f"in row {label!r} of `zones`: {error}"
        raise ParameterError(msg) from error


def _numbered(names: Sequence[str], form: str, digits: str | None) -> list[str]:
    """Return names with a number after those that occur more than once."""
    often, so_far = Counter(names), Counter[str]()
    written = []
    for name in names:
        so_far[name] += 1
        figure = _figure(so_far[name], digits)
        written.append(name + form.format(figure) if often[name] > 1 else name)
    return written


def _figure(number: int, digits: str | None) -> str:
    """Return a number, up to 99 in Chinese if the digits are given: 二十一."""
    if digits is None or number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = f"{digits[tens - 1] if tens > 1 else ''}{digits[9]}" if tens else ""
    return ten + (digits[ones - 1] if ones else "")
