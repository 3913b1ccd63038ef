"""Chinese names of what the ledger keeps in English words."""

from __future__ import annotations

DECISIONS = {"violation": "违规线索", "suspect": "疑似", "excluded": "已排除", "info": "提示", "none": "无"}
"""A violation is a lead too: what people are shown never calls anything 违法."""

FAMILIES = {
    "guarantee": "承诺保本保收益",
    "return": "收益宣传",
    "raise": "集资募资",
    "crypto": "虚拟货币",
    "pyramid": "拉人头返佣",
    "loan": "贷款",
    "leverage": "配资",
    "advisory": "荐股带单",
    "licence": "资质与背书",
    "pay": "支付结算",
    "insur": "保险",
    "equity": "股权众筹",
    "exchange": "交易场所",
    "ad": "广告",
    "contact": "引流（信号）",
    "obfuscation": "规避写法（信号）",
    "paraphrase": "改写说法",
}

BLOCKS = {
    "title": "标题",
    "heading": "小标题",
    "paragraph": "正文",
    "list": "列表",
    "button": "按钮",
    "link": "链接",
    "footer": "页脚",
    "comment": "评论",
    "quote": "引文",
    "cell": "表格",
    "alt": "图片说明",
    "meta": "页面摘要",
    "ocr": "图片文字",
    "qr": "二维码",
}
