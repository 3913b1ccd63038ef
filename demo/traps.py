"""Pages that are made up as they are asked for, so that a crawler that follows every link never ends.

Each maker is a pure function of the url: asked twice, it answers the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title} - 枫亭社区</title></head>
<body><h1>{title}</h1>{body}<p><a href="/">返回枫亭社区首页</a></p></body></html>
"""
FILTERS = {"near": ("1", "3", "5"), "sort": ("new", "cheap")}
FIRST_MONTH = date(2026, 11, 1)
DRAWERS = ("更多", "附件")

Maker = Callable[[str], str]


def calendar(url: str) -> str:
    """/events/2026/11/: a month with its days, the month before and the month after, for ever."""
    month = _month(urlsplit(url).path.strip("/").split("/")[1:])
    days = "".join(f'<a href="/events/{month:%Y/%m}/{day:02}">{day}日</a> ' for day in range(1, 29))
    turns = (("上个月", month - timedelta(days=1)), ("下个月", month + timedelta(days=31)))
    turn = "".join(f'<a href="/events/{other:%Y/%m}/">{text}</a> ' for text, other in turns)
    return _page(f"{month:%Y年%m月}活动日历", f"<p>{days}</p><p>{turn}</p><p>本月暂无报名中的活动。</p>")


def sessions(url: str) -> str:
    """/forum/?sid=…: one board whose every link carries a session id never seen before."""
    sid = dict(parse_qsl(urlsplit(url).query)).get("sid", "")
    links = "".join(
        f'<li><a href="/forum/?sid={_session(sid, name)}">{name}</a></li>'
        for name in ("今日帖子", "二手转让", "失物招领", "邻里互助")
    )
    return _page("邻里论坛", f"<ul>{links}</ul><p>请先阅读版规，文明发帖。</p>")


def parameters(url: str) -> str:
    """/market?…: a shelf that can be filtered by everything at once, each with a next page for ever."""
    chosen = dict(parse_qsl(urlsplit(url).query))
    page = chosen.get("page", "")
    turn = ("page", str(int(page) + 1 if page.isdecimal() else 2))
    choices = [(name, value) for name, values in FILTERS.items() for value in values] + [turn]
    links = "".join(
        f'<a href="/market?{urlencode(chosen | {name: value})}">{name} {value}</a> ' for name, value in choices
    )
    return _page("闲置集市", f"<p>筛选：{links}</p><p>没有更多物品了。</p>")


def nesting(url: str) -> str:
    """/docs/…: relative links that lead one folder deeper each time."""
    links = "".join(f'<li><a href="{name}/">{name}</a></li>' for name in DRAWERS)
    depth = len(urlsplit(url).path.strip("/").split("/"))
    return _page(f"物业资料柜（第{depth}层）", f"<ul>{links}</ul>")


TRAPS: dict[str, Maker] = {
    "calendar": calendar,
    "nesting": nesting,
    "parameters": parameters,
    "sessions": sessions,
}


def _page(title: str, body: str) -> str:
    return PAGE.format(title=title, body=body)


def _month(parts: list[str]) -> date:
    try:
        return date(int(parts[0]), int(parts[1]), 1)
    except (IndexError, ValueError):
        return FIRST_MONTH


def _session(sid: str, name: str) -> str:
    return hashlib.sha256(f"{sid}{name}".encode()).hexdigest()[:24]
