"""Chinese text of shapefiles is read as it is meant, or refused: never as another."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import box

from ecozoning._kernels.gcj02 import from_gcj02, to_gcj02
from ecozoning.errors import CRSMismatchError, ParameterError
from ecozoning.io.encodings import chosen_encoding, decoded
from ecozoning.overlay.datum_shift import check_not_shifted

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
ANY = st.one_of(HAN, st.sampled_from("㎡（）—·éüЖα 0aZ-"))
STATED = st.sampled_from([None, "utf-8", "gb18030", "cp1252", "iso8859-1"])


def texts_of(names, codec):
    """Return names as a shapefile holds them, those that are not plain ASCII."""
    return [name.encode(codec) for name in names if not name.isascii()]


@given(st.lists(st.text(ANY, min_size=1, max_size=8), max_size=6), STATED)
def test_text_in_gbk_is_read_as_it_is_or_refused(names, stated):
    texts = texts_of(names, "gb18030")
    try:
        codec = chosen_encoding(texts, encoding=None, stated=stated, path="a.shp")
    except ParameterError:
        return
    found = [decoded(text, codec, cut=True) for text in texts]
    assert found == [decoded(text, "gb18030", cut=True) for text in texts]


@given(st.lists(st.text(HAN, min_size=1, max_size=8), min_size=1, max_size=6), STATED)
def test_chinese_text_in_utf_8_is_read_as_it_is(names, stated):
    texts = texts_of(names, "utf-8")
    assert chosen_encoding(texts, encoding=None, stated=stated, path="a") == "utf-8"


@given(st.text(HAN, min_size=1, max_size=12), st.integers(1, 30))
def test_text_cut_at_any_byte_loses_one_character_at_most(name, size):
    for codec in ("utf-8", "gb18030"):
        raw = name.encode(codec)[:size]
        found = decoded(raw, codec, cut=True)
        assert name.startswith(found)
        assert len(raw) - len(found.encode(codec)) < 4


@given(st.floats(73.6, 135), st.floats(18, 53.5))
def test_the_shift_of_web_maps_is_undone_to_a_centimetre_all_over_china(lon, lat):
    shown = to_gcj02(np.array([lon]), np.array([lat]))
    back = from_gcj02(*shown)
    assert back[0][0] == pytest.approx(lon, abs=9e-8)
    assert back[1][0] == pytest.approx(lat, abs=9e-8)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**16),
    st.floats(60, 900),
    st.floats(0.32, 1.25),
    st.sampled_from([(1, 1), (1, -1), (-1, 1), (-1, -1)]),
)
def test_displaced_layers_are_refused_and_others_pass(seed, length, angle, signs):
    east, north = length * np.cos(angle) * signs[0], length * np.sin(angle) * signs[1]
    seats = np.random.default_rng(seed).uniform(0, 4e4, (12, 2))
    hull = shapely.convex_hull(shapely.multipoints(seats)).buffer(2e3)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(seats), extend_to=box(0, 0, 4e4, 4e4)
    )
    parts = shapely.intersection(shapely.get_parts(cells), hull)
    units = gpd.GeoDataFrame(geometry=parts, crs=4547)
    whole = gpd.GeoDataFrame(geometry=[hull], crs=4547)
    check_not_shifted(units, whole)
    check_not_shifted(units.iloc[:-3], whole)
    sizes = np.ptp(whole.total_bounds.reshape(2, 2), axis=0)
    assume(sizes.min() > 21 * length)
    with pytest.raises(CRSMismatchError, match=f"lies {length:.0f} m off"):
        check_not_shifted(units, whole.set_geometry(whole.translate(east, north)))
