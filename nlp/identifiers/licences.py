"""Permits to do finance: bank, payment, fund sales, private funds; by form alone (rulebase §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.mark import mark
from nlp.identifiers.regions import PROVINCE_CODES

_FINANCIAL: Final = re.compile(r"(?<![0-9a-z])[a-z][0-9]{4}[a-z][0-9]{9}(?![0-9a-z])", re.IGNORECASE)
_PAYMENT: Final = re.compile(r"(?<![0-9a-z])z2[0-9]{12}(?![0-9a-z])", re.IGNORECASE)
_FUND_SALES: Final = re.compile(
    r"基金销售(?:业务)?(?:资格|许可)?(?:证书?)?(?:编号|证号|号码?|批文)?[^0-9a-z。\n]{0,10}(?P<number>[0-9]{8}[0-9x])(?![0-9a-z])",
    re.IGNORECASE,
)
_MANAGER: Final = re.compile(r"(?<![0-9a-z])p1[0-9]{6}(?![0-9a-z])", re.IGNORECASE)
_PRODUCT: Final = re.compile(
    r"(?:备案(?:编码|编号|号)|产品编码|基金(?:编号|编码|代码))[为是:：\s（(]{0,4}(?P<number>s[a-z0-9]{5})(?![0-9a-z])",
    re.IGNORECASE,
)
_FUND_WORDS: Final = re.compile(r"登记|管理人|私募|基金业协会|备案")
_REACH: Final = 30


def find_financial_licence(text: str) -> Iterator[Identifier]:
    """金融许可证机构编码: 15 characters; widths of the parts unverified (rulebase §4 [U])."""
    for found in _FINANCIAL.finditer(text):
        yield mark("financial_licence", found.group().upper(), found)


def find_payment_licence(text: str) -> Iterator[Identifier]:
    """支付业务许可证 Z2000133000019: the seventh and eighth characters are the province."""
    for found in _PAYMENT.finditer(text):
        value = found.group().upper()
        yield mark("payment_licence", value, found, region_ok=value[6:8] in PROVINCE_CODES)


def find_fund_sales_licence(text: str) -> Iterator[Identifier]:
    """基金销售资格证号: nine characters, the last may be X; looked for only where it is so called."""
    for found in _FUND_SALES.finditer(text):
        yield mark("fund_sales_licence", found["number"].upper(), found, "number")


def find_private_fund(text: str) -> Iterator[Identifier]:
    """私募基金管理人登记编号 P1…… and a fund's own S……, where the words around say so."""
    for found in _MANAGER.finditer(text):
        if _FUND_WORDS.search(text, max(0, found.start() - _REACH), found.end() + _REACH):
            yield mark("private_fund_manager", found.group().upper(), found)
    for found in _PRODUCT.finditer(text):
        yield mark("private_fund_product", found["number"].upper(), found, "number")
