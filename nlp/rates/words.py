"""The words of rates as tables: what names a return, what a loan, and what makes a percentage something else.

Entries are linear-time pattern pieces on lower-case text, apart by blanks (rulebase §5.1 label, §5.2 反例).
"""

from __future__ import annotations

from typing import Final

from nlp.rates.rate import Kind


def either(words: str) -> str:
    """A pattern for one of some pieces, earlier ones first."""
    return "(?:" + "|".join(words.split()) + ")"


OWN: Final = "(?<![0-9个几多半二三四五六七八九十两])"
"""Before 年, 月, 日 of a label: 3个月收益 is a term and 收益, not 月收益."""

REFUSED: Final = either("""
    市盈率 净资产收益率 内部收益率 资产收益率 毛利率? 净利率 利润率 净利润 准备金率 股息率 每股收益 收益分成
    风险收益比 盈利预测 手续费率? 服务费率? 管理费率? 申购费率? 托管费率? 月?费率 滞纳(?:金|税款)? 违约金
    赔偿金 罚金 罚款 赔付 增值税 所得税 印花税 税率? 折旧 首付 定金 订金 押金 保证金 尾款 保费 佣金 提成
    返佣 返点 点返 折扣 打折 优惠 减免 奖励?(?!标|利率|收益) 中奖率? 胜率 成功率 通过率 准确率 命中率
    兑付率 逾期率 不良率 坏账率? 违约率 覆盖率 利用率 出租率 入住率 复购率 点击率 转化率 正确率 失业率
    概率 几率 可能性 满意度 占[比股]? 股份 股权 持股 比例 比重 份额 仓位 成数 市占 回撤 跌幅? 跌停 涨停 涨跌
    波动 增幅 增速 增长率? 同比 环比 涨(?!到|至) 降息?(?!到|至) 下浮 定额 亏损? 损失 减持 增持
    (?:下滑|回落|飙升|攀升|上行|下行|走低|上升|走高|反弹|上涨|下降|上调|下调|上浮|提高|提升|降低|减少|增加)(?!到|至|为)
    通胀 gdp cpi ppi 纯度 含量 浓度 湿度 电量 进度 完成度? 剩余 已售 已投 质押率 抵押率 抵押物 余额 折价 用户 人口
    扣除 分成
""")
"""Nouns whose per cent is no return."""

REFUSED_BEHIND: Final = either("""
    (?:收益|利润|盈利|回报|分红)(?:归|作为|用于|捐|上缴|分给|给平台)
    (?!收益|回报|利|年|预期|月|日|化)[\u4e00-\u9fff]{1,3}率 本息 本金 安全 保障 保证 担保 还本 保本 兑付
    兑现 真实 有效 赔 股 返(?![利息还现租]) 房款 成数 控股 透明 覆盖 收购 回款 纯 正品 国资
    的(?:人|概率|投资者|时间|资金|资产|股|收入|利润|钱|客户|企业|公司)
""")
"""What a per cent right before it only measures: 100%本息保障, 12%股权."""

_YIELD: Final = either(f"""
    (?:{OWN}[年月日周季])?化?(?:投资)?净?(?:回报|收益(?!分成|权|总额)|报酬)(?:利率|率|收益|回报)?
    [月日周]化 时收益 分红 派息 分息 返利 返息 返现 返租 增值 保底 {OWN}[年月日天周]返 返还? 加息 静态
    产出 复利 {OWN}[日月年周]收(?!入) 入账 roi {OWN}[日月年周天](?:利润|赚|盈利)
""")
_INTEREST: Final = either(f"""
    年化率? 预期(?![的值目增收年]) ap[yr] (?:约定|{OWN}[年月日周天])?利率 {OWN}[年月日周天]利息 利息
    {OWN}[年月日周天]息 {OWN}[年月日]利(?!润|用|益) 付息 计息 结息 利滚利 (?<![本信消休作气])息
""")

SENSES: Final[tuple[tuple[Kind | None, str], ...]] = (
    ("benchmark", "业绩(?:比较|报酬计提|报酬)?基准|(?:比较|计提)基准"),
    ("fund_yield", "[七7]日年化(?:收益率?)?"),
    ("insurance", "(?:最低)?保证(?:年)?利率|预定利率|结算(?:年)?利率"),
    (
        "deposit",
        either("存款 定期 活期 存单 挂牌 国债 票面 基准 报价 逆回购")
        + "的?(?:年化?|月|日)?(?:收益率|利率|利息)|lpr|储蓄国债",
    ),
    (
        "loan_cost",
        either("贷款? 借款 借贷 还款 分期 融资 透支") + "的?(?:综合)?(?:年化?|月|日)?(?:利率|利息|息|成本|年化)"
        "|罚息的?(?:年化?|月|日)?(?:利率|利息)?|逾期的?(?:年化?|月|日)?(?:利率|利息|息)|逾期年化"
        "|(?:综合)?(?:年化)?(?:资金|融资|借款)成本率?",
    ),
    (None, "(?:固定|权益|浮动|类固定)收益类"),
    (None, REFUSED),
    ("yield", _YIELD),
    ("interest", _INTEREST),  # 年化 and 利率 are said of both sides: labels.side_of decides
)
"""Senses of a label, most particular first: of several that start at one place it wins. None: no rate."""

BEFORE_LABEL: Final = either(r"""
    以上 左右 上下 起步? 多 之间 不等 [/每一](?:年|月|日|天|周|季|小时) [年月日天周](?=的) 的 高 超高 稳定
    固定 预期 预计 约定 综合 实际 额外 净 \s
""")
"""What may stand between a figure and the label behind it."""

APPROXIMATION: Final = either(r"""
    最高 高达 可达 可以? 能够? 达到? 约为? 大约 将?近 超过? 逾 至少 不低于 最低 低至 稳定 固定 一直 自动
    变 为 是 在 到 至 按 年 每 [\s:：=（(【\[]
""")
"""What may stand between a label and its figure."""

LENDING_SIDE: Final = either("起投 投标 出借 可投 投资 募集 认购 起购")
LOW_COST: Final = either("低至 最低 仅 只要 只需")
BORROWING: Final = either("""
    贷 借款 借钱 借[0-9一两几万] 放款 还款 月供 征信 授信 额度高 秒批 秒到 借据 借条 可借 垫资 分期 借入
    信用卡 花呗 借呗
""")
INVESTING: Final = either("""
    投资 理财 付息 定期 产品 闲钱 收益 回报 起投 出借 投标 认购 募集 本金 保本 分红 存入 入股 吸收 集资
    起购 投入 入金 质押 静态 出资 买入 储户 抵押 托管 运作 债权 保理 信托 政信 资方 量化 操盘 存钱 财富
    保息 养老 入会
""")
