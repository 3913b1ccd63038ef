"""Label and period decisions on whole sentences: the nearest noun decides."""

from __future__ import annotations

import pytest

from nlp.rates import find_rates

SENTENCES = {
    "安心计划每年给您12%的回报，管理费1%由平台承担": [12.0],
    "首付30%即可拥有铺面，年租金回报8%": [8.0],
    "推荐好友奖励5%，自己投资年化14%": [14.0],
    "去年的增长率是9%，今年给股东分红15%": [15.0],
    "平台抽取收益的10%作为服务费": [],
    "活动期间年化利率自动上调至16%": [16.0],
    "预期年化收益，最高可达13.5%": [13.5],
    "固定年息10.8%，比活期存款利率0.35%高得多": [10.8, 0.35],
    "借款人承担年利率24%以内的利息": [24.0],
    "该货币基金七日年化1.8%，管理费率0.33%": [1.8],
    "持有满三十天收益3%，随时可退": [36.5],
    "每投入一万块，天天返现88元": [321.2],
    "把钱放进去三个月就能翻倍": [400.0],
    "用户量三个月翻倍": [],
}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.items())
def test_the_nearest_noun_decides(sentence: str, expected: list[float]) -> None:
    assert [rate.low for rate in find_rates(sentence)] == pytest.approx(expected, abs=0.001)
