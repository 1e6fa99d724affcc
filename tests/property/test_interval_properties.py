"""The interval of a result holds every result that its operands may give.

True results are exact fractions. The ends of sums, differences and products are rounded
once, and rounding keeps the order; a quotient is rounded twice, hence `SLACK`.
"""

import operator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecozoning.plan.expressions import evaluate, names_in
from ecozoning.plan.numbers import Interval, parse_number, printed_step

SLACK = Fraction(1, 2**50)  # four roundings of a double, relative
NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False).filter(
    lambda x: x == 0 or abs(x) > 1e-9
)
OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
DIGITS, TENS = "零一二三四五六七八九", ["", "十", "百", "千"]


@st.composite
def intervals_with_a_value(draw):
    """Return an interval and a number that lies in it."""
    low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    return Interval(low, high), value


def holds(interval, value):
    slack = SLACK * max(1, abs(value), abs(Fraction(interval.low)))
    return Fraction(interval.low) - slack <= value <= Fraction(interval.high) + slack


@pytest.mark.parametrize("sign", OPERATORS)
@given(first=intervals_with_a_value(), second=intervals_with_a_value())
def test_result_of_any_two_values_lies_in_the_interval(sign, first, second):
    (a, x), (b, y) = first, second
    if sign == "/":
        assume(not b.low <= 0 <= b.high)
        assume(abs(y) > 1e-3)
    function = OPERATORS[sign]
    assert holds(function(a, b), function(Fraction(x), Fraction(y)))


@pytest.mark.parametrize("sign", ["+", "-", "*"])
@given(first=intervals_with_a_value(), second=intervals_with_a_value())
def test_both_ends_are_reached_by_some_values(sign, first, second):
    """The interval is no wider than it must be."""
    (a, _), (b, _) = first, second
    function = OPERATORS[sign]
    results = [function(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    result = function(a, b)
    assert (result.low, result.high) == (min(results), max(results))


@given(first=intervals_with_a_value(), second=intervals_with_a_value())
def test_gap_is_zero_exactly_when_a_value_is_common(first, second):
    (a, _), (b, _) = first, second
    common = max(a.low, b.low) <= min(a.high, b.high)
    assert (a.gap(b) == 0) == common
    assert a.gap(b) == b.gap(a)


@st.composite
def expressions(draw, depth=3):
    """Return an expression over the ids x0 to x3 with its own brackets."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["x0", "x1", "x2", "x3", "2", "0.5"]))
    left, right = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    return f"({left} {draw(st.sampled_from('+-*'))} {right})"


SMALL = st.integers(-50, 50).map(float)


@given(text=expressions(), values=st.tuples(SMALL, SMALL, SMALL, SMALL))
def test_expression_of_exact_figures_is_what_python_makes_of_it(text, values):
    known = {f"x{i}": value for i, value in enumerate(values)}
    result = evaluate(text, lambda name: Interval.of(known[name]))
    expected = eval(text, {}, known)  # the strategy writes nothing but arithmetic
    assert (result.low, result.high) == (expected, expected)


@given(text=expressions(), values=st.tuples(*[intervals_with_a_value()] * 4))
def test_expression_holds_the_result_of_all_values_of_its_figures(text, values):
    scaled = [(Interval(i.low / 1e6, i.high / 1e6), v / 1e6) for i, v in values]
    known = {f"x{n}": interval for n, (interval, _) in enumerate(scaled)}
    exact = {f"x{n}": Fraction(value) for n, (_, value) in enumerate(scaled)}
    result = evaluate(text, known.__getitem__)
    expected = Fraction(
        eval(text.replace("0.5", "half"), {"half": Fraction(1, 2)}, exact)
    )
    size = Fraction(max(abs(result.low), abs(result.high), 1))
    slack = size * Fraction(1, 2**40)  # seven operations that may cancel
    assert result.low - slack <= expected <= result.high + slack


@given(text=expressions())
def test_names_are_those_that_stand_in_the_text(text):
    assert set(names_in(text)) == {f"x{i}" for i in range(4) if f"x{i}" in text}


@given(
    value=st.decimals(-10_000, 10_000, places=6),
    places=st.integers(0, 5),
    rounding=st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]),
)
def test_a_value_lies_within_half_a_step_of_what_is_printed(value, places, rounding):
    text = str(value.quantize(Decimal(1).scaleb(-places), rounding=rounding))
    half = printed_step(text) / 2
    assert abs(parse_number(text) - float(value)) <= half * (1 + 1e-9) + 1e-12


@given(number=st.integers(0, 9999))
def test_every_chinese_numeral_below_ten_thousand_is_read(number):
    assert parse_number(numeral(number)) == number


def numeral(number):
    """Write a number as one reads it: 103 is 一百零三, 15 is 十五, 20 is 二十."""
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + TENS[power]
        gap = not digit
    text = text.removeprefix("一") if 10 <= number < 20 else text
    return text or "零"


@given(
    degrees=st.integers(0, 179),
    minutes=st.integers(0, 59),
    seconds=st.integers(0, 59),
    marks=st.sampled_from(["°′″", "°''", "º’”"]),
)
def test_every_angle_is_read_to_the_second(degrees, minutes, seconds, marks):
    last = marks[2] if marks != "°''" else "''"
    text = f"{degrees}{marks[0]}{minutes:02d}{marks[1]}{seconds:02d}{last}"
    expected = degrees + Fraction(minutes, 60) + Fraction(seconds, 3600)
    assert parse_number(text) == pytest.approx(float(expected), abs=1e-9)
