"""Lines of text: how wide they are and where they break."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecozoning.maps.fonts import drawing
from ecozoning.maps.text import MM_PER_POINT, text_width, wrap, wrap_evenly

SIZE = 10.0
EM = SIZE * MM_PER_POINT  # the width of one Chinese character


@pytest.fixture(autouse=True)
def _our_font():
    with drawing():
        yield


def test_a_chinese_character_is_one_em_wide():
    assert text_width("东北部锦江区", SIZE) == pytest.approx(6 * EM, rel=0.02)
    assert text_width("", SIZE) == 0


def test_chinese_text_breaks_after_any_character():
    assert wrap("水源涵养生态修复", 4.2 * EM, SIZE) == ["水源涵养", "生态修复"]


def test_latin_text_breaks_between_words_only():
    lines = wrap("ecological restoration zone", text_width("ecological x", SIZE), SIZE)
    assert lines == ["ecological", "restoration", "zone"]


def test_no_line_begins_with_a_stop_or_ends_with_an_opening_bracket():
    assert wrap("水源涵养，修复", 4.2 * EM, SIZE) == ["水源涵", "养，修复"]
    assert wrap("水源涵（养）修", 4.2 * EM, SIZE) == ["水源涵", "（养）修"]


def test_a_figure_stays_with_its_unit_sign():
    assert wrap("约占全县百分之37.9%", 7.1 * EM, SIZE)[-1] == "37.9%"


def test_even_lines_leave_no_lone_character():
    assert wrap("北部国土综合整治区", 8.2 * EM, SIZE) == ["北部国土综合整治", "区"]
    assert wrap_evenly("北部国土综合整治区", 8.2 * EM, SIZE) == [
        "北部国土综",
        "合整治区",
    ]


TEXTS = st.text(alphabet="修复分区水源（）《》，。、 abc12.%", min_size=1, max_size=40)


@given(TEXTS, st.floats(3, 12))
def test_wrapping_loses_nothing_but_spaces_at_line_ends(text, ems):
    for broken in (wrap(text, ems * EM, SIZE), wrap_evenly(text, ems * EM, SIZE)):
        assert re.sub(r"\s", "", "".join(broken)) == re.sub(r"\s", "", text)


@given(
    st.text(alphabet="修复分区水源涵养", min_size=1, max_size=40), st.floats(1.1, 12)
)
def test_lines_of_chinese_are_never_wider_than_the_room(text, ems):
    lines = wrap(text, ems * EM, SIZE)
    assert max(text_width(line, SIZE) for line in lines) <= ems * EM
    assert len(wrap_evenly(text, ems * EM, SIZE)) == len(lines)
