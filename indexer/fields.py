"""The fields of the index: what each holds, what people call it, what they call its values.

One table for the query language, the documents and every engine's mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from ledger import names

Kind = Literal["text", "keyword", "integer", "decimal", "date"]
"""`text` is searched by exact sequences within it, `keyword` as a whole (case folded)."""


@dataclass(frozen=True)
class Field:
    """One field of a document; multi-valued fields are those documents.Document gives as tuples."""

    name: str
    kind: Kind
    zh: str
    aliases: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    """What people write for a value → the value."""
    closed: bool = False
    """Whether `values` names every value there can be."""
    facet: bool = False


def _values(table: Mapping[str, str], **more: str) -> dict[str, str]:
    return {name: name for name in table} | {zh: name for name, zh in table.items()} | more


_SHORT_AREAS = {
    "P2P": "p2p",
    "网络借贷": "p2p",
    "网贷": "p2p",
    "资管": "asset_management",
    "跨界资管": "asset_management",
    "支付": "payment",
    "保险": "insurance",
    "众筹": "crowdfunding",
    "广告": "advertising",
    "金融广告": "advertising",
    "交易场所": "exchange",
    "民间投融资": "private_finance",
}
"""What people write for an area besides its name in full."""

FIELDS: tuple[Field, ...] = (
    Field("id", "keyword", "取证", ("编号", "capture", "取证编号")),
    Field("url", "text", "网址", ("地址", "链接")),
    Field("host", "keyword", "主机", ("域", "网站", "site"), facet=True),
    Field("domain", "keyword", "注册域名", ("域名",)),
    Field("title", "text", "标题"),
    Field("text", "text", "正文", ("内容", "body", "content")),
    Field("area", "keyword", "领域", ("业务领域",), _values(names.AREAS, **_SHORT_AREAS), facet=True),
    Field("target", "keyword", "目标"),
    Field("patrol", "keyword", "巡查", ("巡查编号",)),
    Field("fetched_at", "date", "时间", ("抓取时间", "取证时间", "日期", "date", "time")),
    Field("month", "keyword", "月份", facet=True),
    Field("ending", "keyword", "结局", (), _values(names.ENDINGS), closed=True),
    Field("analysis", "keyword", "分析", (), _values(names.ANALYSES), closed=True),
    Field(
        "decision", "keyword", "判定", ("结论",),
        _values(names.DECISIONS, 违规="violation", 排除="excluded"), closed=True, facet=True,
    ),
    Field("severity", "integer", "严重度", ("严重程度",)),
    Field("score", "integer", "分值", ("得分", "评分")),
    Field("rule", "keyword", "规则", ("rules",), facet=True),
    Field("rule_title", "text", "规则名称", ("规则名",)),
    Field("family", "keyword", "类别", ("families", "类型"), _values(names.FAMILIES), facet=True),
    Field("quote", "text", "引文", ("原文", "命中", "quotes")),
    Field("apr", "decimal", "年化", ("年化收益", "利率", "rate")),
    Field(
        "review", "keyword", "研判", ("研判状态",),
        _values(names.REVIEWS, 待研判="pending", 确认="confirmed", 排除="excluded"), closed=True, facet=True,
    ),
    Field("subject", "text", "主体", ("主体名称",), facet=True),
    Field("subject_id", "keyword", "主体编号"),
    Field("company", "text", "公司", ("公司名称", "企业")),
    Field("icp", "keyword", "备案号", ("备案", "ICP备案")),
    Field("phone", "keyword", "电话", ("手机",)),
    Field("carrier", "text", "载体", ("广告载体", "投放页", "advertised_at")),
    Field("genre", "keyword", "体裁", (), _values(names.GENRES)),
    Field("charset", "keyword", "编码"),
    Field("status", "integer", "状态码"),
    Field("sha256", "keyword", "哈希", ("hash",)),
    Field("version", "integer", "版本"),
)  # fmt: skip

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}

FACETS: tuple[str, ...] = tuple(field.name for field in FIELDS if field.facet)

DEFAULT_FIELDS: tuple[str, ...] = ("title", "text")
"""What a word without a field is searched in."""

_BY_CALL = {
    call.lower(): field for field in FIELDS for call in (field.name, field.zh, *field.aliases)
}  # fmt: skip


def find_field(call: str) -> Field | None:
    """The field people call `call`, in Chinese or English, or None."""
    return _BY_CALL.get(call.lower())


def similar_fields(call: str) -> list[str]:
    """Up to three names of fields that look like `call`."""
    return get_close_matches(call.lower(), _BY_CALL, n=3, cutoff=0.5)
