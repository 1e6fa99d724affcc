"""What overlaps of layers come to: pieces, sums per layer, sums per set of layers."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.control_rules import Judgement, judge
from ecozoning.overlay.faces import polygons_of
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.overlay.faces import Geometry, Parties

__all__ = ["Parts", "ledger_of", "overlaps_of", "parts_of", "pieces_of"]

BETWEEN: Final = ", "
_JUDGED: Final = tuple(field.name for field in fields(Judgement))


class Parts(NamedTuple):
    """Connected pieces of land, each with the layers that share it."""

    geometries: NDArray[np.object_]
    parties: list[Parties]
    area_m2: NDArray[np.float64]
    is_listed: NDArray[np.bool_]  # shared, and larger than the tolerance


def parts_of(faces: Mapping[Parties, Geometry], crs: CRS, tolerance_m2: float) -> Parts:
    """Take faces apart into connected pieces and measure them."""
    split = {parties: polygons_of(face)[0] for parties, face in faces.items()}
    geometries = np.concatenate(list(split.values()))
    parties = [owner for owner, own in split.items() for _ in own]
    measured = checked_areas(gpd.GeoDataFrame(geometry=geometries, crs=crs), "exact")
    areas = np.asarray(measured, dtype=np.float64)
    shared = np.array([len(owner) > 1 for owner in parties])
    return Parts(geometries, parties, areas, shared & (areas > tolerance_m2))


def pieces_of(parts: Parts, crs: CRS, priority: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the pieces that are listed and judged, those of most parties first."""
    rows = np.flatnonzero(parts.is_listed)
    owners = [parts.parties[row] for row in rows]
    judged = {owner: judge(sorted(owner), priority) for owner in set(owners)}
    table: dict[str, Any] = {
        "parties": [_named(owner) for owner in owners],
        "n_parties": np.array([len(owner) for owner in owners], dtype=np.int64),
        "area_m2": parts.area_m2[rows],
    }
    for column in _JUDGED:
        table[column] = [getattr(judged[owner], column) for owner in owners]
    table["gives_way"] = [BETWEEN.join(names) for names in table["gives_way"]]
    pieces = gpd.GeoDataFrame(table, geometry=parts.geometries[rows], crs=crs)
    pieces = pieces.astype(dict.fromkeys(("parties", *_JUDGED), "str"))
    pieces = pieces.sort_values(
        ["n_parties", "parties", "area_m2"],
        ascending=[False, True, False],
        ignore_index=True,
    )
    pieces.insert(0, "piece", np.arange(1, len(pieces) + 1))
    return pieces


def ledger_of(parts: Parts, layers: Sequence[str]) -> pd.DataFrame:
    """Return for each layer how much of its land is its own, shared, or a sliver."""
    shared = np.array([len(owner) > 1 for owner in parts.parties])
    rows = []
    for name in layers:
        own = np.array([name in owner for owner in parts.parties])
        listed = own & parts.is_listed
        rows.append(
            {
                "layer": name,
                "area_km2": _km2(parts, own),
                "alone_km2": _km2(parts, own & ~shared),
                "conflict_km2": _km2(parts, listed),
                "sliver_km2": _km2(parts, own & shared & ~listed),
                "n_pieces": int(listed.sum()),
            }
        )
    return pd.DataFrame(rows)


def overlaps_of(parts: Parts, layers: Sequence[str]) -> pd.DataFrame:
    """Return the area of every pair, zeros too, and of larger sets that occur."""
    pairs = [frozenset(pair) for pair in combinations(layers, 2)]
    listed = [parts.parties[row] for row in np.flatnonzero(parts.is_listed)]
    larger = sorted(
        {o for o in listed if len(o) > 2}, key=lambda o: (len(o), *_named(o))
    )
    rows = []
    for owner in [*pairs, *larger]:
        own = np.array([other == owner for other in parts.parties]) & parts.is_listed
        rows.append(
            {
                "parties": _named(owner),
                "n_parties": len(owner),
                "n_pieces": int(own.sum()),
                "area_m2": float(parts.area_m2[own].sum()),
            }
        )
    return pd.DataFrame(rows)


def _named(owner: Parties) -> str:
    return BETWEEN.join(sorted(owner))


def _km2(parts: Parts, rows: NDArray[np.bool_]) -> float:
    return convert(float(parts.area_m2[rows].sum()), "m2", "km2")
