"""Permits to do finance: bank, payment, fund sales, private funds, securities, insurance; by form alone (rulebase §4).

A number so called that has not the form is told as ill-formed; whether one is in its register nobody knows here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.mark import mark
from nlp.identifiers.regions import PROVINCE_CODES

_FINANCIAL: Final = re.compile(r"(?<![0-9a-z])[a-z][0-9]{4}[a-z][0-9]{9}(?![0-9a-z])", re.IGNORECASE)
_PAYMENT: Final = re.compile(
    r"(?<![0-9a-z])(?:z2[0-9]{12}"
    r"|(?<=证|号|为|是|照|：|:|\s|（|\()z[0-9]{8,17})(?![0-9a-z])",
    re.IGNORECASE,
)
_PAYMENT_LABEL: Final = re.compile("支付(?:业务)?(?:许可证?|牌照|证)")
_PAYMENT_FORM: Final = re.compile("Z2[0-9]{12}")
_FUND_SALES: Final = re.compile(
    r"基金销售(?P<label>(?:业务)?(?:资格|许可)?(?:证书?)?(?:编号|证号|号码?|批文)?[^0-9a-z。\n]{0,10})(?P<number>[0-9]{5,12}x?)(?![0-9a-z年月.-])",
    re.IGNORECASE,
)
_FUND_SALES_FORM: Final = re.compile("[0-9]{8}[0-9X]")
_FUND_SALES_LABEL: Final = re.compile("(?:证书?|编号|证号|批文)(?!.*(?:电话|热线|客服))")
_MANAGER: Final = re.compile(r"(?<![0-9a-z])p1[0-9]{6}(?![0-9a-z])", re.IGNORECASE)
_ILL_MANAGER: Final = re.compile(
    r"登记(?:编号|编码|号码?)[为是:：\s（(]{0,4}(?P<number>p[0-9]{3,10})(?![0-9a-z])", re.IGNORECASE
)
_MANAGER_FORM: Final = re.compile("P1[0-9]{6}")
_PRODUCT: Final = re.compile(
    r"(?:备案(?:编码|编号|号)|产品编码|基金(?:编号|编码|代码))[为是:：\s（(]{0,4}(?P<number>s[a-z0-9]{5})(?![0-9a-z])",
    re.IGNORECASE,
)
_FUND_WORDS: Final = re.compile(r"登记|管理人|私募|基金业协会|备案")
_REACH: Final = 30
_SERIAL: Final = r"[^0-9a-z。\n]{0,12}(?P<number>[a-z]{0,2}[0-9]{6,15})(?![0-9a-z年月])"
_SECURITIES: Final = re.compile(
    r"(?:经营)?证券(?:期货|投资咨询|经纪|经营)?业务(?:经营)?(?:许可|资格)证书?" + _SERIAL, re.IGNORECASE
)
_INSURANCE: Final = re.compile(
    r"保险(?:中介|代理|经纪|公估|专业代理|兼业代理)?(?:业务)?(?:经营)?许可证" + _SERIAL, re.IGNORECASE
)


def find_financial_licence(text: str) -> Iterator[Identifier]:
    """金融许可证机构编码: 15 characters; widths of the parts unverified (rulebase §4 [U])."""
    for found in _FINANCIAL.finditer(text):
        yield mark("financial_licence", found.group().upper(), found)


def find_payment_licence(text: str) -> Iterator[Identifier]:
    """支付业务许可证 Z2000133000019: the seventh and eighth characters are the province (rulebase §4 [S])."""
    for found in _PAYMENT.finditer(text):
        value = found.group().upper()
        formed = _PAYMENT_FORM.fullmatch(value) is not None
        if formed or _PAYMENT_LABEL.search(text, max(0, found.start() - _REACH), found.start()):
            region_ok = value[6:8] in PROVINCE_CODES if formed else None
            yield mark("payment_licence", value, found, format_ok=formed, region_ok=region_ok)


def find_fund_sales_licence(text: str) -> Iterator[Identifier]:
    """基金销售资格证号: nine characters, the last may be X; looked for only where it is so called (rulebase §4 [S])."""
    for found in _FUND_SALES.finditer(text):
        number = found["number"].upper()
        formed = _FUND_SALES_FORM.fullmatch(number) is not None
        if formed or _FUND_SALES_LABEL.search(found["label"]):
            yield mark("fund_sales_licence", number, found, "number", format_ok=formed)


def find_private_fund(text: str) -> Iterator[Identifier]:
    """私募基金管理人登记编号 P1…… and a fund's own S……, where the words around say so (rulebase §4 [U])."""
    for found in _MANAGER.finditer(text):
        if _FUND_WORDS.search(text, max(0, found.start() - _REACH), found.end() + _REACH):
            yield mark("private_fund_manager", found.group().upper(), found)
    for found in _ILL_MANAGER.finditer(text):
        number = found["number"].upper()
        if not _MANAGER_FORM.fullmatch(number):
            yield mark("private_fund_manager", number, found, "number", format_ok=False)
    for found in _PRODUCT.finditer(text):
        yield mark("private_fund_product", found["number"].upper(), found, "number")


def find_serials(text: str) -> Iterator[Identifier]:
    """Permits for securities, futures and insurance: taken down, not checked (rulebase §4「仅提取不校验」)."""
    for found in _SECURITIES.finditer(text):
        yield mark("securities_licence", found["number"].upper(), found, "number")
    for found in _INSURANCE.finditer(text):
        yield mark("insurance_licence", found["number"].upper(), found, "number")
