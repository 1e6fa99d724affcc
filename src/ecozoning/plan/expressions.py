"""The arithmetic that figures state of each other: ``zone1_area / county_area``."""

from __future__ import annotations

import ast
import fnmatch
import re
from typing import TYPE_CHECKING

from ecozoning.errors import ParameterError
from ecozoning.plan.numbers import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["check_expression", "evaluate", "expand", "kind_of", "names_in"]

_SUM = re.compile(r"sum\(\s*([a-z0-9_*?\[\]]+)\s*\)")


def expand(expression: str, ids: Iterable[str]) -> str:
    """
    Return the expression with every ``sum(pattern)`` written out.

    Raises
    ------
    ParameterError
        If a pattern matches fewer than two ids.

    Examples
    --------
    >>> expand("sum(zone*_area)", ["zone1_area", "zone2_area", "county_area"])
    '(zone1_area + zone2_area)'
    """
    known = list(ids)

    def written_out(match: re.Match[str]) -> str:
        hits = [name for name in known if fnmatch.fnmatchcase(name, match[1])]
        if len(hits) < 2:
            msg = f"sum({match[1]}) matches {len(hits)} figure ids; give a wider one."
            raise ParameterError(msg)
        return "(" + " + ".join(hits) + ")"

    return _SUM.sub(written_out, expression)


def names_in(expression: str) -> list[str]:
    """Return the figure ids of an expanded expression, in order."""
    found = [n for n in ast.walk(_parse(expression)) if isinstance(n, ast.Name)]
    found.sort(key=lambda node: node.col_offset)
    return list(dict.fromkeys(node.id for node in found))


def check_expression(expression: str) -> str:
    """
    Return an expanded expression that `evaluate` can work out.

    Raises
    ------
    ParameterError
        If it holds anything but ids, numbers, ``+ - * /`` and brackets.

    Examples
    --------
    >>> check_expression("(a + b) / 2")
    '(a + b) / 2'
    """
    for node in ast.walk(_parse(expression).body):
        if isinstance(node, ast.BinOp):
            _check_operator(node.op, expression)
        elif not isinstance(node, ast.Name | ast.operator | ast.expr_context):
            _check_number(node, expression)
    return expression


def kind_of(expression: str) -> str:
    """
    Return ``sum``, ``ratio``, ``difference`` or ``formula``.

    Examples
    --------
    >>> kind_of("a + b"), kind_of("a / b"), kind_of("a - b"), kind_of("(a - b) / c")
    ('sum', 'ratio', 'difference', 'formula')
    """
    operators = {
        type(n.op) for n in ast.walk(_parse(expression)) if isinstance(n, ast.BinOp)
    }
    simple = {ast.Add: "sum", ast.Div: "ratio", ast.Sub: "difference"}
    return simple.get(operators.pop(), "formula") if len(operators) == 1 else "formula"


def evaluate(expression: str, value_of: Callable[[str], Interval]) -> Interval:
    """
    Return the interval of an expanded expression in base units.

    Parameters
    ----------
    expression : str
        Ids, numbers, ``+ - * /`` and brackets.
    value_of : callable
        Returns the interval of an id in base units; raises `KeyError` if unknown.

    Returns
    -------
    Interval
        What the expression may be, given that every operand is rounded.

    Raises
    ------
    ParameterError
        If the expression holds anything else, or an unknown id.

    Examples
    --------
    >>> known = {"a": Interval(1.0, 1.2), "b": Interval(2.0, 2.0)}
    >>> evaluate("a + b", known.__getitem__)
    Interval(low=3.0, high=3.2)
    """
    return _value(_parse(expression).body, expression, value_of)


def _parse(expression: str) -> ast.Expression:
    try:
        return ast.parse(expression.strip(), mode="eval")
    except SyntaxError:
        msg = f"{expression!r} is not an expression of figure ids with + - * / ( )."
        raise ParameterError(msg) from None


def _value(
    node: ast.expr, expression: str, value_of: Callable[[str], Interval]
) -> Interval:
    if isinstance(node, ast.BinOp):
        left = _value(node.left, expression, value_of)
        right = _value(node.right, expression, value_of)
        return _combine(node.op, left, right, expression)
    if isinstance(node, ast.Name):
        try:
            return value_of(node.id)
        except KeyError:
            msg = f"{expression!r} names the figure {node.id!r}, which does not exist."
            raise ParameterError(msg) from None
    return Interval.of(_check_number(node, expression))


def _check_number(node: ast.AST, expression: str) -> float:
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    msg = f"{expression!r} may hold figure ids, numbers, + - * / and brackets only."
    raise ParameterError(msg)


def _check_operator(operator: ast.operator, expression: str) -> None:
    if not isinstance(operator, ast.Add | ast.Sub | ast.Mult | ast.Div):
        msg = f"{expression!r} uses an operator other than + - * /."
        raise ParameterError(msg)


def _combine(
    operator: ast.operator, left: Interval, right: Interval, expression: str
) -> Interval:
    _check_operator(operator, expression)
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    return left / right
