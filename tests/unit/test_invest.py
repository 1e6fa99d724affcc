"""Against InVEST: cases worked by hand from the formulas of its user's guide.

The guide's chapters on habitat quality and on sediment delivery, versions 3.12 to 3.14.
Where we differ on purpose a test says so, and by how much.
"""

import math

import numpy as np
import pandas as pd
import pytest

from ecozoning.importance import habitat_quality, soil_retention
from ecozoning.sensitivity import slope_length_factor

# The guide's example of a table of threats, with reaches in metres.
THREATS = pd.DataFrame(
    {
        "weight": [0.1, 0.4, 1.0],
        "max_distance_m": [2000.0, 4000.0, 8000.0],
        "decay": ["linear", "exponential", "linear"],
    },
    ["dirt_road", "paved_road", "farming"],
)
HABITATS = pd.DataFrame(
    {
        "habitat": [1.0, 0.6],
        "dirt_road": [0.5, 1.0],
        "paved_road": [0.8, 0.2],
        "farming": [0.4, 0.7],
    },
    [1, 2],
)


def row(make_raster, *places, cells=9):
    """Return cells of 1 km in a row, 1 at some places; two rows alike."""
    values = np.zeros((2, cells))
    values[:, list(places)] = 1
    return make_raster(values, cell=1000.0)


@pytest.fixture
def world(make_raster):
    """Return quality and degradation of a row: threats in cells 0, 1 and 8."""
    cover = np.tile([1, 1, 1, 2, 1, 1, 1, 1, 1], (2, 1))
    places = {"dirt_road": 0, "paved_road": 1, "farming": 8}
    return habitat_quality(
        make_raster(cover, cell=1000.0),
        {name: row(make_raster, place) for name, place in places.items()},
        parameters=THREATS,
        habitats=HABITATS,
        half_saturation=0.05,  # what the guide advises
    )


# Cell 1, class 1: the dirt road at 1 of 2 km leaves 1/2, the paved road is here,
# farming at 7 of 8 km leaves 1/8. Cell 3, class 2: nothing, exp(-2.99 * 2 / 4), 3/8.
def test_degradation_is_the_guides_equation_3(world):
    by_hand = {
        1: (0.1 * 0.5 * 0.5 + 0.4 * 1.0 * 0.8 + 1.0 * 0.125 * 0.4) / 1.5,
        3: (0.4 * math.exp(-1.495) * 0.2 + 1.0 * 0.375 * 0.7) / 1.5,
    }
    degraded = world["degradation"].to_numpy()[0]
    assert degraded[list(by_hand)] == pytest.approx(list(by_hand.values()), rel=1e-6)


def test_quality_is_the_guides_equation_4(world):
    degraded, quality = (world[key].to_numpy()[0] for key in ("degradation", "quality"))
    suited = np.where(np.arange(9) == 3, 0.6, 1.0)
    by_hand = suited * (1 - degraded**2.5 / (degraded**2.5 + 0.05**2.5))
    assert quality == pytest.approx(by_hand, rel=1e-5)


# The guide's figure: of a threat that reaches 1 km 0.55 are left at 200 m.
def test_exponential_decay_is_that_of_the_guides_figure(make_raster):
    road = make_raster([[1.0, 0, 0], [1, 0, 0]], cell=100.0)
    found = habitat_quality(
        road * 0 + 1,
        {"road": road},
        parameters=pd.DataFrame(
            {"weight": [1.0], "max_distance_m": [1000.0], "decay": ["exponential"]},
            ["road"],
        ),
        habitats=pd.DataFrame({"habitat": [1.0], "road": [1.0]}, [1]),
    )
    assert found["degradation"][0, 2].item() == pytest.approx(math.exp(-0.598))


# Two cells of a threat, at 1 and 2 of 4 km: the printed sum over cells would be
# 3/4 + 1/2, more than the threat itself; InVEST takes the nearest, and so do we.
def test_the_nearest_cell_counts_and_not_their_sum(make_raster):
    table = pd.DataFrame(
        {"weight": [1.0], "max_distance_m": [4000.0], "decay": ["linear"]}, ["road"]
    )
    found = habitat_quality(
        row(make_raster) + 1,
        {"road": row(make_raster, 0, 1)},
        parameters=table,
        habitats=pd.DataFrame({"habitat": [1.0], "road": [1.0]}, [1]),
    )
    assert found["degradation"][0, 2].item() == pytest.approx(0.75)


# --- soil loss --------------------------------------------------------------------


def exponent(degrees):
    """Return the guide's m above 9 %."""
    sine = math.sin(math.radians(degrees))
    beta = sine / 0.0896 / (3 * sine**0.8 + 0.56)
    return beta / (1 + beta)


# 8 degrees are 14.05 %, so S is 16.8 sin - 0.5 with both; the slope of 100 m.
def test_ls_of_a_moderate_slope_is_invests(make_raster):
    found = slope_length_factor(make_raster([[8.0]]), slope_length_m=100.0)
    steep = 16.8 * math.sin(math.radians(8)) - 0.5
    assert found.item() == pytest.approx((100 / 22.13) ** exponent(8) * steep, rel=1e-6)


# A cell of 30 m drains into another: by the area, as Desmet and Govers have it, L is
# (1800**(m+1) - 900**(m+1)) / (30**(m+2) 22.13**m), with water along the side of cells.
def test_ls_by_flow_is_that_of_desmet_and_govers(make_raster):
    slope = make_raster([[8.0, 8.0], [8.0, 8.0]])
    found = slope_length_factor(slope, upslope_area_km2=slope * 0 + 0.0018)
    m, steep = exponent(8), 16.8 * math.sin(math.radians(8)) - 0.5
    length = (1800 ** (m + 1) - 900 ** (m + 1)) / (30 ** (m + 2) * 22.13**m)
    assert found[0, 0].item() == pytest.approx(length * steep, rel=1e-6)


# From 3.14 on InVEST puts the root of the area, 30, in the place of the area, 900, and
# divides by (sin + cos)**m. With m = 0.5684 ours has 60**1.5684 - 30**1.5684 = 407.6,
# theirs 31**1.5684 - 1 = 217.3, divided by 1.129**0.5684 = 1.0716: 2.01 times as much.
def test_ls_by_flow_is_above_that_of_invest_since_3_14(make_raster):
    slope = make_raster([[8.0, 8.0], [8.0, 8.0]])
    ours = slope_length_factor(slope, upslope_area_km2=slope * 0 + 0.0018)[0, 0].item()
    m, angle = exponent(8), math.radians(8)
    length = (930 ** (m + 1) - 30 ** (m + 1)) / (30 ** (m + 2) * 22.13**m)
    theirs = length / (math.sin(angle) + math.cos(angle)) ** m
    theirs *= 16.8 * math.sin(angle) - 0.5
    assert ours / theirs == pytest.approx(2.01, abs=0.005)


# InVEST goes on with 16.8 sin - 0.5; Liu's S of the guide of 2017 is 21.91 sin - 0.96.
def test_steep_slopes_have_more_than_in_invest(make_raster):
    found = slope_length_factor(make_raster([[15.0]]), slope_length_m=22.13)
    sine = math.sin(math.radians(15))
    assert found.item() == pytest.approx(21.91 * sine - 0.96, rel=1e-6)
    assert found.item() - (16.8 * sine - 0.5) == pytest.approx(0.863, abs=1e-3)


# InVEST: RKLS = 2000 * 0.03 * 1.5 = 90, USLE with C = 0.2 and P = 1 is 18; avoided 72.
def test_soil_retention_is_invests_avoided_erosion_with_p_1(make_raster):
    rain, soil, slope, cover = (make_raster([[v]]) for v in (2000, 0.03, 1.5, 0.2))
    found = soil_retention(rain, soil, slope_length=slope, cover_factor=cover)
    assert found.item() == pytest.approx(72)
