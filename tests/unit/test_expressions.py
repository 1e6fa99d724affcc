"""What `derived` and `at_most` may say, and what comes out of it."""

import pytest

from ecozoning.errors import ParameterError
from ecozoning.plan.expressions import evaluate, expand, kind_of, names_in
from ecozoning.plan.numbers import Interval

EXACT = {name: Interval.of(value) for name, value in {"a": 6, "b": 3, "c": 2}.items()}


def middle(expression):
    return evaluate(expression, EXACT.__getitem__).middle


def test_sum_of_a_pattern_is_written_out_in_the_order_of_the_ids():
    ids = ["zone2_area", "county_area", "zone1_area"]
    assert expand("sum(zone*_area) / county_area", ids) == (
        "(zone2_area + zone1_area) / county_area"
    )


def test_sum_over_a_pattern_does_not_change_the_rest():
    assert expand("county_area - 1", ["county_area"]) == "county_area - 1"


def test_question_mark_and_brackets_of_a_pattern_match_one_character():
    ids = ["zone1_area", "zone2_area", "zone10_area", "zone3_area"]
    assert expand("sum(zone?_area)", ids) == "(zone1_area + zone2_area + zone3_area)"
    assert expand("sum(zone[12]_area)", ids) == "(zone1_area + zone2_area)"


@pytest.mark.parametrize(
    ("pattern", "hits"), [("lake*", 0), ("zone1*", 1), ("zone1_area", 1)]
)
def test_pattern_that_matches_fewer_than_two_ids_is_refused(pattern, hits):
    with pytest.raises(
        ParameterError, match=f"matches {hits} figure ids; give a wider"
    ):
        expand(f"sum({pattern})", ["zone1_area", "zone2_area"])


def test_names_come_once_and_in_the_order_of_the_text():
    assert names_in("b / (a + b) - 2 * c") == ["b", "a", "c"]


def test_names_of_a_long_sum_come_in_the_order_of_the_text():
    assert names_in("a + b + c + d") == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("a + b + c", "sum"),
        ("a / b", "ratio"),
        ("a - b - c", "difference"),
        ("a + b - c", "formula"),
        ("1 - (a + b)", "formula"),
        ("a * b", "formula"),
        ("a", "formula"),
    ],
)
def test_kind_is_that_of_the_only_operator(expression, kind):
    assert kind_of(expression) == kind


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a + b * c", 12),  # 6 + 3 * 2
        ("(a + b) * c", 18),
        ("a / b / c", 1),  # (6 / 3) / 2
        ("a - b - c", 1),
        ("1 - (b + c) / 10", 0.5),
        ("2.5 * c", 5),
    ],
)
def test_expression_follows_the_rules_of_arithmetic(expression, value):
    assert middle(expression) == pytest.approx(value, abs=1e-12)


def test_expression_carries_the_rounding_of_its_operands():
    known = {"a": Interval(5, 7), "b": Interval(2, 4)}
    # lowest 5/4, highest 7/2
    assert evaluate("a / b", known.__getitem__) == Interval(1.25, 3.5)


@pytest.mark.parametrize("expression", ["a +", "(a", "a b", "", "= a", "a, , b"])
def test_what_cannot_be_read_is_refused(expression):
    with pytest.raises(ParameterError, match="is not an expression of figure ids"):
        names_in(expression)


@pytest.mark.parametrize(
    "expression", ["max(a, b)", "a.b", "a[0]", "'a'", "a < b", "[a]", "lambda: a"]
)
def test_anything_but_ids_numbers_and_operators_is_refused(expression):
    with pytest.raises(ParameterError, match="may hold figure ids, numbers"):
        middle(expression)


@pytest.mark.parametrize("expression", ["a ** b", "a // b", "a % b", "a | b"])
def test_other_operators_are_refused(expression):
    with pytest.raises(ParameterError, match=r"operator other than \+ - \* /"):
        middle(expression)


def test_unknown_figure_is_refused_by_name():
    with pytest.raises(ParameterError, match="names the figure 'd', which does not"):
        middle("a + d")


def test_division_by_what_may_be_zero_is_refused():
    known = {"a": Interval.of(1), "b": Interval(-0.5, 0.5)}
    with pytest.raises(ParameterError, match="may be zero as printed"):
        evaluate("a / b", known.__getitem__)
