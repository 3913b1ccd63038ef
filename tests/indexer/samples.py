"""Some thirty captures written by hand, each with a neighbour that must not be taken for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from indexer.documents import Document

SHANGHAI = ZoneInfo("Asia/Shanghai")
_BASE = Document(
    id="base",
    version=1,
    url="http://base.test/",
    host="base.test",
    domain="base.test",
    title="",
    text="",
    fetched_at=datetime(2026, 11, 20, 1, 30, tzinfo=SHANGHAI),
    month="2026-11",
    ending="captured",
    analysis="analysed",
    decision="none",
    severity=0,
    score=0,
    area="p2p",
    target="base.test",
    patrol="20261120-013000",
    status=200,
)


def document(key: str, text: str = "", **values: Any) -> Document:
    """A capture that is plain but for what is given; its host is `<key>.test` unless given."""
    host = values.get("host", f"{key}.test")
    plain = {"host": host, "domain": host, "url": f"http://{host}/", "target": host}
    return replace(_BASE, id=key, text=text, **{**plain, **values})


def at(day: int, month: int = 11, hour: int = 2) -> dict[str, Any]:
    """The values of a capture taken that day of 2026."""
    moment = datetime(2026, month, day, hour, tzinfo=SHANGHAI)
    return {"fetched_at": moment, "month": f"2026-{month:02}"}


def flagged(rule: str, quote: str, decision: str = "violation", severity: int = 3, **values: Any) -> dict[str, Any]:
    """The values of a capture with one finding."""
    return {
        "rule": (rule,),
        "family": (rule.split(".")[0],),
        "quote": (quote,),
        "decision": decision,
        "severity": severity if decision in ("violation", "suspect") else 0,
        "score": severity * 20,
        "review": ("pending",),
        **values,
    }


DOCUMENTS: tuple[Document, ...] = (
    document(
        "p1",
        "本平台承诺保本保息，到期兑付。",
        title="稳盈财富",
        host="www.wenying.test",
        domain="wenying.test",
        **flagged("guarantee.principal", "保本保息", rule_title=("承诺保本",), apr=(12.0,)),
        subject="稳盈（海州）信息服务有限公司",
        subject_id="1",
        company=("稳盈（海州）信息服务有限公司",),
        icp=("沪ICP备20269999号",),
        phone=("13800138000",),
        genre="product",
        charset="gbk",
        sha256="aa" * 32,
    ),
    document(
        "p2",
        "本产品非保本浮动收益，保本不保息的说法不存在。",
        title="产品说明",
        decision="excluded",
        rule=("guarantee.principal",),
        family=("guarantee",),
        quote=("保本",),
        review=("excluded",),
    ),
    document("p3", "保本，保息，两不误。"),
    document("p4", "保 本 保 息"),
    document("p5", "担保本息由第三方代偿"),
    document(
        "p6",
        "年化收益１２％起，ＰＲＯＦＩＴ　guaranteed return every month",
        **flagged("return.rate", "年化收益１２％", "suspect", 2, apr=(12.0, 15.5)),
        area="asset_management",
    ),
    document(
        "p7",
        "年化120%的骗局，警方提醒：高额回报不可信",
        genre="warning",
        decision="info",
        rule=("return.rate",),
        family=("return",),
        quote=("年化120%",),
        review=("pending",),
    ),
    document(
        "p8",
        "Bitcoin and bitcoins: BTC to the moon",
        title="Crypto Daily",
        area="",
        **flagged("crypto.trading", "Bitcoin", "violation", 4, apr=(300.0,)),
    ),
    document("p9", "比特币、以太坊、USDT 场外交易", **flagged("crypto.otc", "USDT 场外交易", "violation", 4)),
    document("p10", "bit coin 分开写", title="BTC行情"),
    document("p11", "银行存款利率1.5%，存款保险保障50万元", title="某银行", host="bank.test", genre="product"),
    document(
        "p12",
        "关于警惕“保本高收益”陷阱的风险提示",
        title="风险提示",
        host="gov.test",
        genre="warning",
        decision="excluded",
        rule=("guarantee.principal", "return.high"),
        family=("guarantee", "return"),
        quote=("保本高收益",),
        review=("confirmed", "pending"),
        area="advertising",
    ),
    document("p13", "", title="图片站", analysis="unreadable", charset="", status=200),
    document("p14", "登录后查看", title="会员登录", url="http://p14.test/member/login.php?next=/a-b"),
    document(
        "p15",
        "老张介绍老李，老李介绍老王，拉一个人返佣十元",
        **flagged("pyramid.commission", "拉一个人返佣", "suspect", 3, review=("confirmed",)),
        area="private_finance",
    ),
    document(
        "p16",
        "推荐好友返佣，返佣比例20%",
        **flagged("pyramid.commission", "返佣比例20%", review=("excluded",)),
    ),
    document(
        "p17",
        "众筹入股，收益分红",
        host="shop.p17.test",
        domain="p17.test",
        area="crowdfunding",
        **flagged("equity.crowd", "众筹入股", "suspect", 2),
        **at(1, 10),
    ),
    document("p18", "众筹新书", host="book.p17.test", domain="p17.test", area="crowdfunding", **at(31, 10, 23)),
    document(
        "p19",
        "落地页：月月返息",
        carrier=("http://news.test/ad/1", "http://portal.test/"),
        **at(1, 11, 0),
        **flagged("return.monthly", "月月返息"),
    ),
    document("p20", "第一行\n\n第二行\t制表", title="空白\u3000字符", **at(2)),
    document("p21", 'C++ 与 a+b=c; 100%保本！(真的) [x] {y} ~z ^ "引号" \\反斜线/'),
    document("p22", "的", title="的"),
    document("p23", "保本" * 40 + "保息", title="重复", **at(3)),
    document("p24", "繁體：保證本金，穩賺不賠", **flagged("guarantee.principal", "保證本金", "suspect", 2), **at(4)),
    document("p25", "p2p网贷平台 P2P理财", title="网贷之家", version=7, ending="unchanged", **at(5)),
    document(
        "p26",
        "资金池 与 自融 相隔很远很远很远的自保",
        **flagged("raise.fund_pool", "资金池", severity=4),
        **at(6),
    ),
    document("p27", "自融资金池", status=404, **at(7, hour=12)),
    document("p28", "甲乙丙丁戊己庚辛", title="甲乙", **at(8, hour=23)),
    document("p29", "庚辛甲乙", title="丙丁", **at(9, hour=0)),
    document(
        "p30",
        "𠮷利宝 ❤ emoji 😀 保本",
        subject="𠮷利宝",
        subject_id="30",
        company=("甲公司", "乙公司"),
        quote=("前半保", "本后半"),
        **at(23),
    ),
)
