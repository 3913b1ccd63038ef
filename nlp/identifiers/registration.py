"""Who a site is registered to: ICP, telecom permit, 公安备案, 统一社会信用代码 (rulebase §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.checksums import USCC_CHARACTERS, USCC_LENGTH, org_code_ok, person_ok, registration_ok, uscc_ok
from nlp.identifiers.mark import mark
from nlp.identifiers.regions import CODES, ELSEWHERE, PROVINCE_CODES, SHORT_NAMES

_ICP: Final = re.compile(
    rf"(?P<region>[{SHORT_NAMES}{ELSEWHERE}]?)\s?icp\s?备\s?(?P<number>[0-9x*]{{4,12}})\s?(?P<sign>号?)\s?"
    r"(?P<site>-\s?[0-9]{1,6}[a-z]{0,2}(?![0-9a-z]))?",
    re.IGNORECASE,
)
_ICP_LICENCE: Final = re.compile(
    rf"(?P<region>[{SHORT_NAMES}{ELSEWHERE}]?)\s?icp\s?证\s?[:：]?\s?(?P<number>[0-9x*]{{4,10}})\s?号?(?P<site>-[0-9]{{1,4}})?",
    re.IGNORECASE,
)
_TELECOM: Final = re.compile(
    rf"(?<![0-9a-z])(?P<region>[{SHORT_NAMES}]?)(?P<services>[ab][12](?:\.[ab][12])*)\s?-\s?(?P<year>[0-9]{{4}})(?P<number>[0-9]{{4}})"
    r"(?P<site>-[0-9]{1,3})?(?![0-9])",
    re.IGNORECASE,
)
_POLICE: Final = re.compile(
    rf"(?P<region>[{SHORT_NAMES}]?)\s?(?:公网安备|公安备案(?:编?号)?[:：\s])\s?(?P<number>[0-9x*]{{8,16}})\s?号?",
    re.IGNORECASE,
)
_USCC: Final = re.compile(r"(?<![0-9a-z])[1-9any][1-9][0-9]{6}[0-9a-z]{10}(?![0-9a-z])", re.IGNORECASE)
_USCC_IN_GROUPS: Final = re.compile(
    r"信用代码[证号为是:：\s）)]{0,4}(?P<code>[0-9a-z](?:[ -]?[0-9a-z]){17}|[0-9a-z]{16,20})(?![0-9a-z])", re.IGNORECASE
)
"""A code so called: in groups, or of a wrong length."""
_CATEGORIES: Final = {"1": "1239", "5": "1239", "9": "123"}
"""Second character by the first, for the authorities rulebase §4 names: 51 52 53, 11 12, 91 92 93; others unknown."""
_USCC_LABEL: Final = re.compile(r"信用代码|纳税人识别号|税号|营业执照")
_ORG: Final = re.compile(r"组织机构代码[证号:：\s]{0,4}(?P<code>[0-9a-z]{8}\s?-?\s?[0-9x])(?![0-9a-z])", re.IGNORECASE)
_REGISTRATION: Final = re.compile(
    r"(?:注册号|营业执照号?码?|执照编号)[号:：\s（(]{0,4}(?P<number>[0-9]{15})(?![0-9a-z])", re.IGNORECASE
)
_LABEL_REACH: Final = 24
_FIRST_ICP_YEAR: Final = 2005
"""The filing began in 2005; numbers with a four-digit year came in 2020 (rulebase §4)."""
_FIRST_LONG_ICP_YEAR: Final = 2020


def find_icp(text: str, today: date) -> Iterator[Identifier]:
    """京ICP备14005127号-1; placeholders such as 京ICP备XXXXXXXX号 are told, as ill-formed."""
    for found in _ICP.finditer(text):
        region, number = found["region"], found["number"]
        plain = number.isdecimal() and number.strip("0") != ""
        yield mark(
            "icp",
            f"{region}ICP备{number.upper()}号{_site(found)}",
            found,
            format_ok=plain and len(number) in (8, 10) and region in CODES and _is_well_written(found),
            region_ok=region in CODES if region else None,
            date_ok=_icp_year_ok(number, today) if plain else None,
        )


def find_icp_licence(text: str, today: date) -> Iterator[Identifier]:
    """京ICP证040599号: two digits of the year first."""
    for found in _ICP_LICENCE.finditer(text):
        region, number = found["region"], found["number"]
        plain = number.isdecimal() and number.strip("0") != ""
        yield mark(
            "icp_licence",
            f"{region}ICP证{number.upper()}号{_site(found)}",
            found,
            format_ok=plain and len(number) == 6 and bool(region),
            region_ok=region in CODES if region else None,
            date_ok=2000 <= 2000 + int(number[:2]) <= today.year if plain else None,
        )


def find_telecom_licence(text: str, today: date) -> Iterator[Identifier]:
    """粤B2-20100348, or without a province for the whole country."""
    for found in _TELECOM.finditer(text):
        region = found["region"]
        value = f"{region}{found['services'].upper()}-{found['year']}{found['number']}{_site(found)}"
        year_ok = 2000 <= int(found["year"]) <= today.year
        yield mark("telecom_licence", value, found, region_ok=True if region else None, date_ok=year_ok)


def find_police_record(text: str) -> Iterator[Identifier]:
    """粤公网安备44030702001234号: 14 digits, formerly 12, the first two those of the province."""
    for found in _POLICE.finditer(text):
        region, number = found["region"], found["number"]
        plain = number.isdecimal() and number.strip("0") != ""
        province = number[:2]
        region_ok = (province == CODES[region] if region else province in PROVINCE_CODES) if plain else None
        yield mark(
            "police_record",
            f"{region}公网安备{number.upper()}号",
            found,
            format_ok=plain and len(number) in (12, 14),
            region_ok=region_ok,
        )


def find_uscc(text: str) -> Iterator[Identifier]:
    """A 统一社会信用代码 that checks out, or one so called that does not; never a person's number."""
    for found in _USCC.finditer(text):
        code = found.group().upper()
        named = _USCC_LABEL.search(text, max(0, found.start() - _LABEL_REACH), found.start()) is not None
        if uscc_ok(code) or (named and not person_ok(code)):
            yield _uscc(code, found, 0)
    for found in _USCC_IN_GROUPS.finditer(text):
        code = re.sub(r"[ -]", "", found["code"]).upper()
        if not person_ok(code):
            yield _uscc(code, found, "code")


def _uscc(code: str, found: re.Match[str], group: int | str) -> Identifier:
    """Form: 18 of the 31 characters, a category its authority has; the check character; the province."""
    formed = len(code) == USCC_LENGTH and USCC_CHARACTERS.issuperset(code)
    return mark(
        "uscc",
        code,
        found,
        group,
        format_ok=formed and code[1] in _CATEGORIES.get(code[0], code[1]),
        checksum_ok=uscc_ok(code),
        region_ok=code[2:4] in PROVINCE_CODES | {"10"},
    )


def find_org_code(text: str) -> Iterator[Identifier]:
    """组织机构代码 70846113-6, in use until 2015."""
    for found in _ORG.finditer(text):
        code = re.sub(r"[\s-]", "", found["code"]).upper()
        yield mark("org_code", f"{code[:8]}-{code[8]}", found, "code", checksum_ok=org_code_ok(code))


def find_registration(text: str) -> Iterator[Identifier]:
    """The 15-digit 注册号 of business licences before 2015."""
    for found in _REGISTRATION.finditer(text):
        number = found["number"]
        yield mark(
            "registration_number",
            number,
            found,
            "number",
            checksum_ok=registration_ok(number),
            region_ok=number[:2] in PROVINCE_CODES | {"10"},  # 10: registered with the ministry
        )


def _is_well_written(found: re.Match[str]) -> bool:
    """号 stands there and the suffix is -N to -NNNN with one letter at most (rulebase §4 ICP备案)."""
    return bool(found["sign"]) and re.fullmatch(r"(?:-[0-9]{1,4}[A-Z]?)?", _site(found)) is not None


def _site(found: re.Match[str]) -> str:
    return re.sub(r"\s", "", found["site"] or "").upper()


def _icp_year_ok(number: str, today: date) -> bool:
    if len(number) == 10:
        return _FIRST_LONG_ICP_YEAR <= int(number[:4]) <= today.year
    return _FIRST_ICP_YEAR <= 2000 + int(number[:2]) <= today.year
