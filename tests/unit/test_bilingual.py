"""Two languages filled with the same values."""

import pytest

from ecozoning.plan.bilingual import Bilingual

NORTH = Bilingual("north", "北")
OFF = Bilingual("{km:.1f} km {way}", "偏{way}{km:.1f} km")


def test_a_template_takes_the_same_value_in_both_languages():
    assert OFF.filled(km=1.25, way="N") == Bilingual("1.2 km N", "偏N1.2 km")


def test_a_text_in_both_languages_gives_each_its_half():
    assert OFF.filled(km=2, way=NORTH) == Bilingual("2.0 km north", "偏北2.0 km")


def test_filled_templates_fill_others():
    further = Bilingual("{what}, then", "{what}，再")
    assert further.filled(what=OFF.filled(km=2, way=NORTH)).zh == "偏北2.0 km，再"


def test_braces_of_a_value_are_left_alone():
    assert Bilingual("{a}", "{a}").filled(a="{b}") == Bilingual("{b}", "{b}")


def test_a_template_without_its_value_is_not_told():
    with pytest.raises(KeyError, match="way"):
        OFF.filled(km=1)
