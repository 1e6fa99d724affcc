"""What holds for the name of any zone."""

import tomllib
from importlib import resources

from hypothesis import given
from hypothesis import strategies as st

from ecozoning.zoning import name_zone

WORDS = tomllib.loads(
    resources.files("ecozoning.zoning").joinpath("name_words.toml").read_text("utf-8")
)
ENDINGS = ("修复", "治理", "整治", "保护")


def some(section):
    return st.lists(st.sampled_from(sorted(WORDS[section])), max_size=5)


@given(
    st.sampled_from(sorted(WORDS["bearings"])),
    some("functions"),
    some("problems"),
    some("treatments"),
    st.sampled_from(sorted(WORDS["kinds"])),
    st.integers(1, 4),
)
def test_names_keep_their_bounds_and_say_nothing_twice(
    bearing, functions, problems, treatments, kind, most
):
    found = name_zone(
        bearing=bearing,
        functions=functions,
        problems=problems,
        treatments=treatments,
        kind=kind,
        most_words=most,
    )
    focus = [p for p in found.parts if p[0] in ("functions", "problems", "treatments")]
    given_words = {*functions} | {*problems} | {*treatments}
    assert len(found.name) <= 30
    assert len(focus) <= most
    assert bool(focus) == bool(given_words)
    assert found.name.startswith(WORDS["bearings"][bearing]["zh"])
    assert found.name.endswith("区")
    assert len({zh for _, zh, _ in focus}) == len(focus)
    if focus and focus[-1][0] == "treatments":
        assert not any(ending * 2 in found.name for ending in ENDINGS)
