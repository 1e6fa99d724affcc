"""Areas against the geodesics of PROJ, `pyproj.Geod` on the ellipsoid of CGCS2000.

PROJ integrates under each geodesic by a series of the sixth order [Karney 2013]. For
short edges its own rounding shows: up to 6e-5 m2 per polygon in the tests below, which
is 6e-7 of a parcel of 10 m by 10 m, and the reason why small parcels are held against
a closed form in `tests/unit/test_areas.py` instead.
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from ecozoning.overlay import ellipsoidal_area

pytestmark = pytest.mark.reference

GEOD = Geod(a=6_378_137.0, rf=298.257222101)
GEOD_ROUNDING_M2 = 2e-3


def areas(polygons, method="exact"):
    return ellipsoidal_area(gpd.GeoSeries(polygons, crs="EPSG:4490"), method).to_numpy()


def geodesic_areas(polygons):
    return np.array([abs(GEOD.geometry_area_perimeter(p)[0]) for p in polygons])


def stars(edge_m, *, count=60, seed=5):
    """Return irregular polygons in China of 3 to 8 corners, edges about `edge_m`."""
    rng = np.random.default_rng(seed)
    polygons = []
    for corners in rng.integers(3, 9, count):
        azimuth = (np.arange(corners) + rng.uniform(0, 0.7, corners)) * 360 / corners
        reach = edge_m / (2 * np.sin(np.pi / corners)) * rng.uniform(0.6, 1, corners)
        middle = (
            np.full(corners, rng.uniform(75, 133)),
            np.full(corners, rng.uniform(16, 54)),
        )
        lon, lat, _ = GEOD.fwd(*middle, azimuth, reach)
        polygons.append(shapely.Polygon(np.c_[lon, lat]))
    return polygons


@pytest.mark.parametrize("step_deg", [0.01, 0.001])
@pytest.mark.parametrize("method", ["exact", "survey"])
def test_dense_vertices_leave_no_room_for_the_line_between_them(step_deg, method):
    dense = shapely.segmentize(stars(10_000, count=12), step_deg)
    # Between a geodesic and a line straight in longitude and latitude lie some
    # L^3 tan(B) / (12 R), 10 m2 for an edge of 1 km, of which opposite edges cancel the
    # most: a hundred edges around 100 km2 leave 1e-5, and 1e-7 when they are 100 m.
    rtol = {"exact": 1e-9, "survey": 1e-5 * (step_deg / 0.01) ** 2}[method]
    np.testing.assert_allclose(
        areas(dense, method), geodesic_areas(dense), rtol=rtol, atol=GEOD_ROUNDING_M2
    )


@pytest.mark.parametrize(
    ("edge_m", "rtol"),
    [(1_000, 5e-11), (10_000, 5e-11), (100_000, 2e-9), (1_000_000, 2e-6)],
)
def test_edges_are_geodesics_as_closely_as_the_docstring_says(edge_m, rtol):
    polygons = stars(edge_m)
    np.testing.assert_allclose(
        areas(polygons), geodesic_areas(polygons), rtol=rtol, atol=GEOD_ROUNDING_M2
    )


def test_holes_and_parts_agree_with_proj():
    # Geod.geometry_area_perimeter wants shells and holes turned opposite ways.
    shell, hole = (
        shapely.box(114, 28, 114.3, 28.3),
        shapely.box(114.1, 28.1, 114.2, 28.2),
    )
    several = shapely.union_all(
        [shapely.difference(shell, hole), shapely.box(115, 28, 115.1, 28.1)]
    )
    several = shapely.orient_polygons(several)
    np.testing.assert_allclose(areas([several]), geodesic_areas([several]), rtol=1e-9)


@pytest.mark.parametrize("side_m", [1, 10, 100])
def test_small_parcels_agree_within_the_rounding_of_proj(side_m):
    parcels = stars(side_m, count=200)
    np.testing.assert_allclose(
        areas(parcels), geodesic_areas(parcels), rtol=0, atol=GEOD_ROUNDING_M2
    )
