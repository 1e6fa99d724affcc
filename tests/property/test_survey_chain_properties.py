"""Whatever is measured, sums close at every level to the last smallest unit."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ecozoning.survey import adjust_chain

LEVELS = ("county", "township", "village")


@st.composite
def trees(draw):
    """Return parcels with areas, in villages of townships of one county."""
    areas = draw(st.lists(st.floats(0.01, 1e5), min_size=1, max_size=40))
    village = draw(
        st.lists(st.integers(0, 7), min_size=len(areas), max_size=len(areas))
    )
    frame = pd.DataFrame({"m2": areas, "village": village, "county": "C"})
    return frame.assign(township=frame["village"] // 3)


@given(trees(), st.floats(0.97, 1.03), st.integers(0, 3))
def test_every_level_adds_up_to_its_control(parcels, factor, decimals):
    control = round(parcels["m2"].sum() * factor, decimals)
    options = {"control": control, "decimals": decimals, "tolerance": np.inf}
    chain = adjust_chain(parcels, levels=LEVELS, area="m2", **options)
    units = (chain.parcels["adjusted_m2"] * 10**decimals).round().astype("int64")
    for level, table in chain.levels.items():
        expected = (table["control_m2"] * 10**decimals).round().astype("int64")
        sums = units.groupby(chain.parcels[level]).sum()
        assert sums.to_dict() == expected.to_dict()
    assert units.sum() == round(control * 10**decimals)
    assert (units >= 0).all()


@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_rows_moves_single_units_at_most(parcels, random):
    order = list(parcels.index)
    random.shuffle(order)
    here = adjust_chain(parcels, levels=LEVELS, area="m2").parcels["adjusted_m2"]
    there = adjust_chain(parcels.loc[order], levels=LEVELS, area="m2").parcels
    unlike = (here - there["adjusted_m2"].reindex(here.index)).abs()
    assert unlike.max() <= 0.04 + 1e-9  # one cent for each level and the parcels
    assert round(here.sum(), 2) == round(there["adjusted_m2"].sum(), 2)


@given(trees())
def test_adjusting_what_is_adjusted_changes_nothing(parcels):
    once = adjust_chain(parcels, levels=LEVELS, area="m2").parcels["adjusted_m2"]
    again = adjust_chain(parcels.assign(m2=once), levels=LEVELS, area="m2")
    assert again.parcels["adjusted_m2"].tolist() == once.tolist()
