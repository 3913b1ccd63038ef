"""Ways to reach whoever is behind a page: phones, WeChat, QQ, downloads (rulebase §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.mark import mark

HOTLINES: Final = frozenset({"96110", "95598"})
"""Of authorities and utilities; 110, 12315, 12345, 12363, 12378 and 12386 have no form that is looked for."""

_MOBILE: Final = re.compile(
    r"(?<![0-9/=_.])(?:\+?86[\s-]?)?(?P<number>1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4})(?![0-9])"
)
_LANDLINE: Final = re.compile(
    r"(?<![0-9/=_.-])[(（]?(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))[)）]?\s?-?\s?(?P<number>[2-9][0-9]{6,7})(?![0-9])"
)
_SERVICE: Final = re.compile(r"(?<![0-9/=_.-])(?P<number>[48]00[\s-]?[0-9]{3,4}[\s-]?[0-9]{3,4})(?![0-9-])")
_SHORT: Final = re.compile(r"(?:客服|热线|电话|拨打|致电|专线)[^0-9。\n]{0,8}(?P<number>9[56][0-9]{3,4})(?![0-9])")
_SERVICE_DIGITS: Final = 10

_WECHAT: Final = re.compile(
    r"(?:微信号?|威信号?|薇信号?|薇芯|维信|徽信|v信|卫星号|(?<![a-z])(?:vx|wx|v|wechat|weixin)(?=[\s:：+号]))"
    r"[^a-z0-9。！？\n]{0,6}"
    r"(?P<id>[a-z][-_a-z0-9]{5,19}|1[3-9][0-9]{9})(?![-_a-z0-9(]|\.[a-z]|@)",
    re.IGNORECASE,
)
_NO_WECHAT: Final = frozenset({"wechat", "weixin", "qrcode", "https", "iphone", "android"})
_QQ: Final = re.compile(
    r"(?:(?<![a-z])qq群?号?|扣扣群?|企鹅号?|群号|裙号?|加群)[^a-z0-9。！？\n]{0,6}(?P<id>[1-9][0-9]{4,10})(?![0-9元年月%人.万])",
    re.IGNORECASE,
)

_URL: Final = r"[-a-z0-9_.~:/?#@!$&'*+=%]"
_DOWNLOAD: Final = re.compile(
    rf"itms-services://{_URL}{{1,200}}|(?:https?://)?{_URL}{{1,200}}?\.(?:apk|ipa|mobileconfig)(?![a-z0-9])"
    rf"|(?:https?://)?(?:testflight\.apple\.com/join/|fir\.im/|www\.pgyer\.com/|pgyer\.com/){_URL}{{1,60}}",
    re.IGNORECASE,
)
_STORE: Final = re.compile(
    rf"(?:https?://)?(?:(?:apps|itunes)\.apple\.com|play\.google\.com/store|appgallery\.huawei\.com"
    rf"|app\.mi\.com|sj\.qq\.com)/{_URL}{{1,120}}",
    re.IGNORECASE,
)


def find_phones(text: str) -> Iterator[Identifier]:
    """Mobiles, landlines, 400 and 800 numbers, and 95xxx where it is called a hotline; never an authority's."""
    for found in _MOBILE.finditer(text):
        yield mark("phone", _digits(found["number"]), found, "number")
    for found in _LANDLINE.finditer(text):
        digits = _digits(found["number"])
        value = f"{found['area']}-{digits}"
        yield mark("phone", value, found, format_ok=_landline_ok(found["area"], digits))
    for pattern in (_SERVICE, _SHORT):
        for found in pattern.finditer(text):
            digits = _digits(found["number"])
            if digits not in HOTLINES and (pattern is _SHORT or len(digits) == _SERVICE_DIGITS):
                yield mark("phone", digits, found, "number")


def find_wechat(text: str) -> Iterator[Identifier]:
    """A WeChat id or mobile within six characters of a word for WeChat."""
    for found in _WECHAT.finditer(text):
        if found["id"].lower() not in _NO_WECHAT:
            yield mark("wechat", found["id"], found, "id")


def find_qq(text: str) -> Iterator[Identifier]:
    """A QQ or QQ-group number within six characters of a word for it."""
    for found in _QQ.finditer(text):
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
