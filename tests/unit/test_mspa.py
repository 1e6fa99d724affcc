"""Pattern classes of maps small enough to check by eye.

Maps are drawn with # for habitat, . for the rest and ? for missing; answers with C
core, i islet, p perforation, e edge, l loop, B bridge, b branch, o core opening, u
border opening, . background and ? missing.
"""

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
import xarray as xr

from ecozoning.errors import (
    CRSMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.network import mspa

SIGNS = "?.CipelBbou"
HABITAT = {"#": 1.0, ".": 0.0, "?": np.nan}


@pytest.fixture
def classes(make_raster):
    """Return a function from a drawn map to the drawn answer."""

    def draw(drawing, **options):
        values = [[HABITAT[sign] for sign in line] for line in drawing.split()]
        found = mspa(make_raster(values), **options).to_numpy()
        return ["".join(SIGNS[code] for code in row) for row in found]

    return draw


def test_core_is_what_no_background_touches_and_edge_what_closes_around_it(classes):
    found = classes("....... .#####. .#####. .#####. .#####. .......")
    assert found == [".......", ".eeeee.", ".eCCCe.", ".eCCCe.", ".eeeee.", "......."]


def test_a_part_without_core_is_an_islet(classes):
    assert classes("..... .##.. .##.. ...#.") == [".....", ".ii..", ".ii..", "...i."]


def test_a_corner_joins_a_part_only_with_eight_neighbours(classes):
    drawing = "...... .###.. .###.. .###.. ....#. ......"
    assert classes(drawing)[4] == "....b."
    assert classes(drawing, connectivity=4)[4] == "....i."


def test_a_bridge_joins_two_cores_across_their_edges(classes):
    found = classes(".......... .###..###. .########. .###..###. ..........")
    assert found[2] == ".eCBBBBCe."


def test_without_transition_edges_close_around_the_core(classes):
    drawing = ".......... .###..###. .########. .###..###. .........."
    assert classes(drawing, transition=False)[2] == ".eCeBBeCe."


def test_a_loop_comes_back_to_the_core_it_left(classes):
    found = classes("........ .####... .#####.. .####.#. .####.#. .#####.. .####... ")
    assert found[2:6] == [".eCCll..", ".eCCeul.", ".eCCeul.", ".eCCll.."]


def test_a_branch_ends_nowhere(classes):
    found = classes("......... .###..... .######.. .###..... .........")
    assert found[2] == ".eCebbb.."


def test_background_in_a_hole_of_the_core_is_a_core_opening_with_perforation(classes):
    full = "#######"
    drawing = " ".join([full, full, full, "###.###", full, full, full])
    found = classes(drawing)
    assert found[2:5] == ["CCpppCC", "CCpopCC", "CCpppCC"]
    assert classes(drawing, intext=False)[3] == "CCp.pCC"


def test_background_among_edges_is_a_border_opening(classes):
    ring = "....... .#####. .#...#. .#...#. .#####. ......."
    assert classes(ring)[2] == ".iuuui."


def test_a_gap_of_two_cells_at_the_rim_is_no_way_out_and_one_of_three_is(classes):
    narrow = "###..### ###..### ######## ########"
    wide = "###...### ###...### ######### #########"
    assert classes(narrow)[0] == "CCeuueCC"
    assert classes(wide)[0] == "CCe...eCC"


def test_the_rim_of_the_map_makes_no_edge(classes):
    assert classes("#### #### ####") == ["CCCC", "CCCC", "CCCC"]


def test_missing_cells_make_no_edge_and_stay_missing(classes):
    found = classes("##### ##### ##?## ##### #####")
    assert found == ["CCCCC", "CCCCC", "CC?CC", "CCCCC", "CCCCC"]


def test_a_wider_edge_is_a_euclidean_disk(classes):
    """The cell at offset (2, 2) of the gap lies at the root of 8, short of 3."""
    drawing = " ".join([".########", *["#########"] * 8])
    found = classes(drawing, edge_width_cells=2)
    assert found[:4] == [".eeCCCCCC", "eeeCCCCCC", "eeeCCCCCC", "CCCCCCCCC"]


def test_a_cell_that_alone_joins_two_cores_is_a_loop(classes):
    found = classes("....... ...###. ...###. .#####. .###... .###... .......")
    assert found[2:5] == ["...eCe.", ".eelee.", ".eCe..."]


def test_a_strip_of_two_cells_between_cores_is_a_bridge_of_two(classes):
    body = ".####....####."
    drawing = " ".join([body, body, ".############.", ".############.", body, body])
    found = classes(f"{'.' * 14} {drawing} {'.' * 14}")
    assert found[3:5] == [".eCCBBBBBBCCe."] * 2


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float32", "float64"])
def test_every_kind_of_number_gives_the_same(make_raster, dtype):
    raster = make_raster(np.pad(np.ones((4, 4)), 2))
    assert mspa(raster.astype(dtype)).equals(mspa(raster))


def test_stated_nodata_is_missing(make_raster):
    values = np.ones((4, 4))
    values[0, 0] = 255
    raster = make_raster(values).astype("uint8").rio.write_nodata(255)
    assert mspa(raster)[0, 0] == 0


def test_the_result_says_what_its_codes_mean(make_raster):
    found = mspa(make_raster(np.ones((3, 3))))
    meanings = found.attrs["flag_meanings"].split()
    assert dict(zip(found.attrs["flag_values"].tolist(), meanings, strict=True))[7] == (
        "bridge"
    )
    assert found.dtype == np.uint8
    assert found.rio.crs.to_epsg() == 4547


def test_the_input_is_not_touched(make_raster):
    raster = make_raster(np.pad(np.ones((4, 4)), 2))
    before = raster.copy(deep=True)
    mspa(raster)
    xr.testing.assert_identical(raster, before)


def test_other_values_are_refused_by_name(make_raster):
    with pytest.raises(ParameterError, match=r"holds 2, 3, 7 in 3 cells.*isin"):
        mspa(make_raster([[0, 1, 2], [3, 7, 1]]))


def test_degrees_are_refused(make_raster):
    raster = make_raster(np.ones((3, 3)), cell=0.01, crs="EPSG:4490")
    with pytest.raises(CRSMismatchError, match="degrees"):
        mspa(raster)


def test_a_map_without_crs_is_refused(make_raster):
    with pytest.raises(MissingCRSError, match="write_crs"):
        mspa(make_raster(np.ones((3, 3)), crs=None))


def test_a_map_without_a_value_is_refused(make_raster):
    with pytest.raises(NoDataError, match="no cell with a value"):
        mspa(make_raster(np.full((3, 3), np.nan)))


@pytest.mark.parametrize("width", [0, -1, 1.5, True, 101, "1"])
def test_an_edge_of_no_whole_width_is_refused(make_raster, width):
    with pytest.raises(ParameterError, match="edge_width_cells"):
        mspa(make_raster(np.ones((3, 3))), width)


def test_another_connectivity_is_refused(make_raster):
    with pytest.raises(ParameterError, match="connectivity"):
        mspa(make_raster(np.ones((3, 3))), connectivity=6)
