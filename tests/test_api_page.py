"""The API page lists what is public, all of it, and nothing else."""

import inspect
import operator
import re
from pathlib import Path

import pytest

import ecozoning

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
ENTRY = re.compile(r"^ {3}(?!:)([A-Za-z_][\w.]*)$", flags=re.MULTILINE)


def listed():
    """Return the entries of every autosummary block of the page, in its order."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.split(r"^\.\. autosummary::$", text, flags=re.MULTILINE)[1:]
    return [name for block in blocks for name in ENTRY.findall(block.split("```")[0])]


def public():
    """Return the dotted names of public functions, classes and constants.

    A name that a subpackage lists and the package repeats counts once, as the package
    has it: `Plan`, not `plan.Plan`.
    """
    things = {}
    for name in ecozoning.__all__:
        thing = getattr(ecozoning, name)
        members = getattr(thing, "__all__", ()) if inspect.ismodule(thing) else ()
        things |= {f"{name}.{member}": getattr(thing, member) for member in members}
        if not inspect.ismodule(thing):
            things[name] = thing
    by_thing = {}
    for name in sorted(things, key=lambda name: (name.count("."), name)):
        by_thing.setdefault(id(things[name]), name)
    return sorted(by_thing.values())


@pytest.mark.parametrize("name", public())
def test_public_name_is_on_the_page(name):
    assert name in listed()


@pytest.mark.parametrize("name", listed())
def test_name_on_the_page_exists_and_is_public(name):
    assert operator.attrgetter(name)(ecozoning) is not None
    assert name in public()


def test_no_name_is_on_the_page_twice():
    names = listed()
    assert sorted(names) == sorted(set(names))
