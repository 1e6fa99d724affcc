"""Invalid polygons mended, and what the report says of it."""

import geopandas as gpd
import pytest
import shapely

from ecozoning.errors import (
    DroppedRowsWarning,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay import mend_polygons

BOX = shapely.box(0, 0, 4, 4)
INNER = shapely.box(1, 1, 2, 2)
LINE = shapely.LineString([(0, 0), (9, 9)])


def layer(*shapes, crs="EPSG:4547", index=None, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs, index=index)


def test_valid_rows_keep_their_geometry_object_and_are_not_reported():
    mended = mend_polygons(layer(BOX, INNER))
    assert mended.layer.geometry[0] is BOX
    assert mended.report.empty


@pytest.mark.parametrize(
    ("shape", "area", "parts"),
    [
        (shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), 2, 2),  # a bow-tie
        (shapely.MultiPolygon([BOX, INNER]), 16, 1),  # nested shells
        (shapely.MultiPolygon([BOX, BOX]), 16, 1),  # a ring twice
        (shapely.MultiPolygon([BOX, shapely.Polygon([(5, 5), (6, 6), (5, 5)])]), 16, 1),
        (shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 5), (1, 1), (0, 1)]), 1, 1),
        (shapely.Polygon(BOX.exterior, [INNER.exterior, INNER.exterior]), 15, 1),
        (
            shapely.GeometryCollection([BOX, shapely.LineString([(0, 0), (9, 9)])]),
            16,
            1,
        ),
        (shapely.force_3d(BOX, 7.0), 16, 1),
    ],
    ids=["bow", "nested", "ring", "no area", "spike", "hole", "mixed", "heights"],
)
def test_what_can_be_mended_is_mended(shape, area, parts):
    mended = mend_polygons(layer(shape, index=["x"], name=["here"]))
    (row,) = mended.layer.itertuples()
    assert (row.Index, row.name, row.geometry.area) == ("x", "here", area)
    assert row.geometry.is_valid
    assert not row.geometry.has_z
    (line,) = mended.report.itertuples()
    assert (line.Index, line.action) == ("x", "mended")
    assert (line.area_after_m2, line.parts_after) == (area, parts)


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        (None, "no geometry"),
        (shapely.Polygon(), "empty geometry"),
        (LINE, "a LineString"),
        (shapely.Polygon([(5, 5), (6, 6), (7, 7)]), "Self-intersection"),
        (shapely.Polygon([(0, 0), (1, 0), (1, float("inf"))]), "Invalid Coordinate"),
    ],
)
def test_what_has_no_land_is_dropped_and_reported(shape, problem):
    with pytest.warns(DroppedRowsWarning, match=r"1 row \(0\) of `layer`"):
        mended = mend_polygons(layer(shape, BOX))
    assert mended.layer.index.tolist() == [1]
    (line,) = mended.report.itertuples()
    assert line.problem.startswith(problem)
    assert (line.action, line.area_after_m2) == ("dropped", 0)


def test_areas_before_and_after_are_in_square_metres_also_in_degrees():
    bow = [(114, 28), (114.02, 28.02), (114.02, 28), (114, 28.02)]
    (line,) = mend_polygons(
        layer(shapely.Polygon(bow), crs="EPSG:4490")
    ).report.itertuples()
    assert line.area_after_m2 == pytest.approx(2_180_000, rel=0.01)
    assert line.area_before_m2 < line.area_after_m2 / 100


def test_layers_that_cannot_be_mended_are_refused():
    with pytest.raises(ParameterError, match="`layer` is a list"):
        mend_polygons([BOX])
    with pytest.raises(MissingCRSError, match="`layer` has no CRS"):
        mend_polygons(layer(BOX, crs=None))
    with pytest.raises(SchemaError, match="more than once"):
        mend_polygons(layer(BOX, INNER, index=[1, 1]))
    with pytest.raises(NoDataError, match=r"`layer` has no land: 1 row"):
        mend_polygons(layer(shapely.Polygon()))
    with pytest.raises(NoDataError, match="`layer` has no rows"):
        mend_polygons(layer(BOX).iloc[:0])
