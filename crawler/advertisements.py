"""Which links of a carrier page are advertisements. Pure; a guess by marks that rather takes one too many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.links import Named, Page
from crawler.scope import host_of, registered_domain

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_WORDS = """
    ad ads adv advs advert adverts advertise advertisement advertising adbox adslot adclick adsense dsp
    banner banners sponsor sponsors sponsored promo promotion popup couplet
    gg ggw guanggao tg tuiguang zanzhu piaofu duilian tanchuang
"""
AD_WORDS = frozenset(_WORDS.split())
"""Words in classes, ids and paths; the last line is pinyin: 广告(位), 推广, 赞助, 飘浮, 对联, 弹窗."""
NOT_ADS = frozenset(
    # registered domains that pages link to by image without advertising them
    (
        "12377.cn",  # 互联网举报中心
        "12321.cn",  # 不良信息举报
        "cyberpolice.cn",  # 网络警察
        "knet.cn",  # 可信网站
        "anquan.org",  # 安全联盟
        "itrust.org.cn",  # 信用评价
        "weibo.com",  # share buttons
        "qq.com",  # share buttons, customer service
    )
)
NEAR = 3
"""Elements above a link whose class, id and text are looked at."""
SHORT_TEXT = 120
"""Characters up to which the text around a link is a label and not an article."""

_LABEL = re.compile(r"(?:^|[\s\[【(（「·|])(?:广告|推广|赞助)(?:$|[\s\]】)）」·|:：])")
_GATE = re.compile(r"/(?:go|goto|click|clk|redirect|redir|jump|out|adclick|track)(?:\.[a-z]{2,5})?/?$", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_MARKED = ("class", "id", "aria-label", "name", "data-ad", "data-type")


def advertisements(page: Page) -> Iterator[Named]:
    """The advertisements of a carrier page in document order; frames stay frames, links become `ad`."""
    for named in page.named():
        if is_advertisement(named, page.url):
            yield named if named.how == "frame" else Named(named.url, "ad", named.node)
        elif named.how == "frame":
            yield named


def links_of_slot(page: Page) -> Iterable[Named]:
    """Everything an advertising frame names: its only purpose is to be clicked."""
    return (named if named.how == "frame" else Named(named.url, "ad", named.node) for named in page.named())


def is_slot(url: str, carrier: str) -> bool:
    """True if the frame `url` on the page `carrier` is a place for advertisements."""
    return _is_off_site(url, carrier) or not AD_WORDS.isdisjoint(_words(urlsplit(url).path))


def is_advertisement(named: Named, page_url: str) -> bool:
    """True if a mark of advertising stands on or around what a page names."""
    node = named.node
    if node is None or _is_official(named.url):
        return False
    parts = urlsplit(named.url)
    if (parts.query and _GATE.search(parts.path)) or not AD_WORDS.isdisjoint(_words(parts.path)):
        return True
    if "sponsored" in (node.attributes.get("rel") or "").lower().split():
        return True
    around = list(_around(node))
    if any(not AD_WORDS.isdisjoint(_marks(each)) for each in around):
        return True
    if node.css_first("img") and _is_off_site(named.url, page_url):
        return True
    return any(_is_labelled(each) for each in around)


def _is_official(url: str) -> bool:
    host = host_of(url)
    return host.endswith(".gov.cn") or registered_domain(host) in NOT_ADS


def _is_off_site(url: str, page_url: str) -> bool:
    return registered_domain(host_of(url)) != registered_domain(host_of(page_url))


def _around(node: LexborNode) -> Iterator[LexborNode]:
    current: LexborNode | None = node
    for _ in range(NEAR + 1):
        if current is None or current.tag in ("body", "html", "-document"):
            return
        yield current
        current = current.parent


def _marks(node: LexborNode) -> set[str]:
    attributes = node.attributes
    return _words(" ".join(attributes.get(name) or "" for name in _MARKED))


def _words(text: str) -> set[str]:
    """`topAd_box-2` → top, ad, box."""
    return {word.lower() for word in _WORD.findall(text)}


def _is_labelled(node: LexborNode) -> bool:
    text = node.text(separator=" ")
    return len(text) <= SHORT_TEXT and bool(_LABEL.search(text.strip()))
