"""Conversions held against definitions, worked out by hand and not by the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecozoning.errors import InputError, ParameterError
from ecozoning.units import MU_M2, UNITS, Unit, convert, unit

DIMENSIONS = sorted({each.dimension for each in UNITS.values()})
BY_DIMENSION = {
    dimension: sorted(u.token for u in UNITS.values() if u.dimension == dimension)
    for dimension in DIMENSIONS
}
TOKENS = st.sampled_from(sorted(UNITS))
VALUES = st.floats(1e-6, 1e9)

# One value, the unit it has, the unit it is wanted in, and what it must be.
KNOWN = [
    # area: 1 km2 = 100 hm2 = 1500 亩, 1 hm2 = 15 亩 = 10 000 m2
    (1, "km2", "hm2", 100),
    (1, "km2", "亩", 1500),
    (1, "hm2", "亩", 15),
    (15, "亩", "m2", 10_000),
    (1.5, "万亩", "hm2", 1000),
    (1, "万hm2", "km2", 100),
    (1, "万km2", "km2", 10_000),
    (1, "万m2", "hm2", 1),
    (3, "hm2", "m2", 30_000),
    # length
    (1, "km", "m", 1000),
    (25, "cm", "mm", 250),
    (1560.5, "mm", "m", 1.5605),
    # volume
    (1, "亿m3", "万m3", 10_000),
    (2.5, "万m3", "m3", 25_000),
    # mass: a 斤 is half a kilogram
    (1, "t", "斤", 2000),
    (1, "万斤", "t", 5),
    (1, "万t", "kt", 10),
    (1, "亿t", "万t", 10_000),
    (3, "斤", "kg", 1.5),
    # money
    (1, "亿元", "万元", 10_000),
    (12.5, "万元", "元", 125_000),
    # counts
    (37.9, "万人", "人", 379_000),
    (2, "万户", "户", 20_000),
    (3, "万个", "个", 30_000),
    (1, "万次", "次", 10_000),
    (7, "处", "个", 7),
    # shares
    (5, "‰", "%", 0.5),
    (61, "%", "‰", 610),
    (3, "成", "%", 30),
    # time: a mean year has 365.25 days
    (2, "d", "h", 48),
    (4, "a", "d", 1461),
    # power and energy
    (1, "GW", "MW", 1000),
    (1, "MW", "kW", 1000),
    (5, "万kW", "MW", 50),
    (1, "亿kWh", "万kWh", 10_000),
    (2, "万kWh", "kWh", 20_000),
    # plant capacity: 10 t an hour are 240 t a day
    (10, "t/h", "t/d", 240),
    # ratios: 1 斤/亩 = 0.5 kg/亩; 1 m3/亩 = 15 m3/hm2
    (800, "斤/亩", "kg/亩", 400),
    (1, "m3/亩", "m3/hm2", 15),
]

# Dimensions with one unit: the factor says what a plan's number is in base units.
SINGLE = {
    "number": ("1", 1),
    "angle": ("°", 1),
    "temperature": ("°C", 1),
    "speed": ("m/s", 1),
    "flow": ("m3/s", 1),
    "radiation": ("MJ/m2", 1),
    "grade": ("等", 1),
    "concentration": ("μg/m3", 1),
    "mass_fraction": ("g/kg", 1),
    "area_per_count": ("m2/人", 1),
    "volume_per_count": ("m3/人", 1),
    "diameter": ("DN", 1),
}


@pytest.mark.parametrize(("value", "given_in", "wanted_in", "answer"), KNOWN)
def test_conversion_gives_the_defined_ratio(value, given_in, wanted_in, answer):
    assert convert(value, given_in, wanted_in) == pytest.approx(answer, rel=1e-14)


@pytest.mark.parametrize("dimension", sorted(SINGLE))
def test_dimension_of_one_unit_has_it_as_its_base(dimension):
    token, factor = SINGLE[dimension]
    assert unit(token) == Unit(token, dimension, factor)
    assert BY_DIMENSION[dimension] == [token]


def test_every_dimension_has_a_known_answer():
    converted = {unit(given_in).dimension for _, given_in, _, _ in KNOWN}
    assert converted | set(SINGLE) == set(DIMENSIONS)


def test_every_unit_that_is_not_a_plain_classifier_has_a_known_answer():
    seen = {token for _, first, second, _ in KNOWN for token in (first, second)}
    seen |= {token for token, _ in SINGLE.values()}
    plain = {
        u.token for u in UNITS.values() if u.dimension == "count" and u.factor == 1
    }
    rest = set(UNITS) - seen - plain
    assert rest <= {"万人次"}
    assert convert(1, "万人次", "人") == 10_000


def test_mu_is_a_fifteenth_of_a_hectare():
    assert convert(15, "亩", "hm2") == 1
    assert round(MU_M2, 3) == 666.667


def test_tokens_are_keys_of_themselves():
    assert all(token == each.token for token, each in UNITS.items())


@given(value=VALUES, token=TOKENS)
def test_converting_to_the_same_unit_changes_nothing(value, token):
    assert convert(value, token, token) == pytest.approx(value, rel=1e-15)


@given(data=st.data(), value=VALUES, there=TOKENS)
def test_converting_there_and_back_changes_nothing(data, value, there):
    back = data.draw(st.sampled_from(BY_DIMENSION[unit(there).dimension]))
    assert convert(convert(value, there, back), back, there) == pytest.approx(value)


@given(data=st.data(), here=TOKENS)
def test_zero_is_zero_in_every_unit(data, here):
    there = data.draw(st.sampled_from(BY_DIMENSION[unit(here).dimension]))
    assert convert(0.0, here, there) == 0.0


@pytest.mark.parametrize("token", ["公顷", "ha", "KM2", "", " km2"])
def test_unknown_unit_is_refused_with_the_known_ones(token):
    with pytest.raises(ParameterError, match=r"unit .* is not known; use one of .*hm2"):
        unit(token)


def test_unknown_unit_is_refused_in_either_place():
    for pair in (("ha", "km2"), ("km2", "ha")):
        with pytest.raises(ParameterError, match="'ha' is not known"):
            convert(1, *pair)


@pytest.mark.parametrize(
    ("given_in", "wanted_in"), [("km2", "km"), ("%", "1"), ("元", "个"), ("°", "°C")]
)
def test_units_of_two_dimensions_are_refused_by_name(given_in, wanted_in):
    with pytest.raises(ParameterError, match=rf"'{given_in}' measures .*'{wanted_in}'"):
        convert(1, given_in, wanted_in)


def test_refusal_is_a_value_error_too():
    with pytest.raises(ValueError, match="one dimension") as caught:
        convert(1, "km2", "km")
    assert isinstance(caught.value, InputError)
