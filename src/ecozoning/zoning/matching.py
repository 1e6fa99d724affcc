"""Which zone of one zoning is which of another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from ecozoning._validation.geometries import rows_named
from ecozoning.errors import ParameterError, SchemaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pairs = dict[int, int]
    Ids = pd.Index[Any]

__all__ = ["intersection_over_union", "pairs_of"]


def intersection_over_union(areas: Floats) -> Floats:
    """Return shared land by the land of either, for every zone of `a` and of `b`.

    `areas` (m + 1, n + 1) has land outside the other zoning in its last row and column.
    """
    shared = areas[:-1, :-1]
    either = areas[:-1].sum(axis=1)[:, None] + areas[:, :-1].sum(axis=0) - shared
    return np.asarray(shared / either)


def pairs_of(
    match: Mapping[Any, Any] | str | None, areas: Floats, ids: tuple[Ids, Ids]
) -> Pairs:
    """Return rows of `a` with the row of `b` that is the same zone."""
    if match is None:
        return _by_id(*ids)
    if isinstance(match, str) and match == "best":
        return _best(intersection_over_union(areas))
    if isinstance(match, Mapping):
        return _as_told(match, *ids)
    if isinstance(match, pd.Series) and match.index.is_unique:
        return _as_told(match.to_dict(), *ids)
    msg = (
        f"`match` is {match!r}; use None where zones of one id are the same zone, "
        "'best', or a dict from ids of `a` to ids of `b`."
    )
    raise ParameterError(msg)


def _by_id(a: Ids, b: Ids) -> Pairs:
    found = b.get_indexer(a)
    pairs = {row: int(other) for row, other in enumerate(found) if other >= 0}
    if not pairs:
        msg = (
            f"no id of `a`, {a.tolist()[:5]}, is one of `b`, {b.tolist()[:5]}; name "
            "the columns with `a_id` and `b_id`, pair zones with `match='best'`, or "
            "tell the pairs: `match={...}`."
        )
        raise ParameterError(msg)
    return pairs


def _best(iou: Floats) -> Pairs:
    """Return the pairs with the largest sum; what shares no land is no pair."""
    rows, columns = linear_sum_assignment(iou, maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {row: column for row, column in pairs if iou[row, column] > 0}


def _as_told(match: Mapping[Any, Any], a: Ids, b: Ids) -> Pairs:
    if not match:
        msg = "`match` pairs no zones; name some: {a zone: b zone}, or say 'best'."
        raise SchemaError(msg)
    given = {"a": (list(match), a), "b": (list(match.values()), b)}
    for name, (told, known) in given.items():
        unknown = [
            one for one in told if not isinstance(one, Hashable) or one not in known
        ]
        if unknown:
            msg = (
                f"`match` names {rows_named(unknown, 'zone')} that `{name}` does not "
                f"have; it has {known.tolist()[:10]}."
            )
            raise ParameterError(msg)
    twice = [one for one in match.values() if list(match.values()).count(one) > 1]
    if twice:
        msg = (
            f"`match` pairs {rows_named(sorted({*map(str, twice)}), 'zone')} of `b` "
            "more than once; give each zone of `a` another one of `b`, or join zones "
            "first with `dissolve`."
        )
        raise SchemaError(msg)
    rows, columns = (
        index.get_indexer(pd.Index(list(told), dtype=object))
        for index, told in ((a, match), (b, match.values()))
    )
    return dict(zip(rows.tolist(), columns.tolist(), strict=True))
