"""Land codes of three systems that use the same digits for different land."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final, Literal, NamedTuple, get_args

import pandas as pd

from ecozoning.errors import NoDataError, ParameterError, SchemaError
from ecozoning.survey.tables import rows_text

__all__ = [
    "LandCode",
    "System",
    "land_classes",
    "parse_codes",
    "parsed_code",
    "translate_codes",
]

System = Literal["survey3", "gbt21010_2017", "land_sea_2023"]

SHAPE: Final = re.compile(r"(\d\d(?:[0-9H]\d)?)(\d\d)?([A-Z]?)")
"""First class, second class, two digits more of `land_sea_2023`, a letter."""

_COLUMNS: Final = (
    "code",
    "suffix",
    "name",
    "name_en",
    "first_class",
    "first_name",
    "group",
    "confidence",
)


class LandCode(NamedTuple):
    """A row of the table of a system."""

    code: str
    name: str
    name_en: str
    first_class: str
    group: str
    suffixes: str
    confidence: str


def land_classes(
    codes: pd.Series[str] | Iterable[str] | None = None, *, system: System
) -> pd.DataFrame:
    """
    Say what land codes mean in a named system.

    ``"05"`` is commercial land in GB/T 21010-2017 and, by another name, in the third
    survey, and wetland in the classification of land and sea of 2023; so the system is
    asked for with every column of codes.

    Parameters
    ----------
    codes : pandas.Series or iterable of str, optional
        Codes as text: two characters for a first class, four for a second; a letter
        after it, as in ``"0201K"``, in the third survey; two digits more, which are
        left off, in `land_sea_2023`. Without it all of the system come back.
    system : {"survey3", "gbt21010_2017", "land_sea_2023"}
        三调工作分类 (TD/T 1055-2019), GB/T 21010-2017, or 用地用海分类
        (自然资发〔2023〕234号).

    Returns
    -------
    pandas.DataFrame
        On the index of `codes`: ``code`` (two or four characters), ``suffix``,
        ``name``, ``name_en``, ``first_class``, ``first_name``, ``group`` (农用地,
        建设用地 or 未利用地; empty where the system does not say or a first class has
        several) and ``confidence``.

    Raises
    ------
    ParameterError
        If `system` is not known, or `codes` are numbers, which have lost their zeros.
    SchemaError
        If codes are missing, have three digits, or are not in the system; the message
        names the systems that have them.
    NoDataError
        If there are no codes.

    Examples
    --------
    >>> for system in ("survey3", "gbt21010_2017", "land_sea_2023"):
    ...     land_classes(["05"], system=system)["name"].tolist()
    ['商业服务业用地']
    ['商服用地']
    ['湿地']
    >>> land_classes(["0201K", "0303"], system="survey3")[["code", "first_name"]]
       code first_name
    0  0201     种植园用地
    1  0303         湿地
    """
    table = codes_of(system)
    series = _as_series(list(table) if codes is None else codes)
    parsed = parse_codes(series, system=system, name="codes")
    rows = {code: _described(table, code) for code in parsed["code"].unique()}
    found = pd.DataFrame([rows[code] for code in parsed["code"]], dtype=str)
    # Side by side and not by label: labels of codes may occur more than once.
    both = pd.concat([parsed.reset_index(drop=True), found], axis=1)
    return both[list(_COLUMNS)].set_axis(series.index)


def _as_series(codes: object) -> pd.Series[str]:
    """Return one code, or several, as a Series."""
    if isinstance(codes, pd.Series):
        return codes
    if isinstance(codes, str):
        return pd.Series([codes])
    if isinstance(codes, pd.DataFrame | bytes) or not isinstance(codes, Iterable):
        msg = (
            f"`codes` is a {type(codes).__name__}, but a column or a list of texts is "
            "needed, e.g. `parcels['DLBM']`."
        )
        raise ParameterError(msg)
    return pd.Series(list(codes))


def _described(table: dict[str, LandCode], code: str) -> dict[str, str]:
    """Return the columns that follow from a code."""
    row = table[code]
    return {
        "name": row.name,
        "name_en": row.name_en,
        "first_class": row.first_class,
        "first_name": table[row.first_class].name,
        "group": row.group,
        "confidence": row.confidence,
    }


def parse_codes(codes: pd.Series[str], *, system: System, name: str) -> pd.DataFrame:
    """Return code and suffix of each row, insisting that the system has them."""
    codes_of(system)
    if codes.empty:
        msg = f"`{name}` has no codes, at least one is needed; see what emptied it."
        raise NoDataError(msg)
    if pd.api.types.is_numeric_dtype(codes.dtype):
        msg = (
            f"`{name}` holds numbers, but codes are text: 0101 as a number is 101; "
            "read the column as text, or use "
            f"`{name}.astype('Int64').astype(str).str.zfill(4)` if all have four "
            "digits."
        )
        raise ParameterError(msg)
    text = codes.astype(object).where(codes.notna(), "").astype(str).str.strip()
    refuse_rows(text[text == ""], "no code", "fill them in", name)
    three = text.str.fullmatch(r"\d{3}[A-Z]?")
    refuse_rows(
        text[three],
        "codes of three digits, as GB/T 21010-2007 has them or a lost zero leaves them",
        "bring all codes of the column to one system first",
        name,
    )
    known = {one: parsed_code(one, system) for one in text.unique()}
    unknown = text[text.map(lambda one: known[one] is None)]
    if not unknown.empty:
        _refuse_unknown(unknown, system, name)
    pairs = [known[one] for one in text]
    return pd.DataFrame(pairs, index=codes.index, columns=["code", "suffix"], dtype=str)


def refuse_rows(bad: pd.Series[str], what: str, mend: str, name: str) -> None:
    """Refuse rows of codes, if there are any."""
    if bad.empty:
        return
    values = [value for value in bad.unique().tolist() if value]
    shown = f", {rows_text(values)}" if values else ""
    msg = (
        f"`{name}` has {len(bad)} rows with {what}{shown} (labels "
        f"{rows_text(bad.index.tolist())}); {mend}."
    )
    raise SchemaError(msg, bad_rows=tuple(map(str, bad.index)))


def _refuse_unknown(unknown: pd.Series[str], system: System, name: str) -> None:
    first = unknown.iloc[0]
    what = f"codes that {system} does not have"
    refuse_rows(unknown, what, _mend_of(first, system, name), name)


def _mend_of(text: str, system: System, name: str) -> str:
    """Return what to do about a code that a system does not have."""
    others = [one for one in get_args(System) if parsed_code(text, one) is not None]
    if others:
        return (
            f"{' and '.join(others)} have {text!r}; state `system=` as the codes are, "
            "or correct them"
        )
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if plain != text and parsed_code(plain, system) is not None:
        return (
            f"written {plain!r} the first would be one; use `{name}.str.normalize("
            "'NFKC').str.upper().str.replace(r'\\s', '', regex=True)`"
        )
    match = SHAPE.fullmatch(text)
    row = codes_of(system).get(match[1]) if match else None
    if row is not None and match and match[3]:
        letters = " or ".join(row.suffixes) or "no letter"
        return f"after {row.code!r} it has {letters}, not {match[3]!r}; correct them"
    return (
        f"no system here has {text!r}; state `system=` as the codes are, or correct "
        "them"
    )


def parsed_code(text: str, system: System) -> tuple[str, str] | None:
    """Return code and suffix of a text, None if the system has no such code."""
    match = SHAPE.fullmatch(text)
    if match is None:
        return None
    code, more, suffix = match.groups()
    row = codes_of(system).get(code)
    if row is None or (more and (system != "land_sea_2023" or len(code) < 4)):
        return None
    return (code, suffix) if suffix in ("", *row.suffixes) else None


def translate_codes(
    codes: pd.Series[str] | Iterable[str], *, source: System, target: System
) -> pd.DataFrame:
    """
    Bring land codes from one system to another, as far as codes alone can tell.

    Where several classes of the target are possible the parcel has to be looked at
    again; such codes come back without a translation and with their candidates.

    Parameters
    ----------
    codes : pandas.Series or iterable of str
        Codes of the system `source`, see `land_classes`.
    source, target : {"survey3", "gbt21010_2017", "land_sea_2023"}
        From which system to which.

    Returns
    -------
    pandas.DataFrame
        On the index of `codes`: ``code``, ``name``, ``to_code`` and ``to_name`` (None
        unless there is just one), ``relation`` (``"one-to-one"``, ``"many-to-one"``
        where other codes go there too, ``"ambiguous"`` or ``"none"``) and
        ``candidates``, codes parted by spaces. A suffix is not carried over.

    Raises
    ------
    ParameterError
        If a system is not known, or both are one.
    SchemaError, NoDataError
        For the reasons of `land_classes`.

    Notes
    -----
    The tables of correspondence are by name and definition and are ours; none of the
    three documents is quoted for them.

    Examples
    --------
    >>> translate_codes(
    ...     ["0303", "0204", "0701"], source="survey3", target="land_sea_2023"
    ... )[["name", "to_code", "relation", "candidates"]]
         name to_code    relation candidates
    0    红树林地    0507  one-to-one       0507
    1    其他园地    None   ambiguous  0204 0205
    2  城镇住宅用地    None   ambiguous  0701 0702
    """
    if source == target:
        msg = f"`source` and `target` are both {source!r}; nothing is to be translated."
        raise ParameterError(msg)
    classes = land_classes(codes, system=source)
    names = codes_of(target)
    forward, back = _links(source, target), _links(target, source)
    rows = []
    for code, name in zip(classes["code"], classes["name"], strict=True):
        to = forward.get(code, ())
        single = to[0] if len(to) == 1 else None
        rows.append(
            {
                "code": code,
                "name": name,
                "to_code": single,
                "to_name": names[single].name if single else None,
                "relation": _relation(to, back),
                "candidates": " ".join(to),
            }
        )
    return pd.DataFrame(rows, index=classes.index, dtype=object)


def _relation(to: tuple[str, ...], back: dict[str, tuple[str, ...]]) -> str:
    """Return in a word how a code stands to those it may become."""
    if not to:
        return "none"
    if len(to) > 1:
        return "ambiguous"
    return "one-to-one" if len(back[to[0]]) == 1 else "many-to-one"


def codes_of(system: System) -> dict[str, LandCode]:
    """Return the table of a system by code."""
    if system not in get_args(System):
        msg = f"`system` is {system!r}; use one of {', '.join(get_args(System))}."
        raise ParameterError(msg)
    return _tables()[system]


@cache
def _tables() -> dict[str, dict[str, LandCode]]:
    tables: dict[str, dict[str, LandCode]] = {name: {} for name in get_args(System)}
    for row in _packaged("land_codes.csv"):
        system = row.pop("system")
        tables[system][row["code"]] = LandCode(**row)
    return tables


@cache
def _links(source: System, target: System) -> dict[str, tuple[str, ...]]:
    """Return the codes of `target` that those of `source` may become."""
    links: dict[str, tuple[str, ...]] = {}
    for row in _packaged("land_code_links.csv"):
        codes = {row["system_a"]: row["code_a"], row["system_b"]: row["code_b"]}
        if {*codes} == {source, target}:
            links[codes[source]] = (*links.get(codes[source], ()), codes[target])
    return links


def _packaged(name: str) -> list[dict[str, str]]:
    """Return the rows of a table that comes with the package."""
    file = resources.files("ecozoning.survey").joinpath(name)
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
