"""What holds for any two zonings of one county."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecozoning.zoning import agreement
from ecozoning.zoning.agreement_measures import measures_of

GRID = [
    shapely.box(5e5 + 100 * x, 3.1e6 + 100 * y, 5.001e5 + 100 * x, 3.1001e6 + 100 * y)
    for y in range(4)
    for x in range(4)
]
LABELS = st.lists(st.sampled_from("pqrs"), min_size=16, max_size=16)


def zones(labels):
    """Return the cells of a county of 4 by 4, dissolved by label."""
    cells = gpd.GeoDataFrame({"zone_id": labels}, geometry=GRID, crs="EPSG:4547")
    return cells.dissolve("zone_id", as_index=False)


def common(one, other):
    """Say whether the zonings have an id in common."""
    return bool({*one} & {*other})


@settings(max_examples=25)
@given(LABELS, LABELS)
def test_the_matrix_is_that_of_the_cells(one, other):
    if not common(one, other):
        return
    found = agreement(zones(one), zones(other))
    agreed = np.mean([a == b for a, b in zip(one, other, strict=True)])
    assert found.overall == pytest.approx(agreed, abs=1e-6)
    for a in {*one}:
        for b in {*other}:
            cells = sum((x, y) == (a, b) for x, y in zip(one, other, strict=True))
            assert found.table.loc[a, b] == pytest.approx(cells * 0.01, abs=1e-6)


@settings(max_examples=25)
@given(LABELS, LABELS)
def test_order_transposes_and_changes_nothing_else(one, other):
    if not common(one, other):
        return
    there, back = (
        agreement(zones(one), zones(other)),
        agreement(zones(other), zones(one)),
    )
    assert there.table.to_numpy() == pytest.approx(back.table.to_numpy().T, abs=1e-9)
    for name in ("overall", "kappa", "quantity", "allocation"):
        assert getattr(there, name) == pytest.approx(getattr(back, name), abs=1e-9)


@settings(max_examples=25)
@given(LABELS, LABELS, st.permutations("pqrs"))
def test_best_pairs_do_not_depend_on_what_zones_are_called(one, other, names):
    again = [dict(zip("pqrs", names, strict=True))[label] for label in other]
    there = agreement(zones(one), zones(other), match="best")
    back = agreement(zones(one), zones(again), match="best")
    assert there.zones["iou"].sum() == pytest.approx(back.zones["iou"].sum(), abs=1e-9)


@given(
    st.lists(st.integers(0, 50), min_size=9, max_size=9).filter(lambda x: sum(x) > 0)
)
def test_measures_add_up_and_keep_their_bounds(values):
    measures = measures_of(np.reshape(values, (3, 3)).astype(float))
    total = measures.overall + measures.quantity + measures.allocation
    assert total == pytest.approx(1)
    assert -1 - 1e-9 <= measures.kappa <= 1
    assert measures.kappa <= measures.overall + 1e-9
