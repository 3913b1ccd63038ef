"""Chinese names of the English words the ledger stores, for queries, lists and exports."""

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

AREAS = {
    "p2p": "P2P网络借贷",
    "asset_management": "资产管理及跨界",
    "payment": "第三方支付",
    "insurance": "互联网保险",
    "crowdfunding": "股权众筹",
    "advertising": "互联网金融广告",
    "exchange": "各类交易场所",
    "private_finance": "民间投融资机构",
}
"""Areas of business of the campaign (design §1, rule base §1.3)."""

REVIEWS = {"pending": "未研判", "confirmed": "已确认", "excluded": "研判排除"}

ENDINGS = {"captured": "已取证", "unchanged": "未变", "refused": "未取", "failed": "失败"}

ANALYSES = {"analysed": "已分析", "unreadable": "不可读"}

GENRES = {
    "news": "新闻",
    "judgment": "裁判文书",
    "statute": "法规",
    "warning": "风险提示",
    "forum": "论坛",
    "product": "产品页",
    "ad": "广告页",
    "other": "其他",
}

BASIS_STATUS = {"T": "已核条文", "T摘": "仅核节选", "S": "二手来源", "S1": "单一二手来源", "U": "未核"}
"""How far an article of law was verified (rulebase §0.1)."""

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

HOWS = {
    "seed": "入口",
    "link": "链接",
    "sitemap": "站点地图",
    "frame": "框架",
    "http": "跳转",
    "meta": "页面跳转",
    "script": "脚本跳转",
    "ad": "广告",
}
"""How a url was named, crawler.journal.How."""

PARTS = {"request": "请求", "response": "响应", "dom": "渲染后页面", "screenshot": "截图", "image": "图片"}
"""Archived records of one capture."""

CHECKS = {
    "chain": "清单链",
    "plan": "计划",
    "journal": "流水",
    "file": "存档文件",
    "line": "流水行",
    "record": "记录",
    "unreferenced": "无人引用的记录",
}
"""What verification recomputes, crawler.verify.Check; unreferenced records are robots.txt and what a kill left."""

WHYS = {
    "browser crashed": "浏览器崩溃",
    "budget: bytes": "预算用尽：字节",
    "budget: depth": "预算用尽：层数",
    "budget: minutes": "预算用尽：时间",
    "budget: pages": "预算用尽：页数",
    "connect": "连不上",
    "cut off": "中途断开",
    "dns": "域名无法解析",
    "encoding": "内容解码失败",
    "guard": "内网地址，不访问",
    "http": "网站答",
    "no answer": "没有回答",
    "not rendered": "没有渲染成",
    "protocol": "不合 HTTP 协议",
    "redirect to nowhere": "跳转无去处",
    "reset": "连接被重置",
    "robots": "robots.txt 不允许",
    "timeout": "超时",
    "tls": "证书有问题",
    "too large": "过大",
    "trap: calendar": "陷阱：日历",
    "trap: endless parameters": "陷阱：无尽的参数",
    "trap: path of": "陷阱：路径过长",
    "trap: redirect loop": "陷阱：循环跳转",
    "trap: repeating path": "陷阱：重复的路径",
    "trap: same pages": "陷阱：雷同页面",
}
"""Why a url was refused or failed, by how the journal's `why` begins (crawler/endings.py, crawler/traps.py)."""

RENDER_MODES = {"auto": "按需", "never": "从不", "always": "总是"}

RENDERS = {
    "failed: ": "渲染失败：",
    "no browser: ": "需要渲染而没有浏览器：",
    "not needed": "不需要",
    "off": "已关闭",
    "rendered: ": "已渲染：",
}
"""How a journal's `render` begins, crawler.journal.JournalLine.render."""

RENDER_REASONS = {
    "always": "一律渲染",
    "asks for JavaScript": "页面要求打开 JavaScript",
    "built by script": "由脚本生成",
    "empty shell": "空壳页",
    "little text": "文字太少",
    "nested too deeply": "嵌套过深",
    "state without text": "有数据没有文字",
    "text in scripts": "文字在脚本里",
    "unfilled template": "模板没有填入",
}
"""Why a page was to be rendered, crawler.rendering."""


def why_name(why: str) -> str:
    """A journal's `why` in Chinese; what stands behind the known words is kept: `http 404` → `网站答 404`."""
    return _by_beginning(WHYS, why)


def render_name(render: str) -> str:
    """A journal's `render` in Chinese: `rendered: empty shell` → `已渲染：空壳页`."""
    for words, name in RENDERS.items():
        if render.startswith(words):
            return name + _by_beginning(RENDER_REASONS | WHYS, render.removeprefix(words))
    return render


def _by_beginning(names: dict[str, str], told: str) -> str:
    for words, name in sorted(names.items(), reverse=True):
        if told.startswith(words):
            return name + told.removeprefix(words)
    return told
