"""Page, scale, projection and furniture: numbers that can be worked out by hand."""

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from ecozoning.crs import to_cgcs2000
from ecozoning.errors import CRSMismatchError, GeometryError, MissingCRSError
from ecozoning.maps.furniture import degree_label, scale_length
from ecozoning.maps.layout import BREATH, PAGE, Rect, arrange, round_up
from ecozoning.maps.projection import Projection, projection_of
from ecozoning.maps.view import View


def layer_at(lon, lat, crs="EPSG:4490"):
    square = box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
    return gpd.GeoDataFrame(geometry=[square], crs=crs)


# --- layout ------------------------------------------------------------------------


EXTENTS = st.floats(5_000, 400_000)


@given(EXTENTS, EXTENTS, st.booleans(), st.sampled_from([0, 2, 3]))
def test_county_fits_its_frame_and_nearly_fills_one_side(width, height, line, figures):
    layout = arrange(width, height, has_subtitle=line, figures=figures)
    per_mm = layout.denominator / 1000
    room = (layout.map.width - 2 * BREATH, layout.map.height - 2 * BREATH)
    shares = (width / per_mm / room[0], height / per_mm / room[1])
    assert 0.86 < max(shares) <= 1 + 1e-9


@given(EXTENTS, EXTENTS, st.booleans(), st.sampled_from([0, 2, 3]))
def test_map_and_legend_share_the_page_without_overlap(width, height, line, figures):
    layout = arrange(width, height, has_subtitle=line, figures=figures)
    for rect in (layout.map, layout.table, layout.rest):
        assert rect.x > 0
        assert rect.y > 0
        assert rect.right < PAGE.right
        assert rect.top < PAGE.top
    places = [layout.map, layout.table] + [layout.rest] * (not layout.stacked)
    shapes = [box(*rect.bounds) for rect in places]
    assert all(not a.intersects(b) for i, a in enumerate(shapes) for b in shapes[:i])


def test_legend_stands_beside_a_tall_county_and_below_a_very_wide_one():
    tall = arrange(140e3, 250e3, has_subtitle=False, figures=2)
    wide = arrange(250e3, 60e3, has_subtitle=False, figures=2)
    assert tall.stacked
    assert not wide.stacked
    assert tall.map.right < tall.table.x
    assert wide.table.top < wide.map.y


def test_a_tall_county_gives_its_spare_width_to_the_legend():
    tall = arrange(140e3, 250e3, has_subtitle=False, figures=2)
    broad = arrange(130e3, 100e3, has_subtitle=False, figures=2)
    assert tall.table.width > broad.table.width
    bare = arrange(140e3, 250e3, has_subtitle=False, figures=0)
    assert bare.table.width < tall.table.width


def test_a_third_column_of_figures_widens_the_legend():
    two, three = (
        arrange(130e3, 100e3, has_subtitle=False, figures=count) for count in (2, 3)
    )
    assert three.table.width >= 84 > two.table.width


@given(st.floats(1e3, 1e8))
def test_round_scales_are_never_smaller_and_within_a_tenth(denominator):
    assert 1 - 1e-9 <= round_up(denominator) / denominator < 1.101


# --- view --------------------------------------------------------------------------


def test_view_shows_one_kilometre_as_ten_millimetres_at_one_to_100_000():
    view = View(Rect(10, 20, 100, 60), Projection(38, 114, 28), (5e5, 3e6), 100_000)
    points = view.to_page(np.array([(5e5, 3e6), (5.01e5, 3.002e6)]))
    np.testing.assert_allclose(points, [(60, 50), (70, 70)])
    assert view.bounds == (495_000, 2_997_000, 505_000, 3_003_000)


# --- projection --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lon", "lat", "crs", "meridian"),
    [
        (114.8, 28.2, "EPSG:4547", 114),  # 上高
        (110.2, 41.1, "EPSG:4546", 111),  # 固阳
        (109.1, 26.6, "EPSG:4545", 108),  # 锦屏
        (90.7, 42.4, "EPSG:4539", 90),  # 鄯善, 木垒
    ],
)
def test_county_gets_the_three_degree_zone_of_its_centre(lon, lat, crs, meridian):
    projection = projection_of(layer_at(lon, lat))
    assert (projection.crs, projection.central_meridian) == (crs, meridian)


@pytest.mark.parametrize("east", [-1.2, -0.3, 0.0, 0.7, 1.4])
def test_true_north_leans_towards_the_central_meridian(east):
    """Meridian convergence is (lon - central) sin(lat), and positive is to the left."""
    turn = Projection(38, 114 + east, 40.0).convergence
    assert turn == pytest.approx(east * math.sin(math.radians(40)), abs=2e-3)


def test_central_meridian_keeps_its_false_easting_without_zone_number():
    lon, lat = np.array([114.0, 114.0]), np.array([28.0, 40.0])
    easting, _ = Projection(38, 114, 28).forward(lon, lat)
    np.testing.assert_allclose(easting, 500_000)


def test_county_outside_china_is_refused():
    with pytest.raises(GeometryError, match=r"`boundary` lies about 10\.00 E.*set_crs"):
        projection_of(layer_at(10, 50))


def test_layer_without_crs_is_refused():
    with pytest.raises(MissingCRSError, match=r"`rivers` has no CRS.*set_crs"):
        to_cgcs2000(layer_at(114, 28, crs=None), name="rivers")


def test_legacy_datum_is_refused():
    with pytest.raises(CRSMismatchError, match=r"`seats` is in Beijing 1954"):
        to_cgcs2000(layer_at(114, 28, crs="EPSG:4214"), name="seats")


# --- furniture ---------------------------------------------------------------------


@given(st.floats(2e4, 9e6), st.floats(20, 60))
def test_scale_bar_is_the_longest_round_one_that_fits(denominator, room):
    length = scale_length(denominator, room)
    mantissa = float(f"{length:e}".split("e", maxsplit=1)[0])
    assert mantissa in {1, 2, 4, 5, 8}
    assert 0.49 * room < length * 1e6 / denominator <= room * (1 + 1e-9)


@pytest.mark.parametrize(
    ("minutes", "text"), [(6870, "114°30′E"), (6840, "114°E"), (6845, "114°05′E")]
)
def test_degrees_are_written_with_two_places_of_minutes(minutes, text):
    assert degree_label(minutes, "E") == text
