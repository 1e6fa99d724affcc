"""Thresholds as data: what the tables give, what each row admits, what is refused."""

import pickle
import re
import runpy
from fractions import Fraction
from importlib import resources
from itertools import combinations_with_replacement, pairwise, product
from math import inf, nan, prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecozoning.errors import ParameterError
from ecozoning.rulesets import (
    Interval,
    attainable_levels,
    list_rulesets,
    load_ruleset,
    product_levels,
)

ROOT = Path(__file__).resolve().parents[2]
IDS = list_rulesets()["id"].tolist()
TABLES = [(name, table) for name in IDS for table in load_ruleset(name).tables]
INTERVAL_TABLES = [
    pytest.param(table, id=f"{name}.{table.id}")
    for name, table in TABLES
    if table.kind == "intervals"
]
CONFIDENCES = {"verified", "code", "recalled", "unsure"}


def scores_of(ruleset, table):
    """Return what rows of a packaged table give, in their order, as plain numbers."""
    return load_ruleset(ruleset)[table].scores().tolist()


# --- what is packaged -----------------------------------------------------------


def test_the_rulesets_of_the_method_sheet_and_our_own_are_packaged():
    assert IDS == [
        "dual2019draft",
        "dual2020",
        "eco2003",
        "ecological_network",
        "eqi2021",
        "gbt24255_2009",
        "hj192_2015",
        "lyt1840",
        "redline2017",
        "resistance_beijing2017",
        "resistance_county",
        "resistance_dali2018",
        "resistance_jilin2022",
        "resistance_turpan2018",
        "resistance_xian2021",
        "restoration2020",
        "sl190_2007",
        "zone_units",
    ]


def test_ruleset_files_are_resources_of_the_package():
    folder = resources.files("ecozoning.rulesets")
    assert folder.joinpath("redline2017.toml").read_bytes().startswith(b"#")


def test_every_row_names_a_source_a_clause_and_a_confidence():
    rows = [row for _, table in TABLES for row in table.rows]
    assert len(rows) > 500
    assert all(row.source and row.clause for row in rows)
    assert {row.confidence for row in rows} == CONFIDENCES


def test_every_row_of_a_score_table_has_a_label_in_two_languages():
    rows = [row for _, t in TABLES for row in t.rows if t.levels and not t.columns]
    assert all(re.search(r"[一-鿿]", row.label) for row in rows)
    assert all(re.fullmatch(r"[a-z ]+", row.label_en) for row in rows)


def test_every_note_and_every_reason_is_said_in_chinese_too():
    rulesets = [load_ruleset(name) for name in IDS]
    tables = [table for _, table in TABLES]
    rows = [row for table in tables for row in table.rows]
    choices = [choice for ruleset in rulesets for choice in ruleset.choices]
    for thing in (*rulesets, *tables, *rows):
        assert bool(thing.note) == bool(thing.note_zh), thing
    for thing in (*tables, *choices):
        assert bool(thing.why) == bool(thing.why_zh), thing


def test_every_option_of_every_choice_leads_to_a_table_and_says_why():
    choices = [
        (load_ruleset(name), choice)
        for name in IDS
        for choice in load_ruleset(name).choices
    ]
    assert all(choice.why for _, choice in choices)
    for ruleset, choice in choices:
        tables = {ruleset.choose(choice.id, option).id for option, _ in choice.options}
        assert len(tables) == len(choice.options)


@pytest.mark.parametrize("table", INTERVAL_TABLES)
def test_scores_of_a_factor_rise_or_fall_without_turning(table):
    steps = np.diff(table.scores().astype(float))
    assert (steps > 0).all() or (steps < 0).all()


def test_published_weights_add_up_to_one():
    tables = [
        t for _, t in TABLES if t.id in ("weights", "habitat_weights", "coast_weights")
    ]
    assert len(tables) == 7
    for table in tables:
        assert table.scores().sum() == pytest.approx(1, abs=1e-12)


def test_ranges_of_weights_let_them_add_up_to_one():
    lowest, highest = load_ruleset("resistance_county")["weight_ranges"].scores().T
    assert lowest.sum() < 1 < highest.sum()
    assert (lowest <= highest).all()


# 3, 12, 30, 60, 100 and 600 m begin a function; 3 % and less is no source.
def test_corridors_and_patches_are_looked_up_by_their_edges():
    network = load_ruleset("ecological_network")
    widths = [3, 11.9, 12, 30, 60, 100, 599, 600, 1200]
    found = network["corridor_width"].lookup(widths).tolist()
    assert found == [1, 1, 2, 3, 4, 5, 5, 6, 6]
    patches = network["patch_importance"].lookup([0.09, 0.1, 1, 3, 3.1]).tolist()
    assert patches == [1, 2, 3, 3, 4]
    assert network["bridge_importance"].lookup([0.39, 0.4, 1]).tolist() == [1, 2, 3]


def test_degrees_of_rocky_land_are_words_of_the_guide_of_2020():
    degrees = {level.flag for level in load_ruleset("lyt1840")["degree"].levels}
    guide = load_ruleset("dual2020")["rocky_desertification"]
    assert degrees == {str(row.key) for row in guide.rows} - {"none"}


def test_codes_of_mines_are_in_the_order_of_their_modes():
    rules = load_ruleset("restoration2020")
    codes = {row.key: row.scores[0] for row in rules["mine_treatment_code"].rows}
    modes = {row.key: row.scores[0] for row in rules["mine_treatment"].rows}
    assert codes == {key: mode - 1 for key, mode in modes.items()}
    assert rules["mine_patch_code"].value("right_expired") == 32


def test_count_of_unsure_rows_is_that_of_the_rows():
    listed = list_rulesets().set_index("id")["n_unsure"]
    assert listed["resistance_beijing2017"] == 15
    assert listed["sl190_2007"] == 0
    assert len(load_ruleset("eqi2021").unsure("weights")) == 4


def test_ruleset_travels_to_another_process():
    ruleset = load_ruleset("redline2017")
    assert pickle.loads(pickle.dumps(ruleset)) == ruleset


def test_ruleset_is_returned_as_it_is():
    ruleset = load_ruleset("eco2003")
    assert load_ruleset(ruleset) is ruleset


# --- lookup ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ruleset", "table", "values", "scores"),
    [
        (
            "redline2017",
            "rainfall_erosivity",
            [0, 99.9, 100, 600, 600.1],
            [1, 1, 3, 3, 5],
        ),
        ("redline2017", "local_relief", [0, 50, 50.1, 300, 301], [1, 1, 3, 3, 5]),
        (
            "redline2017",
            "vegetation_cover",
            [0, 0.2, 0.21, 0.59, 0.6, 1],
            [5, 5, 3, 3, 1, 1],
        ),
        ("redline2017", "aridity", [1.5, 1.51, 15.9, 16], [1, 3, 3, 5]),
        ("redline2017", "karst_slope", [8, 8.1, 24.9, 25], [1, 3, 3, 5]),
        ("redline2017", "service_share", [0.5, 0.51, 0.8, 0.81], [3, 2, 2, 1]),
        ("eco2003", "vegetation_cover", [0.2, 0.3, 0.4, 0.6, 0.8], [9, 7, 5, 3, 1]),
        ("eco2003", "aridity", [1, 1.5, 4, 15, 16], [1, 3, 5, 7, 9]),
        ("dual2020", "farming_slope", [25, 25.1], [1, 2]),
        ("dual2019draft", "farming_slope", [2, 6, 15, 25, 26], [1, 2, 3, 4, 5]),
        (
            "dual2019draft",
            "farming_precipitation",
            [1200, 800, 400, 200, 199],
            [1, 2, 3, 4, 5],
        ),
        ("dual2019draft", "groundwater_depth", [0.5, 1, 3, 5], [5, 5, 3, 1]),
        (
            "sl190_2007",
            "water_erosion_500",
            [499, 500, 2500, 2501, 15001],
            [1, 2, 2, 3, 6],
        ),
        (
            "sl190_2007",
            "wind_erosion_cover",
            [0.71, 0.7, 0.4, 0.2, 0.05],
            [1, 2, 3, 4, 5],
        ),
        ("eqi2021", "change", [0.73, 1, 2, 4], [1, 2, 3, 4]),
        ("hj192_2015", "level", [75, 55, 35, 20, 19.9], [1, 2, 3, 4, 5]),
        ("resistance_jilin2022", "slope", [4, 5, 10, 12, 21], [1, 100, 100, 200, 500]),
    ],
)
def test_values_at_and_beside_the_edges_get_the_printed_score(
    ruleset, table, values, scores
):
    assert load_ruleset(ruleset)[table].lookup(values).tolist() == scores


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_edge_is_the_printed_number_in_the_type_of_the_raster(dtype):
    table = load_ruleset("redline2017")["vegetation_cover"]
    values = np.array([0.2, 0.6], dtype=dtype)  # float32(0.2) is above float64(0.2)
    assert table.lookup(values).tolist() == [5, 1]
    assert np.digitize(values, table.cuts(dtype)).tolist() == [0, 2]


def test_scores_without_data_are_0_and_quantities_nan():
    redline = load_ruleset("redline2017")
    assert redline["aridity"].lookup([nan, 2]).tolist() == [0, 3]
    runoff = redline["runoff_coefficient"].lookup([None, "meadow"])
    assert np.isnan(runoff[0])
    assert runoff[1] == 8.2


def test_scores_are_bytes_and_quantities_floats():
    redline = load_ruleset("redline2017")
    assert redline["soil_erodibility"].lookup(["silt"]).dtype == np.uint8
    assert redline["length_exponent_cut_5"].lookup([2.0]).dtype == np.float64


@pytest.mark.parametrize("table", INTERVAL_TABLES)
@given(data=st.data())
def test_lookup_agrees_with_reading_the_rows(table, data):
    domain = table.domain()
    edges = [e for e in (*table.edges(), domain.low, domain.high) if np.isfinite(e)]
    near = [np.nextafter(e, side) for e in edges for side in (-inf, inf)]
    inside = [v for v in (*edges, *near) if not domain.outside(np.array([v])).any()]
    value = data.draw(st.sampled_from(inside))
    expected = [
        row.scores[0]
        for row in table.rows
        if not row.key.outside(np.array([value])).any()
    ]
    assert table.lookup([value]).tolist() == expected


def test_sl190_matrix_has_the_published_corners():
    sheet = load_ruleset("sl190_2007")["sheet_erosion"]
    cover, slope = [0.6, 0.6, 0.29, 0.29, 0.76, 0.1], [5, 36, 5, 36, 89, 4.9]
    assert sheet.lookup(cover, slope).tolist() == [2, 3, 3, 6, 1, 1]


def test_every_row_and_column_of_the_sl190_matrix_grows_no_milder():
    table = load_ruleset("sl190_2007")["sheet_erosion"].scores().astype(int)
    assert (np.diff(table, axis=1) >= 0).all()  # steeper
    assert (np.diff(table, axis=0) <= 0).all()  # more cover


def test_cover_management_is_read_by_type_and_cover():
    table = load_ruleset("redline2017")["cover_management"]
    found = table.lookup(["forest", "grassland", "shrub"], [0.05, 0.9, 0.95])
    assert found.tolist() == [0.10, 0.043, 0.011]


@pytest.mark.parametrize(
    ("eqi", "level"),
    [
        (46.93, 3),
        (54.76, 3),
        (57.38, 2),
        (59.6, 2),
        (62.7, 2),
        (73.88, 1),
        (84.81, 1),
        (32.73, 4),
        (38.44, 4),
        (36.43, 4),
    ],
)
def test_eqi_levels_are_those_of_the_published_cases(eqi, level):
    assert load_ruleset("eqi2021")["level"].lookup(eqi) == level


def test_corrections_of_the_draft_chain_and_stay_between_1_and_5():
    draft = load_ruleset("dual2019draft")
    level = draft["construction_slope"].lookup([5.0])  # 2
    for table, value in (
        ("construction_relief", 150.0),
        ("construction_elevation", 4000.0),
    ):
        level = draft[table].lookup([value], level.astype(str))
    assert level.tolist() == [4]
    assert draft["construction_elevation"].lookup([4000.0], ["5"]).tolist() == [5]


@pytest.mark.parametrize(
    ("ruleset", "table", "values", "columns", "says"),
    [
        (
            "redline2017",
            "vegetation_cover",
            [60.0],
            None,
            r"'vegetation_cover': 1 lie outside \[0, 1\], such as 60; check the unit",
        ),
        ("redline2017", "karst_slope", [95.0], None, r"outside \[0, 90\]"),
        ("redline2017", "rainfall_erosivity", [inf], None, r"outside \[0, inf\)"),
        (
            "redline2017",
            "soil_erodibility",
            ["mud"],
            None,
            r"does not know 'mud'; use gravel",
        ),
        (
            "redline2017",
            "local_relief",
            ["high"],
            None,
            r"should be numbers, not 'high'",
        ),
        ("redline2017", "cover_management", ["forest"], None, r"needs columns"),
        ("redline2017", "local_relief", [1.0], [1.0], r"has no columns"),
    ],
)
def test_lookup_refuses_what_the_table_does_not_know(
    ruleset, table, values, columns, says
):
    with pytest.raises(ParameterError, match=says):
        load_ruleset(ruleset)[table].lookup(values, columns)


# --- conflicts ------------------------------------------------------------------


def test_the_default_of_the_two_cut_rules_differs_between_the_documents():
    assert load_ruleset("redline2017").choose("index_cuts").id == "index_level_2_4"
    assert load_ruleset("dual2019draft").choose("index_cuts").id == "index_level_thirds"


def test_defaults_of_conflicting_constants_are_named_and_replaceable():
    redline = load_ruleset("redline2017")
    assert redline["erosive_rain"].value() == 12
    assert redline["erosive_rain"].value("10") == 10
    assert (
        redline["slope_steepness_second_cut"].value()
        == redline["slope_steepness"].edges()[1]
    )
    assert redline["erodibility_correction"].row().key == "corrected"


def test_soil_loss_tolerance_must_be_chosen_by_region():
    standard = load_ruleset("sl190_2007")
    tolerance = standard["soil_loss_tolerance"].value("southern_red_soil")
    assert standard.choose("water_erosion", f"{tolerance:g}").id == "water_erosion_500"
    with pytest.raises(
        ParameterError, match="has no default; name one of 200, 500, 1000"
    ):
        standard.choose("water_erosion")


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda r: r["relief"], "has no table 'relief'; it has .*local_relief"),
        (lambda r: r.choose("cuts"), "has no choice 'cuts'; it has index_cuts"),
        (
            lambda r: r.choose("index_cuts", "3/4"),
            "no option '3/4'; name one of 2/4, thirds",
        ),
        (lambda r: r["erosive_rain"].value("11"), "no row '11'; name one of 12, 10"),
        (lambda r: r["runoff_coefficient"].value(), "no default row; name one of"),
        (lambda r: r["erodibility_correction"].value(), "several numbers; use `row`"),
        (lambda r: r["soil_erodibility"].cuts(), "categories, not intervals"),
    ],
)
def test_what_a_ruleset_does_not_have_is_refused_with_what_it_has(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask(load_ruleset("redline2017"))


# --- index to level -------------------------------------------------------------

FOUR = [
    1,
    1.316,
    1.495,
    1.732,
    1.968,
    2.236,
    2.28,
    2.59,
    2.943,
    3,
    3.344,
    3.409,
    3.873,
    4.401,
    5,
]
THREE = [1, 1.442, 1.71, 2.08, 2.466, 2.924, 3, 3.557, 4.217, 5]


@pytest.mark.parametrize(("factors", "indices"), [(4, FOUR), (3, THREE)])
def test_index_of_scores_1_3_5_takes_the_published_values(factors, indices):
    cuts = load_ruleset("redline2017").choose("index_cuts")
    frame = attainable_levels(cuts, scores=(1, 3, 5), factors=factors)
    assert frame["index"].tolist() == pytest.approx(indices, abs=5e-4)


@pytest.mark.parametrize(
    ("factors", "differ"), [(4, [2.236, 2.280, 3.873]), (3, [2.080])]
)
def test_the_two_cut_rules_differ_where_the_method_sheet_says(factors, differ):
    redline = load_ruleset("redline2017")
    one, other = (
        attainable_levels(
            redline.choose("index_cuts", option), scores=(1, 3, 5), factors=factors
        )
        for option in ("2/4", "thirds")
    )
    differing = one["index"][one["level"] != other["level"]]
    assert differing.tolist() == pytest.approx(differ, abs=5e-4)


def test_an_index_on_a_cut_is_decided_in_whole_numbers():
    cuts = load_ruleset("eco2003")["index_level"]
    lookup = product_levels(cuts, scores=range(1, 10), factors=3)
    # 2 * 2 * 2, 1 * 8 * 1: the cube root of 8 is the cut itself, of 9 just above it
    assert lookup[[8, 9, 64, 70, 216, 512, 729]].tolist() == [1, 2, 2, 3, 3, 4, 5]


def test_a_cut_that_belongs_to_the_upper_level_is_met_by_its_own_power():
    cuts = load_ruleset("sl190_2007")["slope_farmland_erosion"]  # [0, 5), [5, 8], ...
    lookup = product_levels(cuts, scores=(1, 5), factors=3)
    assert 125 ** (1 / 3) < 5  # in floating point, where it would fall below the cut
    assert lookup[[25, 125]].tolist() == [1, 2]


def test_one_index_of_five_levels_depends_on_reading_the_printed_gap():
    cuts = load_ruleset("eco2003")["index_level"]
    frame = attainable_levels(cuts, scores=(1, 3, 5, 7, 9), factors=4)
    rounded = cuts.lookup(frame["index"].round(1).to_numpy())
    assert frame["product"][frame["level"] != rounded].tolist() == [3 * 7 * 7 * 9]


@pytest.mark.parametrize("factors", [3, 4])
@pytest.mark.parametrize(
    ("ruleset", "scores"), [("redline2017", (1, 3, 5)), ("eco2003", (1, 3, 5, 7, 9))]
)
def test_level_by_product_is_the_level_by_exact_powers(ruleset, scores, factors):
    cuts = load_ruleset(ruleset).choose("index_cuts")
    lookup = product_levels(cuts, scores=scores, factors=factors)
    for combination in combinations_with_replacement(scores, factors):
        below = sum(
            prod(combination) > Fraction(edge) ** factors for edge in cuts.edges()
        )
        assert lookup[prod(combination)] == below + 1


@pytest.mark.parametrize("ruleset", ["redline2017", "eco2003"])
def test_raising_a_score_never_lowers_the_level(ruleset):
    rules = load_ruleset(ruleset)
    scores = sorted({level.score for level in rules["aridity"].levels})
    lookup = product_levels(rules.choose("index_cuts"), scores=scores, factors=4)
    for rest in product(scores, repeat=3):
        levels = [lookup[score * prod(rest)] for score in scores]
        assert all(low <= high for low, high in pairwise(levels))


def test_a_score_without_data_makes_a_level_without_data():
    cuts = load_ruleset("redline2017").choose("index_cuts")
    assert product_levels(cuts, scores=(1, 3, 5), factors=4)[0 * 5 * 5 * 5] == 0


@pytest.mark.parametrize(
    ("table", "scores", "factors", "says"),
    [
        ("index_level_2_4", (1, 9), 4, "no level for the index 5.196"),
        ("index_level_2_4", (), 4, "`scores` is empty"),
        ("index_level_2_4", (0, 1), 4, "`scores` has 0"),
        ("index_level_2_4", (1, 3), 0, "`factors` has 0"),
        ("index_level_2_4", (1, 200), 4, "multiply beyond"),
        ("runoff_coefficient", (1, 3), 2, "no table of index levels"),
    ],
)
def test_index_levels_refuse_what_cannot_be_looked_up(table, scores, factors, says):
    with pytest.raises(ParameterError, match=says):
        product_levels(
            load_ruleset("redline2017")[table], scores=scores, factors=factors
        )


ends = st.tuples(st.integers(-50, 50), st.integers(1, 50), st.booleans(), st.booleans())


@given(ends)
def test_interval_reads_what_it_prints(drawn):
    low, width, closed_low, closed_high = drawn
    interval = Interval(low, low + width, closed_low, closed_high)
    assert Interval.parse(str(interval)) == interval


# --- the pages ------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_lists_every_table_as_it_is(language):
    lister = runpy.run_path(str(ROOT / "docs" / "list_rulesets.py"))
    page = lister["PAGES"][language].read_text(encoding="utf-8")
    assert lister["with_listing"](page, language) == page, "run docs/list_rulesets.py"
