"""Return rates: every row of the grammar (rulebase §5.2), its counter-examples, figures in every script."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.matcher import RATE_SIGNS
from nlp.rates import Rate, find_rates


def values(text: str) -> list[tuple[float | None, float | None]]:
    return [(rate.low, rate.high) for rate in find_rates(text)]


def only(text: str) -> Rate:
    (rate,) = find_rates(text)
    return rate


def test_it_works() -> None:
    rate = only("新手标预期年化收益率高达12.5%，先到先得")
    assert (rate.low, rate.kind, rate.period, rate.label) == (12.5, "yield", "year", "年化收益率")
    assert rate.quote == "年化收益率高达12.5%"


GRAMMAR = {
    "年化8%~12%": (8, 12),
    "年化8%-12%": (8, 12),
    "年化 8 % — 12 %": (8, 12),
    "年化8到12%": (8, 12),
    "年化8%+2%加息": (10, 10),
    "年化8+2%": (10, 10),
    "年化12%起": (12, 12),
    "年收益百分之十八": (18, 18),
    "年收益百分之八到百分之十二": (8, 12),
    "年收益18个点": (18, 18),
    "年收益十八个点": (18, 18),
    "年化壹拾捌%": (18, 18),
    "年化350bp": (3.5, 3.5),
    "月息2分": (24, 24),
    "月息2分到3分": (24, 36),
    "月息1.5-2分": (18, 24),
    "月息2分5厘": (30, 30),
    "月息两分半": (30, 30),
    "2分利": (24, 24),
    "1.5分利": (18, 18),
    "一分五": (18, 18),
    "年息1分": (10, 10),
    "年利1分2": (12, 12),
    "月息5厘": (6, 6),
    "年息8厘": (8, 8),
    "日息5厘": (18.25, 18.25),
    "利息十八厘": (21.6, 21.6),
    "利息一分八": (21.6, 21.6),
    "日息5‰": (182.5, 182.5),
    "日收益千分之五": (182.5, 182.5),
    "日化0.5%": (182.5, 182.5),
    "日息万五": (18.25, 18.25),
    "日息万分之五": (18.25, 18.25),
    "万元日收益8.8元": (32.12, 32.12),
    "每万元每月收益150元": (18, 18),
    "一万块一天利息十五块": (54.75, 54.75),
    "万份收益0.4410元": (1.6097, 1.6097),
    "投1万月返500": (60, 60),
    "投资一万元，每月返五百元": (60, 60),
    "投1万每月稳稳拿八百": (96, 96),
    "两万五投进去，每个月能拿一千二": (57.6, 57.6),
    "交5万每年返利6000": (12, 12),
    "投1万月返1000，10个月返完": (0, 0),
    "7天回本": (5214.2857, 5214.2857),
    "当月回本": (1200, 1200),
    "回本周期仅需10个月": (120, 120),
    "90天翻倍": (405.5556, 405.5556),
    "一年资金翻两番": (300, 300),
    "100天收益30%": (109.5, 109.5),
    "借1万分12期每期983.33": (31.7157, 31.7157),
    "保底8%、上不封顶": (8, 8),
    "2%/天": (730, 730),
    "1天2个点": (730, 730),
    "每天稳赚2%": (730, 730),
    "时收益1%": (8760, 8760),
    "周收益3%": (156, 156),
    "季度分红3%": (12, 12),
    "半年收益6%": (12, 12),
    "溢价12%回购": (12, 12),
    "10%-24%的年化收益": (10, 24),
    "１２．５％年化收益": (12.5, 12.5),
    "APY 36%": (36, 36),
    "年化收益：1个月8%、3个月10%": (8, 8),
    "年化18起": (18, 18),
    "年化收益做到13.5，上车": (13.5, 13.5),
    "税前收益九个二": (9.2, 9.2),
    "一万块一天三块": (10.95, 10.95),
    "我们这边一年十二个点，季度付息": (12, 12),
    "产品收益：7天6.8%": (6.8, 6.8),
    "每份3000元，持有满一年返4200元": (40, 40),
    # rulebase §5.1 num: thousands, formal numerals, width; unit: bp, 成, 倍; range and sum
    "年化1,200%": (1200, 1200),
    "年化8﹪": (8, 8),
    "年化300个基点": (3, 3),
    "日利率5bps": (18.25, 18.25),
    "月息贰分": (24, 24),
    "月息叁分伍厘": (42, 42),
    "月息三厘五": (4.2, 4.2),
    "年收益两成五": (25, 25),
    "月收益1成": (120, 120),
    "一年10倍收益": (900, 900),
    "新手标8%+2%": (10, 10),
    "一个月赚20%": (240, 240),
    # rulebase §5.1 cash, per10k, payback
    "每万元每月返150": (18, 18),
    "投1万元每月返500元": (60, 60),
    "投1万1天返30": (109.5, 109.5),
    "每10万元每月派息880元": (10.56, 10.56),
    "投1万，30天到期返1.2万": (243.3333, 243.3333),
    "投5000元，7天后返6000元": (1042.8571, 1042.8571),
    "投资10万元一年后返还12万元": (20, 20),
    "投1万每月返本付息1000元12期": (35.0742, 35.0742),
    "10个月保本回": (120, 120),
    # rulebase §5.2「等额还款必须 IRR」
    "借10000元，每月还980元，共12期": (31.0412, 31.0412),
    "月费率1.5%，等额本息12期": (31.7164, 31.7164),
    "分12期，每期手续费率0.6%": (13.0342, 13.0342),
    "借1000元用1天利息0.5元": (18.25, 18.25),
    "1万元借一天仅需3元": (10.95, 10.95),
    "抵押给我们，一个月给您1.5%": (18, 18),
    "量化操盘月均20%": (240, 240),
}


@pytest.mark.parametrize(("text", "expected"), GRAMMAR.items(), ids=GRAMMAR.keys())
def test_every_way_of_saying_a_rate(text: str, expected: tuple[float, float]) -> None:
    assert values(text)[0] == pytest.approx(expected, abs=0.001)


def test_the_matcher_looks_where_rates_stand() -> None:
    unseen = [text for text in GRAMMAR if not any(sign in text.lower() for sign in RATE_SIGNS)]
    assert unseen == ["一分五"]  # alone, it stands in no text


NO_RATES = [
    "板材厚5厘米",
    "只要2分钟",
    "这次考试2分",
    "盘中有3个点的跌幅",
    "股价涨3个点",
    "增值税13%",
    "全场八折",
    "存款准备金率下调0.5个百分点",
    "每日万分之五的滞纳金",
    "按日加收滞纳税款万分之五的滞纳金",
    "违约金千分之三",
    "市盈率18倍",
    "全年产能翻番",
    "工资收入翻番",
    "百分之百用心",
    "占股15%",
    "持股比例15%",
    "提现手续费0.6%",
    "申购费率1.2%",
    "每年折旧5%",
    "收益十分稳定",
    "利息十分优惠",
    "贷款利率上浮10%",
    "净利润同比增长30%",
    "利润的20%归平台所有",
    "本息一分不少",
    "一分一厘都不差",
    "100%本息保障",
    "本息100%兑付",
    "首付30%起",
    "推荐一人奖10%",
    "今天投保返首年保费20%",
    "话费充100送20",
    "超市购物充500送50",
    "存一万送一桶油",
    "收购该公司12%股权",
    "三分之一的收益",
    "收益五五分",
    "胜率高达99%",
    "年化收益率 % 起投金额",
    "完成度98%的投资项目",
    "佣金千分之八",
    "佣金万三",
    "年化收益为-5%",
    "同行合作一律8点返",
    "下午18点开始计算收益",
    "年化2019年起实行",
    "收益三个月结算一次",
    "该型号3年5%的故障率",
    # rulebase §5.2 反例, and what a page says of anything but returns
    "GDP增长6.5%",
    "涨幅18%",
    "税率25%",
    "收益占比30%",
    "收益同比增长20%",
    "中奖率50%",
    "及格率90%",
    "年合格率98%",
    "占股15%分红",
    "股息率5%",
    "管理费2%/年",
    "年费率1.5%",
    "托管费0.2%/年",
    "产品管理费月费率1%，期限12个月",
    "年折旧率10%",
    "按日万分之五计收滞纳金",
    "每天千分之三的违约金",
    "每天进步1%",
    "每天衰减1%",
    "每周减重2%",
    "20%的收益归平台",
    "收益率一度飙升10个基点",
    "利息每月8点结算",
    "首付三成",
    "八成新",
    "七成收益归用户",
    "收益分成三成",
    "利润的三成",
    "已完成",
    "200倍杠杆",
    "10倍积分",
    "是银行利息的40倍",
    "充值100元每天领10金币",
    "市盈率18%",
    "毛利率30%",
    "失业率5%",
    "通胀率3%",
    "95折收益",
    "比特币信息12%已披露",
    "",
    "没有数字的一段话",
]


@pytest.mark.parametrize("text", NO_RATES)
def test_what_is_no_rate_is_refused(text: str) -> None:
    assert find_rates(text) == ()


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("日息5厘", (18.25, 182.5)),
        ("利息十八厘", (21.6, 18)),
        ("利息一分八", (21.6, 18)),
        ("90天翻3倍", (811.1111, 1216.6667)),
        ("借1万分12期每期983.33", (31.7157, 17.9996)),
        ("6个月收益率8%", (8, 16)),
        ("日息1分", (36.5, 365)),
        ("投资10万元一年后返还12万元", (20, 120)),
        ("投1万，30天到期返1.2万", (243.3333, 1460)),
        ("投1万，每月返1000元，共12个月", (120, 35.0742)),
        ("月费率1.5%，等额本息12期", (31.7164, 18)),
        ("一年10倍收益", (900, 1000)),
    ],
)
def test_both_readings_are_given_where_words_are_ambiguous(text: str, readings: tuple[float, ...]) -> None:
    rate = only(text)
    assert rate.ambiguous
    assert rate.readings == pytest.approx(readings, abs=0.001)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("个人住房贷款年化利率3.05%（单利）", "loan_cost"),
        ("秒批5000元，日息低至万分之五", "loan_cost"),
        ("信用卡分期 月息1.2%", "loan_cost"),
        ("罚息年化18%", "loan_cost"),
        ("逾期利息日万分之五", "loan_cost"),
        ("综合年化资金成本24%", "loan_cost"),
        ("借10万每月利息2000元", "loan_cost"),
        ("存1万元定期一年利息150元", "deposit"),
        ("买10万国债每年利息3000元", "deposit"),
        ("投1万元每月返500元", "fixed_cash"),
        ("贷款年化最低3.2%", "loan_cost"),
        ("我们的理财年化最低12%", "yield"),
        ("业绩报酬计提基准6%", "benchmark"),
        ("借款利率 12% 起投100元", "yield"),
        ("月息2分，1万起投", "yield"),
        ("双方约定月息2分", "interest"),
        ("业绩比较基准为2.60%-3.20%", "benchmark"),
        ("七日年化收益率1.62%", "fund_yield"),
        ("万份收益0.4410元", "fund_yield"),
        ("票面年利率1.63%", "deposit"),
        ("一年期LPR为3.0%", "deposit"),
        ("最低保证利率为年1.0%", "insurance"),
        ("7天回本", "payback"),
        ("上市翻5倍", "doubling"),
        ("充1000返1200", "fixed_cash"),
        ("万元日收益8.8元", "per10k"),
    ],
)
def test_kinds_tell_returns_from_loans_and_disclosures(text: str, kind: str) -> None:
    assert only(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "年化xx%",
        "年化收益率x.x%",
        "年化**%",
        "月息x分",
        "存10万送x万",
        "最低x万元入户每月分一千元",
        "年息百分之x",
        "年化1x%",
        "年化1X.X%",
        "年化○%",
        "每期收益2%",
    ],
)
def test_masked_figures_are_seen_but_have_no_size(text: str) -> None:
    rate = only(text)
    assert rate.masked
    assert rate.readings == ()


@pytest.mark.parametrize(
    ("text", "floor"),
    [
        ("年化12%起", True),
        ("年化12%以上", True),
        ("保底8%", True),
        ("年化收益不低于9%", True),
        ("7天回本", True),
        ("年化最高12%", False),
        ("年化12%", False),
        ("年利率不得超过36%", False),
        ("年化不超过8%", False),
        ("年化12% 起投金额100元", False),
    ],
)
def test_lower_bounds_are_marked(text: str, floor: bool) -> None:
    assert only(text).floor is floor


@pytest.mark.parametrize(("text", "subsidy"), [("年化8%+2%加息", True), ("新手标8%+2%", True), ("年化8%~10%", False)])
def test_an_addition_is_marked_as_a_subsidy(text: str, subsidy: bool) -> None:
    """Rulebase §5.2: 8%+2%加息 → 10(标 subsidy)."""
    assert only(text).subsidy is subsidy


@pytest.mark.parametrize(
    ("text", "compounded"),
    [
        ("利滚利每天1%", 3678.3434),
        ("复投日化1%", 3678.3434),
        ("月息2分利滚利", 26.8242),
        ("日化1%", None),
        ("年化8%复利", None),
    ],
)
def test_what_reinvesting_comes_to_stands_beside_the_simple_figure(text: str, compounded: float | None) -> None:
    """Rulebase §5.2: 复利另给 (1+r)^n−1 但以单利为主."""
    rate = only(text)
    assert rate.compounded == (compounded and pytest.approx(compounded))
    assert compounded not in rate.readings


@pytest.mark.parametrize("text", ["2分利", "五厘月息", "一分五的利息"])
def test_the_word_behind_分_is_quoted(text: str) -> None:
    assert text.startswith(only(text).quote)
    assert only(text).quote[-1] in "利息"


def test_a_sales_table_needs_no_label_on_every_step() -> None:
    text = "信托理财产品：100万-300万 9.2%，300万以上 9.6%"
    assert [rate.low for rate in find_rates(text)] == [9.2, 9.6]


def test_a_label_does_not_reach_into_the_next_sentence() -> None:
    assert find_rates("本产品有年化收益。出席率12%") == ()


@given(
    st.text(
        alphabet="年化收益率月息日投万返每天回本翻倍0123456789.%‰分厘点成基~-+xX○元 ，。一二三十百百分之借期共费后壹",
        max_size=80,
    )
)
def test_any_text_gives_ordered_rates_that_quote_it(text: str) -> None:
    rates = find_rates(text)
    assert all(rate.quote == text[rate.start : rate.end] and rate.quote for rate in rates)
    assert all(rate.low in rate.readings for rate in rates if rate.low is not None)
    assert [rate.start for rate in rates] == sorted(rate.start for rate in rates)


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_at_all_is_read(text: str) -> None:
    """Lone surrogates included."""
    find_rates(text)


FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
DIGITS = "零一二三四五六七八九"
CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def in_chinese(number: int, digits: str, ten: str) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else (digits[tens] if tens > 1 or digits is CAPITALS else "") + ten
    return head + (digits[ones] if ones or not tens else "")


@given(st.integers(1, 99), st.integers(0, 9))
def test_a_figure_says_the_same_in_every_script(whole: int, tenth: int) -> None:
    value = float(f"{whole}.{tenth}")
    chinese = in_chinese(whole, DIGITS, "十") + (f"点{DIGITS[tenth]}" if tenth else "")
    capitals = in_chinese(whole, CAPITALS, "拾") + (f"点{CAPITALS[tenth]}" if tenth else "")
    arabic = f"{value:g}"
    for figure in (
        f"{arabic}%",
        f"{arabic} %",
        f"{arabic}%".translate(FULL_WIDTH),
        f"{value * 10:g}‰",
        f"{value * 100:g}bp",
        f"百分之{chinese}",
        f"百分之{capitals}",
        f"百分之{arabic}",
        f"{chinese}%",
        f"{arabic}个点",
        f"{chinese}个百分点",
    ):
        assert values(f"年化收益率{figure}，限时") == [pytest.approx((value, value))], figure


@pytest.mark.parametrize(
    "piece",
    [
        "投1万",
        "1%",
        "年化",
        "收益1",
        "百分之",
        "1天",
        "翻",
        "月息2分",
        "12",
        "万元日",
        "投1万每月返",
        "借1万分12期",
        "借1万天",
        "月费率1%",
        "12期费率",
        "一年10倍",
        "投1万30天",
        "三成",
        "8%+",
        "每天1%",
    ],
)
def test_time_is_linear_in_near_misses(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begin = time.process_time()
        find_rates(text)
        return time.process_time() - begin

    assert seconds(40_000) < 10 * max(seconds(10_000), 0.01)
