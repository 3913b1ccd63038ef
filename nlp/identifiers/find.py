"""All kinds at once, each tried only where its needle stands; of two that overlap the earlier kind wins."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from nlp.characters import ZERO_WIDTH
from nlp.finding import Identifier
from nlp.identifiers.accounts import find_bank_cards, find_chain_addresses, find_payees
from nlp.identifiers.companies import find_companies
from nlp.identifiers.contacts import find_apps, find_phones, find_qq, find_wechat
from nlp.identifiers.domains import find_domains
from nlp.identifiers.licences import (
    find_financial_licence,
    find_fund_sales_licence,
    find_payment_licence,
    find_private_fund,
    find_serials,
)
from nlp.identifiers.registration import (
    find_icp,
    find_icp_licence,
    find_org_code,
    find_police_record,
    find_registration,
    find_telecom_licence,
    find_uscc,
)

Needles = tuple[str, ...]
Finder = Callable[[str], Iterator[Identifier]]

_DATED_FINDERS: Final[tuple[tuple[Needles, Callable[[str, date], Iterator[Identifier]]], ...]] = (
    (("ICP", "icp", "Icp"), find_icp),
    (("ICP", "icp", "Icp"), find_icp_licence),
    (("1-", "2-", "1 -", "2 -"), find_telecom_licence),
)
_FINDERS: Final[tuple[tuple[Needles, Finder], ...]] = (
    (("公网安备", "公安备案"), find_police_record),
    (("5", "9", "1", "信用代码"), find_uscc),
    (("组织机构代码",), find_org_code),
    (("注册号", "执照"), find_registration),
    (("Z", "z"), find_payment_licence),
    (("许可证", "机构编码"), find_financial_licence),
    (("基金销售",), find_fund_sales_licence),
    (("P1", "p1", "备案", "编码", "编号"), find_private_fund),
    (("许可证", "资格证"), find_serials),
    (("T", "0x", "bc1", "1", "3"), find_chain_addresses),
    (("信", "芯", "薇", "微", "卫星", "v", "V", "x", "X"), find_wechat),
    (("q", "Q", "扣", "企鹅", "群", "裙"), find_qq),
    ((".apk", ".ipa", ".mobileconfig", "itms", "testflight", "fir.im", "pgyer",
      "apple.com", "google.com", "huawei", "app.mi", ".qq.com", ".APK", ".IPA", "betaqr", "dibaqu"), find_apps),
    (("www.", "WWW.", "://", ".c", ".C", ".net", ".org", ".top", ".xyz", ".vip", ".ltd", ".wang", ".shop", ".info",
      ".biz", ".hk"), find_domains),
    (("1", "0", "9"), find_phones),
    (("6", "号", "户", "卡", "账"), find_bank_cards),
)  # fmt: skip
_NAME_FINDERS: Final[tuple[tuple[Needles, Finder], ...]] = (
    (("户", "戶", "收款", "持卡"), find_payees),
    (("有限公司", "有限责任公司", "合伙企业"), find_companies),
)
_RUN: Final = re.compile(f"[0-9A-Za-z_０-９Ａ-Ｚａ-ｚ－—–‐.{ZERO_WIDTH}-]{{4,}}")
"""Every number and every address holds one, perhaps of characters yet to be folded or with others unseen among them."""
_UNSEEN: Final = re.compile(f"[{ZERO_WIDTH}]+")
_BEFORE: Final = 40
_AFTER: Final = 40
"""Characters around a run that a finder may look at: its label, and the rest of a number in groups."""
KINDS: Final = (
    "icp", "icp_licence", "police_record", "telecom_licence", "uscc", "org_code", "registration_number",
    "payment_licence", "financial_licence", "fund_sales_licence", "private_fund_manager",
    "private_fund_product", "chain_address", "wechat", "qq", "app_download", "app_store", "phone",
    "bank_card", "payee", "company", "securities_licence", "insurance_licence", "domain", "url",
)  # fmt: skip
"""Every kind an Identifier can have."""
_FOLD: Final = str.maketrans(
    "０１２３４５６７８９－—–‐：．" + "".join(chr(ord(letter) + 0xFEE0) for letter in string.ascii_letters),
    "0123456789----:." + string.ascii_letters,
)
"""One for one, so offsets stay those of the given text."""
_FOLDABLE: Final = re.compile("[" + "".join(re.escape(chr(point)) for point in _FOLD) + "]+")
"""Where there is something to fold: translating a whole page costs ten times the search."""


def find_identifiers(text: str, today: date, plain: str = "") -> tuple[Identifier, ...]:
    """Every identifier in text order, never overlapping, with offsets into `text`; `today` bounds years.

    `plain` is the text with odd characters made plain one for one, as `nlp.normalise` does on its way: numbers are
    looked for there, names in the text itself. Ill-formed numbers are told too, with the checks they fail. Time is
    linear in the text.
    """
    plain = plain or text
    found = [
        identifier
        for start, end in _windows(plain)
        for identifier in _numbers_seen(_folded(plain[start:end]), start, today)
    ]
    if any(needle in text for needles, _ in _NAME_FINDERS for needle in needles):
        found += _tried(_NAME_FINDERS, _folded(text))
    return tuple(_without_overlaps(found, text))


def _folded(text: str) -> str:
    return _FOLDABLE.sub(lambda match: match[0].translate(_FOLD), text)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text around its runs of Latin letters and digits; the rest cannot hold a number."""
    start = end = 0
    for run in _RUN.finditer(text):
        if run.start() - _BEFORE > end:
            if end:
                yield start, end
            start = run.start() - _BEFORE
        end = run.end() + _AFTER
    if end:
        yield start, end


def _numbers_seen(piece: str, begin: int, today: date) -> Iterator[Identifier]:
    """The numbers of a stretch that begins at `begin`, read without the characters that nobody sees."""
    if _UNSEEN.search(piece) is None:
        for identifier in _numbers(piece, today):
            yield replace(identifier, start=identifier.start + begin, end=identifier.end + begin)
        return
    places = [place for place, char in enumerate(piece) if not _UNSEEN.match(char)]
    for identifier in _numbers("".join(piece[place] for place in places), today):
        start, end = places[identifier.start], places[identifier.end - 1] + 1
        yield replace(identifier, start=start + begin, end=end + begin)


def _numbers(piece: str, today: date) -> Iterator[Identifier]:
    for needles, find in _DATED_FINDERS:
        if any(needle in piece for needle in needles):
            yield from find(piece, today)
    yield from _tried(_FINDERS, piece)


def _tried(finders: tuple[tuple[Needles, Finder], ...], text: str) -> Iterator[Identifier]:
    for needles, find in finders:
        if any(needle in text for needle in needles):
            yield from find(text)


def _without_overlaps(found: list[Identifier], text: str) -> list[Identifier]:
    """In text order; of two that overlap the one found first, with its quote from the original text."""
    if not found:
        return found
    covered = bytearray(len(text))
    kept: list[Identifier] = []
    for each in found:
        if 1 not in covered[each.start : each.end]:
            covered[each.start : each.end] = b"\1" * (each.end - each.start)
            kept.append(replace(each, quote=text[each.start : each.end]))
    return sorted(kept, key=lambda each: each.start)
