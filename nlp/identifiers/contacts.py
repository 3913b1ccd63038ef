"""Ways to reach whoever is behind a page: phones, WeChat, QQ, downloads (rulebase §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.mark import mark

HOTLINES: Final = frozenset({"110", "119", "120", "122", "96110", "96119", "95119", "95598", "962110"})
"""Of authorities and utilities (rulebase §4); with them every 123xx, which are public lines of authorities: 12315,
12337, 12345, 12363, 12378, 12386 …"""
_PUBLIC_LINE: Final = re.compile("123[0-9]{2}")

_UNASSIGNED: Final = frozenset({"142", "143", "154", "160", "161", "163", "164", "168", "169", "179"})
"""Mobile prefixes given to no operator (号段有效, rulebase §4); as known 2026-11-23, to be looked over each year."""

_MOBILE: Final = re.compile(
    r"(?<![0-9/=_.])(?:(?:\+|00)?86[\s-]?)?(?P<number>1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4})(?![0-9])"
)
_LANDLINE: Final = re.compile(
    r"(?<![0-9/=_.-])[(（]?(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))[)）]?\s?-?\s?(?P<number>[2-9][0-9]{6,7})(?![0-9])"
)
_SERVICE: Final = re.compile(
    r"(?<![0-9/=_.-])(?P<number>[48]00(?:[\s-]?[0-9]{3,4}[\s-]?[0-9]{3,4}|[0-9]-[0-9]{3}-[0-9]{3}|[0-9]{2}-[0-9]{5}))(?![0-9-])"
)
_SHORT: Final = re.compile(
    r"(?:客服|热线|电话|拨打|致电|专线)[^0-9。\n]{0,8}(?P<number>9[56][0-9]{3,4})(?![0-9])"
    r"|(?<![0-9a-z.])(?P<before>95[0-9]{3,4})(?=客服|热线|专线)",
    re.IGNORECASE,
)
_SERVICE_DIGITS: Final = 10

_WECHAT: Final = re.compile(
    r"(?:微\s{0,2}信\s{0,2}号?|威信号?|薇信号?|薇芯|维信|徽信|v信|卫星号|微❤|薇❤|v❤|[加➕+](?:微|薇|卫星|v)|(?:薇|卫星)(?=[\s:：+号])"
    r"|(?<![a-z])(?:vx|wx|v|wechat|weixin)(?=[\s:：+号]|1[3-9][0-9]{9}))"
    r"[^a-z0-9。！？\n]{0,6}"
    r"(?P<id>[a-z][-_a-z0-9]{5,19}|1[3-9][0-9]{9})(?![-_a-z0-9(]|\.[a-z]|@)",
    re.IGNORECASE,
)
_NO_WECHAT: Final = frozenset({"wechat", "weixin", "qrcode", "https", "iphone", "android"})
_QQ: Final = re.compile(
    r"(?:(?<![a-z])(?:qq(?:交流)?群?号?|q(?:群|(?=[:：])))|扣扣群?|加扣|企鹅号?|群号|裙号?|加群)[^a-z0-9。！？\n价费¥￥$]{0,6}"
    r"(?P<id>[1-9][0-9]{4,10})(?![0-9元块年月%人.万])",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")

_URL: Final = r"[-a-z0-9_.~:/?#@!$&'*+=%]"
_DOWNLOAD: Final = re.compile(
    rf"itms-services://{_URL}{{1,200}}|(?:https?://)?{_URL}{{1,200}}?\.(?:apk|ipa|mobileconfig)(?![a-z0-9])"
    rf"|(?:https?://)?(?:testflight\.apple\.com/join/|fir\.im/|(?:www\.)?betaqr\.com/|(?:www\.)?pgyer\.com/|dibaqu\.com/)"
    rf"{_URL}{{1,60}}",
    re.IGNORECASE,
)
_STORE: Final = re.compile(
    rf"(?:https?://)?(?:(?:apps|itunes)\.apple\.com|play\.google\.com/store|appgallery\.huawei\.com"
    rf"|app\.mi\.com|sj\.qq\.com|a\.app\.qq\.com)/{_URL}{{1,120}}",
    re.IGNORECASE,
)


def is_hotline(number: str) -> bool:
    """Whether a number is an authority's or a utility's, hence nobody's contact."""
    return number in HOTLINES or _PUBLIC_LINE.fullmatch(number) is not None


def find_phones(text: str) -> Iterator[Identifier]:
    """Mobiles, landlines, 400 and 800 numbers, and 95xxx where it is called a hotline; never an authority's."""
    for found in _MOBILE.finditer(text):
        digits = _digits(found["number"])
        yield mark("phone", digits, found, "number", format_ok=digits[:3] not in _UNASSIGNED)
    for found in _LANDLINE.finditer(text):
        digits = _digits(found["number"])
        value = f"{found['area']}-{digits}"
        yield mark("phone", value, found, format_ok=_landline_ok(found["area"], digits))
    for found in _SERVICE.finditer(text):
        digits = _digits(found["number"])
        if len(digits) == _SERVICE_DIGITS:
            yield mark("phone", digits, found, "number")
    for found in _SHORT.finditer(text):
        group = "number" if found["number"] else "before"
        if not is_hotline(found[group]):
            yield mark("phone", found[group], found, group)


def find_wechat(text: str) -> Iterator[Identifier]:
    """A WeChat id or mobile within six characters of a word for WeChat."""
    for found in _WECHAT.finditer(text):
        if found["id"].lower() not in _NO_WECHAT:
            yield mark("wechat", found["id"], found, "id")


def find_qq(text: str) -> Iterator[Identifier]:
    """A QQ or QQ-group number within six characters of a word for it; no dates, prices or hotlines (rulebase §4)."""
    for found in _QQ.finditer(text):
        if not (_DATE.fullmatch(found["id"]) or is_hotline(found["id"])):
            yield mark("qq", found["id"], found, "id")


def find_apps(text: str) -> Iterator[Identifier]:
    """Links to app packages, profiles and test channels, and to the stores."""
    for found in _DOWNLOAD.finditer(text):
        yield mark("app_download", found.group(), found)
    for found in _STORE.finditer(text):
        yield mark("app_store", found.group(), found)


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _landline_ok(area: str, number: str) -> bool:
    """Three-digit areas (010, 02x) have eight-digit numbers, the others seven or eight."""
    return len(area) == 4 or len(number) == 8
