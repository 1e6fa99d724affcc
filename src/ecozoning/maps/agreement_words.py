"""Words of the sheet of two zonings compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["WORDS", "Wording"]


@dataclass(frozen=True)
class Wording:
    """Every word the sheet writes by itself, in one language."""

    heading: str
    both: str
    matrix: str
    per_zone: str
    zone: str
    outside: str
    total: str
    agree: str
    differ: str
    only: str
    overall: str
    kappa: str
    quantity: str
    allocation: str
    a_to_b: str
    b_to_a: str
    source: str


WORDS: Final = {
    "zh": Wording(
        heading="图例与对比",
        both="a：{}    b：{}",
        matrix="面积矩阵（km²）：行为 {0}，列为 {1}",
        per_zone="各分区：a 为 {0}，b 为 {1}",
        zone="分区",
        outside="范围外",
        total="合计",
        agree="一致",
        differ="不一致（底色 a，线条 b）",
        only="仅“{}”覆盖",
        overall="总体一致性",
        kappa="Kappa 系数",
        quantity="数量差异",
        allocation="位置差异",
        a_to_b="界线 a 至 b：平均 / 95% / 最大（米）",
        b_to_a="界线 b 至 a：平均 / 95% / 最大（米）",
        source="由两套分区叠加计算",
    ),
    "en": Wording(
        heading="Legend and comparison",
        both="a: {}    b: {}",
        matrix="km²: rows {0}, columns {1}",
        per_zone="Zones of a ({0}) and b ({1})",
        zone="Zone",
        outside="outside",
        total="Total",
        agree="Agree",
        differ="Differ (ground a, lines b)",
        only="Only in {}",
        overall="Overall agreement",
        kappa="Kappa",
        quantity="Quantity disagreement",
        allocation="Allocation disagreement",
        a_to_b="Borders a to b: mean / 95 % / max (m)",
        b_to_a="Borders b to a: mean / 95 % / max (m)",
        source="computed from the two zonings",
    ),
}
