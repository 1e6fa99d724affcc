"""Numbers as plans print them: values worked out by hand, and what is refused."""

import pytest

from ecozoning.errors import ParameterError
from ecozoning.plan.numbers import (
    Interval,
    parse_number,
    plain_text,
    printed_step,
    significant_digits,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1619.28", 1619.28),
        ("-36.1", -36.1),
        ("+5", 5.0),
        ("61.00", 61.0),
        (".5", 0.5),
        (" 7 ", 7.0),
        ("1,347.5", 1347.5),
        ("1,234,567", 1234567.0),
    ],
)
def test_decimal_number_has_the_value_it_shows(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("114°28′", 114 + 28 / 60),
        ("28°02′", 28 + 2 / 60),
        ("40°", 40.0),
        ("109°24′35″", 109 + 24 / 60 + 35 / 3600),
        ("109°24'35\"", 109 + 24 / 60 + 35 / 3600),
        ("40°42′30.5″", 40 + 42 / 60 + 30.5 / 3600),
        (r"40^{\circ} 42' 00''", 40.7),  # 42 minutes are 0.7 of a degree
        (r"$109^\circ 35' 00''$", 109 + 35 / 60),
    ],
)
def test_angle_is_degrees_plus_sixtieths(text, value):
    assert parse_number(text) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("〇", 0),
        ("七", 7),
        ("两", 2),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("二十三", 23),
        ("一百零三", 103),
        ("两百", 200),
        ("一千零二十", 1020),
        ("三千五百", 3500),
        ("九千九百九十九", 9999),
        ("二〇三五", 2035),
    ],
)
def test_chinese_numeral_has_the_value_that_is_read(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "约5",
        "≥47",
        "5%",
        "5 km",
        "1.2.3",
        "5.",
        "-",
        "1e5",
        "nan",
        "inf",
        "0x10",
        "五万",
        "3-5",
        "114°28′E",
        "many",
    ],
)
def test_what_is_no_printed_number_is_refused_with_the_way_to_write_it(text):
    with pytest.raises(ParameterError, match="is not a number; write it as printed"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1,5", "12,34", "1,2345", ",5", "5,"])
def test_comma_that_groups_no_thousands_is_refused(text):
    """A decimal comma would otherwise become a number ten times too large."""
    with pytest.raises(ParameterError, match="is not a number"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("5170", 1),
        ("37.9", 0.1),
        ("61.00", 0.01),
        ("-36.1", 0.1),
        ("1,347", 1),
        ("40°", 1),
        ("114°28′", 1 / 60),
        ("109°24′35″", 1 / 3600),
        ("109°24′35.5″", 1 / 36000),
        ("十五", 1),
    ],
)
def test_printed_step_is_one_of_the_last_digit(text, step):
    assert printed_step(text) == pytest.approx(step, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"40^{\circ} 42' 00''", "40°42′00″"),
        (r"$109^\circ 35'$", "109°35′"),
        ("114°28′", "114°28′"),
        ("1619.28", "1619.28"),
        ("十五", "十五"),
    ],
)
def test_plain_text_shows_angles_without_latex_and_all_else_as_printed(text, shown):
    assert plain_text(text) == shown


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("80", 1),  # may be rounded to ten
        ("1700", 2),
        ("1705", 4),
        ("-36.1", 3),
        ("61.00", 4),  # printed zeros say something
        ("0.05", 1),  # zeros before do not
        ("1619.28", 6),
        ("1,200", 2),
    ],
)
def test_significant_digits_are_those_that_say_something(text, digits):
    assert significant_digits(text) == digits


# --- intervals ---------------------------------------------------------------------


def test_interval_around_a_value_has_it_in_the_middle():
    interval = Interval.of(37.9, 0.05)
    assert interval.middle == pytest.approx(37.9)
    assert (interval.low, interval.high) == pytest.approx((37.85, 37.95))


def test_sum_adds_the_lows_and_the_highs():
    assert Interval(1, 2) + Interval(10, 20) == Interval(11, 22)


def test_difference_is_widest_where_one_is_low_and_the_other_high():
    assert Interval(1, 2) - Interval(10, 20) == Interval(-19, -8)


def test_product_takes_the_signs_into_account():
    # ends: -2*5, -2*7, 3*5, 3*7
    assert Interval(-2, 3) * Interval(5, 7) == Interval(-14, 21)


def test_product_of_two_negative_intervals_is_positive():
    assert Interval(-3, -2) * Interval(-5, -4) == Interval(8, 15)


def test_quotient_is_smallest_over_the_largest_divisor():
    # 4/8 = 0.5, 8/2 = 4; powers of two have exact reciprocals
    assert Interval(4, 8) / Interval(2, 8) == Interval(0.5, 4)


def test_quotient_by_a_negative_interval_turns_around():
    assert Interval(4, 8) / Interval(-4, -2) == Interval(-4, -1)


@pytest.mark.parametrize("divisor", [(-1, 1), (0, 1), (-1, 0), (0, 0)])
def test_divisor_that_may_be_zero_is_refused(divisor):
    with pytest.raises(ParameterError, match=r"division by .* may be zero"):
        Interval(1, 1) / Interval(*divisor)


def test_gap_is_the_distance_between_the_nearest_ends():
    assert Interval(0, 1).gap(Interval(3, 4)) == 2
    assert Interval(3, 4).gap(Interval(0, 1)) == 2


@pytest.mark.parametrize("other", [(1, 2), (0.5, 0.6), (-1, 5), (-1, 0)])
def test_intervals_that_touch_or_overlap_have_no_gap(other):
    assert Interval(0, 1).gap(Interval(*other)) == 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 2), (1, 3), True),
        ((0, 3), (1, 2), True),
        ((0, 1), (1, 2), False),  # both would be rounded from the end of their range
        ((0, 1), (2, 3), False),
        ((5, 5), (4, 6), True),  # an exact number in a range
        ((6, 6), (4, 6), True),  # and at its end
        ((5, 5), (5, 5), True),
        ((5, 5), (6, 6), False),
        ((5, float("inf")), (6, 6), True),  # at least 5
        ((5, float("inf")), (4, 4), False),
        ((float("-inf"), 5), (4, 6), True),
    ],
)
def test_intervals_meet_where_some_value_can_satisfy_both(first, second, expected):
    assert Interval(*first).meets(Interval(*second)) == expected
    assert Interval(*second).meets(Interval(*first)) == expected
