"""A synthetic county whose plan holds together, made to be spoilt one thing at a time.

甲县 does not exist; its numbers are chosen so that they can be checked by head: 100 km2
in three zones of 50, 30 and 20, half of it forest.
"""

import copy

import pandas as pd
import pytest

from ecozoning.plan.audit import Facts, Figure, findings
from ecozoning.plan.files import read_vocabulary
from ecozoning.plan.schema import COLUMNS, check_figures, check_rows

# figure_id | subject | kind | quantity | value unit | year | status | further columns
FIGURES = """
county_area | 甲县 | county | area | 100.00 km2 | | observed | derived=sum(zone*_area); sum(landuse_*_area)
county_lon_min | 甲县 | county | longitude_min | 110°00′ ° | | observed |
county_lon_max | 甲县 | county | longitude_max | 110°20′ ° | | observed |
county_lat_min | 甲县 | county | latitude_min | 30°00′ ° | | observed |
county_lat_max | 甲县 | county | latitude_max | 30°10′ ° | | observed |
county_low | 甲县 | county | elevation_min | 100 m | | observed |
county_high | 甲县 | county | elevation_max | 900.5 m | | observed |
county_cold | 甲县 | climate | temperature_min | -20.5 °C | | observed |
county_hot | 甲县 | climate | temperature_max | 38.1 °C | | observed |
zone1_area | 甲北区 | zone | area | 50.00 km2 | | observed |
zone2_area | 甲中区 | zone | area | 30.00 km2 | | observed |
zone3_area | 甲南区 | zone | area | 20.00 km2 | | observed |
zone1_share | 甲北区 | zone | area_share | 50.00 % | | observed | derived=zone1_area / county_area
zone2_share | 甲中区 | zone | area_share | 30.00 % | | observed | derived=zone2_area / county_area
zone3_share | 甲南区 | zone | area_share | 20.00 % | | observed | derived=zone3_area / county_area; 1 - (zone1_share + zone2_share)
zone1_lon_max | 甲北区 | zone | longitude_max | 110°15′ ° | | observed |
zone1_lat_min | 甲北区 | zone | latitude_min | 30°04′ ° | | observed |
zone1_low | 甲北区 | zone | elevation_min | 400 m | | observed |
zone1_mean | 甲北区 | zone | elevation_mean | 600.5 m | | observed |
zone1_high | 甲北区 | zone | elevation_max | 900.5 m | | observed |
landuse_farm_area | 耕地 | land_class | area | 4000 hm2 | 2020 | observed |
landuse_forest_area | 林地 | land_class | area | 5000 hm2 | 2020 | observed |
landuse_water_area | 水域 | land_class | area | 1000 hm2 | 2020 | observed |
landuse_farm_share | 耕地 | land_class | area_share | 40 % | 2020 | observed | derived=landuse_farm_area / county_area
permanent_farmland | 永久基本农田 | farmland | area | 35.00 km2 | 2020 | observed | at_most=landuse_farm_area
wetland_area | 湿地 | wetland | area | 120 hm2 | | observed |
park_area | 甲山森林公园 | protected_area | area | 500 hm2 | 2020 | observed | at_most=landuse_forest_area
park_again | 甲山森林公园 | protected_area | area | 5.0 km2 | 2020 | observed |
river_basin | 甲河 | basin | area | 3000 km2 | | observed | definition=跨县全域
zone_count | 修复分区 | plan | count | 三 个 | | observed | items=@zones
township_count | 乡镇 | settlement | count | 4 个 | | observed | items=@townships
project_count | 项目 | project | count | 2 个 | | observed | items=@projects
indicator_count | 指标 | plan | count | 2 项 | | observed | items=@indicators
reservoir_count | 水库 | lake | count | 两 座 | | observed | items=甲水库;乙水库
forest_cover_2020 | 甲县 | county | forest_cover | 50.0 % | 2020 | observed | derived=landuse_forest_area / county_area
forest_cover_2025 | 甲县 | county | forest_cover | 52 % | 2025 | target | comparator=>=
forest_cover_2035 | 甲县 | county | forest_cover | 55 % | 2035 | target | comparator=>=
water_use_2020 | 甲县 | water | water_use | 0.50 亿m3 | 2020 | observed |
water_use_2035 | 甲县 | water | water_use | 0.45 亿m3 | 2035 | target | comparator=<=
mine_2025 | 矿山修复 | mine | area_treated | 10 hm2 | 2021-2025 | cumulative |
mine_2035 | 矿山修复 | mine | area_treated | 30 hm2 | 2021-2035 | cumulative |
population | 常住人口 | population | population | 2.00 万人 | 2020 | observed |
water_total | 甲县 | water | water_resources | 0.40 亿m3 | | observed |
water_per_head | 甲县 | water | water_per_person | 2000 m3/人 | | observed | derived=water_total / population
p01_investment | 造林 | project | investment | 100 万元 | | target |
p02_investment | 清淤 | project | investment | 250.5 万元 | | target |
investment_total | 规划投资 | plan | investment | 350.5 万元 | | target | derived=sum(p*_investment)
"""  # noqa: E501 -- a table

DOCUMENT = {
    "slug": "jia",
    "name": "甲县",
    "name_en": "Jia County (synthetic)",
    "adcode": "000000",
    "title": "甲县规划",
    "issued": "2022-05",
    "base_year": 2020,
    "start_year": 2021,
    "near_year": 2025,
    "end_year": 2035,
    "county": {
        "area": "county_area",
        "townships_stated": ["甲镇", "乙镇", "丙乡", "丁乡"],
        "named_units": ["甲镇"],
    },
    "pattern": [{"kind": "corridor", "name": "甲河廊道"}],
    "protected_areas": [{"name": "甲山森林公园"}],
    "zones": [
        {
            "zone_id": "zone1",
            "name": "甲北区",
            "section": "第三章 > 一",
            "units": [
                {"name": "甲镇"},
                {"name": "乙镇", "part": "villages", "villages": ["东村", "西村"]},
            ],
        },
        {
            "zone_id": "zone2",
            "name": "甲中区",
            "section": "第三章 > 二",
            "units": [
                {"name": "乙镇", "part": "except", "villages": ["东村", "西村"]},
                {"name": "丁乡", "part": "北部"},
            ],
        },
        {
            "zone_id": "zone3",
            "name": "甲南区",
            "section": "第三章 > 三",
            "units": [{"name": "丙乡"}, {"name": "丁乡", "part": "南部"}],
        },
    ],
    "name_variants": [],
}

ROWS = {
    "projects": [
        {
            "project_id": "p01",
            "name": "造林",
            "programme": "森林",
            "start_year": "2021",
            "end_year": "2025",
            "budget": "100",
            "budget_unit": "万元",
            "section": "第五章",
        },
        {
            "project_id": "p02",
            "name": "清淤",
            "programme": "河流",
            "start_year": "2026",
            "end_year": "2035",
            "budget": "250.5",
            "budget_unit": "万元",
            "section": "第五章",
        },
    ],
    "indicators": [
        {"number": "1", "series": "main", "name": "森林覆盖率", "section": "第二章"},
        {"number": "2", "series": "main", "name": "用水总量", "section": "第二章"},
    ],
    "land_use": [
        {
            "land_class": name,
            "area": area,
            "unit": "hm2",
            "share_percent": share,
            "area_figure": f"landuse_{key}_area",
            "share_figure": f"landuse_{key}_share" if share else "",
            "section": "第一章",
        }
        for name, key, area, share in (
            ("耕地", "farm", "4000", "40"),
            ("林地", "forest", "5000", ""),
            ("水域", "water", "1000", ""),
        )
    ],
}


def _figure(line):
    """Return a row of figures.csv from a line of the table above."""
    names = ("figure_id", "subject", "subject_kind", "quantity")
    cells = [cell.strip() for cell in line.split("|")]
    row = dict.fromkeys(COLUMNS["figures"], "") | {"comparator": "=", "section": "章"}
    row |= dict(zip(names, cells, strict=False))
    row["value"], row["unit"] = cells[4].split(" ")
    row["year"], row["status"] = cells[5], cells[6]
    for extra in filter(None, cells[7:]):
        key, _, value = extra.partition("=")
        row[key] = value
    return row


class TinyPlan:
    """The encoded plan of a synthetic county, which tests may change."""

    def __init__(self):
        self.document = copy.deepcopy(DOCUMENT)
        lines = [line for line in FIGURES.splitlines() if line.strip()]
        self.figures = {row["figure_id"]: row for row in map(_figure, lines)}
        self.rows = copy.deepcopy(ROWS)
        self.units = ["甲镇", "乙镇", "丙乡", "丁乡"]

    def change(self, figure_id, **cells):
        """Change cells of one figure."""
        self.figures[figure_id] |= cells

    def add(self, line):
        """Add a figure, written as in the table."""
        row = _figure(line)
        assert row["figure_id"] not in self.figures
        self.figures[row["figure_id"]] = row

    def only(self, *lines):
        """Keep no figures but the county's area and these."""
        self.figures = {"county_area": self.figures["county_area"] | {"derived": ""}}
        self.rows = {name: [] for name in self.rows}
        for line in lines:
            self.add(line)

    @property
    def facts(self):
        """What the audit sees; the rows pass the schema first."""
        vocabulary = read_vocabulary()
        rows = list(enumerate(self.figures.values(), 2))
        check_figures(rows, vocabulary, "figures.csv")
        tables = {}
        for name, given in self.rows.items():
            full = [dict.fromkeys(COLUMNS[name], "") | row for row in given]
            check_rows(name, list(enumerate(full, 2)), f"{name}.csv")
            tables[name] = pd.DataFrame(full, columns=list(COLUMNS[name]), dtype="str")
        figures = [Figure(**row) for row in self.figures.values()]
        return Facts(self.document, figures, tables, self.units, vocabulary)

    def audit(self):
        """Return the findings."""
        return findings(self.facts)

    def found(self):
        """Return the findings as a set of (code, subject)."""
        table = self.audit()
        return set(zip(table["code"], table["subject"], strict=True))


@pytest.fixture
def tiny():
    """Return a synthetic plan without contradictions."""
    return TinyPlan()
