"""Habitat quality in the form of InVEST, on worlds worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from ecozoning.errors import GridMismatchError, NoDataError, ParameterError
from ecozoning.importance import habitat_quality


def table(weight=(1.0,), reach=(90.0,), decay=("linear",), names=("road",)):
    columns = {"weight": weight, "max_distance_m": reach, "decay": decay}
    return pd.DataFrame(columns, list(names))


HABITATS = pd.DataFrame(
    {"habitat": [1.0, 0.5, 0.0], "road": [1.0, 0.5, 1.0]}, [1, 2, 3]
)


@pytest.fixture
def world(make_raster):
    """Return a builder of quality and degradation; the road is the first column."""

    def build(cover=None, parameters=None, habitats=HABITATS, **options):
        values = np.zeros((2, 5))
        values[:, 0] = 1
        road = make_raster(values)
        cover = make_raster(np.ones((2, 5)) if cover is None else cover)
        parameters = table() if parameters is None else parameters
        return habitat_quality(
            cover, {"road": road}, parameters=parameters, habitats=habitats, **options
        )

    return build


def test_a_linear_threat_wanes_with_the_distance_from_its_nearest_cell(world):
    # At 0, 30, 60, 90 and 120 m of 90.
    found = world()["degradation"].to_numpy()[0]
    assert found == pytest.approx([1, 2 / 3, 1 / 3, 0, 0])


def test_an_exponential_threat_leaves_a_twentieth_at_its_reach(world):
    found = world(parameters=table(decay=["exponential"]))["degradation"].to_numpy()[0]
    expected = [math.exp(-2.99 * d / 90) for d in (0, 30, 60, 90)]
    assert found == pytest.approx([*expected, 0], abs=1e-7)


def test_quality_is_half_where_degradation_is_k(world):
    found = world(half_saturation=2 / 3)["quality"].to_numpy()[0]
    z = 2.5
    expected = [1 - 1 / (1 + (2 / 3) ** z), 0.5, 1 - 0.5**z / (0.5**z + 1), 1, 1]
    assert found == pytest.approx(expected, abs=1e-6)


def test_k_is_by_default_half_of_the_highest_degradation(world):
    one, other = world(), world(half_saturation=0.5)
    assert one["quality"].equals(other["quality"])


def test_habitats_differ_in_suitability_and_sensitivity(world):
    # Class 2: suited by half, half as sensitive; class 3 is no habitat; nodata is none.
    cover = [[2, 2, 3, 1, np.nan]] * 2
    found = world(cover, half_saturation=1)
    degraded, quality = (
        found[name].to_numpy()[0] for name in ("degradation", "quality")
    )
    assert degraded == pytest.approx([0.5, 1 / 3, 0, 0, np.nan], nan_ok=True)
    first = 0.5 * (1 - 0.5**2.5 / (0.5**2.5 + 1))
    assert quality[[0, 2, 3]] == pytest.approx([first, 0, 1], abs=1e-6)


def test_weights_count_by_their_share(make_raster):
    cover, here = make_raster(np.ones((2, 2))), make_raster([[1, 0], [1, 0]])
    habitats = pd.DataFrame({"habitat": [1.0], "a": [1.0], "b": [1.0]}, [1])
    parameters = table((3, 1), (30, 60), ("linear",) * 2, ("a", "b"))
    found = habitat_quality(
        cover, {"a": here, "b": here}, parameters=parameters, habitats=habitats
    )
    # At 30 m nothing is left of a, half of b, which weighs a quarter.
    assert found["degradation"].to_numpy()[0] == pytest.approx([1, 1 / 8])


def test_density_is_a_mean_with_weights_that_add_up_to_1(make_raster):
    # Reach 60 m: weights 1 in the middle, 1/2 at 30 m, 1 - sqrt 2 / 2 on the diagonal.
    values = np.zeros((5, 5))
    values[2, 2] = 1
    found = habitat_quality(
        make_raster(np.ones((5, 5))),
        {"road": make_raster(values)},
        parameters=table(reach=[60.0]),
        habitats=HABITATS,
        spread="density",
    )["degradation"].to_numpy()
    corner = 1 - math.sqrt(2) / 2
    total = 1 + 4 * 0.5 + 4 * corner
    assert found[2, 2:].tolist() == pytest.approx([1 / total, 0.5 / total, 0], abs=1e-7)
    assert found[1, 1] == pytest.approx(corner / total, abs=1e-7)
    assert found.sum() == pytest.approx(1, abs=1e-6)


def test_a_threat_that_is_nowhere_degrades_nothing(make_raster):
    cover = make_raster(np.ones((2, 2)))
    ask = {"parameters": table(), "habitats": HABITATS}
    found = habitat_quality(cover, {"road": cover * 0}, half_saturation=0.5, **ask)
    assert (found["quality"] == 1).all()
    with pytest.raises(ParameterError, match="give `half_saturation`"):
        habitat_quality(cover, {"road": cover * 0}, **ask)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"parameters": table(names=["rail"])}, r"no row for \['road'\]"),
        ({"parameters": table(weight=[0.0])}, r"weights of 0 or more"),
        ({"parameters": table(reach=[0.0])}, r"distances in metres above 0"),
        ({"parameters": table(decay=["cubic"])}, r"decay \['cubic'\]"),
        ({"parameters": table().drop(columns="decay")}, r"`parameters` must be"),
        ({"habitats": HABITATS.drop(columns="road")}, r"`habitats` must be"),
        ({"habitats": HABITATS * 2}, r"beyond 0 to 1"),
        ({"habitats": HABITATS.iloc[:0]}, r"`habitats` is empty"),
        ({"habitats": HABITATS.loc[[2, 3]]}, r"no row for the classes \[1.0\]"),
        ({"spread": "wide"}, r"`spread` is 'wide'"),
        ({"half_saturation": 0}, r"`half_saturation` is 0"),
    ],
)
def test_tables_and_options_are_checked(world, change, match):
    with pytest.raises(ParameterError, match=match):
        world(**change)


def test_rasters_are_checked(make_raster, world):
    cover = make_raster(np.ones((2, 2)))
    ask = {"parameters": table(), "habitats": HABITATS}
    with pytest.raises(ParameterError, match=r"`road` has 4 other values.*density"):
        habitat_quality(cover, {"road": cover * 0.5}, **ask)
    shifted = cover.assign_coords(x=[997.0, 1027.0])
    with pytest.raises(GridMismatchError, match="`land_cover` and `road`"):
        habitat_quality(cover, {"road": shifted}, **ask)
    with pytest.raises(NoDataError, match="`land_cover`"):
        world(np.full((2, 5), np.nan))
    with pytest.raises(ParameterError, match="dict of rasters"):
        habitat_quality(cover, {}, **ask)


# 3 * 30.1 is a bit more than 90.3, and 90.3 / 30.1 a bit less than 3.
@pytest.mark.parametrize("spread", ["nearest", "density"])
def test_a_cell_at_the_very_reach_of_a_threat_is_reached(make_raster, spread):
    values = np.zeros((1, 12))
    values[0, 0] = 1
    road = make_raster(np.vstack([values] * 2), cell=30.1)
    found = habitat_quality(
        road * 0 + 1,
        {"road": road},
        parameters=table(reach=[90.3], decay=["exponential"]),
        habitats=HABITATS,
        half_saturation=0.5,
        spread=spread,
    )
    degraded = found["degradation"].to_numpy()[0]
    assert (degraded[:4] > 1e-6).all()
    assert degraded[4:] == pytest.approx(0, abs=1e-12)
