"""Where money is to go: bank cards, payees by name, addresses on chains (rulebase §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.checksums import base58check_ok, bech32_ok, eip55_ok, luhn_ok
from nlp.identifiers.mark import mark

_CARD: Final = re.compile(
    r"(?<![0-9a-z.])(?P<number>[1-9][0-9]{3}(?:[\s-]?[0-9]{4}){2,3}(?:[\s-]?[0-9]{1,4})?)(?![0-9a-z])",
    re.IGNORECASE,
)
_CARD_LABEL: Final = re.compile(r"卡号|账号|帐号|银行卡|账户|帐户|收款|汇款|打款|转账|转到|汇到|打到")
_CARD_REACH: Final = 20
_CARD_LENGTHS: Final = range(16, 20)

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘蔡蒋余于杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左"
    "柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵"
)
"""The commonest three hundred or so; a name that begins with none is not told from a word."""
_DOUBLE_SURNAMES: Final = "欧阳|上官|诸葛|司马|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|夏侯|端木|独孤|南宫|轩辕"
_PAYEE: Final = re.compile(
    r"(?:[户戶]\s?名|收款人(?:姓名)?|开户名|收款户名|账户名称?|持卡人)[:：为是\s]{1,4}"
    rf"(?P<name>(?:{_DOUBLE_SURNAMES}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,3}})(?![\u4e00-\u9fff])"
)
_NO_PERSON: Final = re.compile(r"公司|银行|中心|店|厂|部|社|所|院|会|称|名")

_TRON: Final = re.compile(r"(?<![0-9a-zA-Z])T[1-9A-HJ-NP-Za-km-z]{33}(?![0-9a-zA-Z])")
_BITCOIN: Final = re.compile(r"(?<![0-9a-zA-Z])[13][1-9A-HJ-NP-Za-km-z]{25,33}(?![0-9a-zA-Z])")
_SEGWIT: Final = re.compile(r"(?<![0-9a-zA-Z])bc1[02-9ac-hj-np-z]{25,59}(?![0-9a-zA-Z])", re.IGNORECASE)
_ETHEREUM: Final = re.compile(r"(?<![0-9a-zA-Z])0x[0-9a-fA-F]{40}(?![0-9a-zA-Z])")


def find_bank_cards(text: str) -> Iterator[Identifier]:
    """16 to 19 digits that pass Luhn and begin as UnionPay cards do, or that are called a card or account."""
    for found in _CARD.finditer(text):
        number = re.sub(r"[^0-9]", "", found["number"])
        if len(number) not in _CARD_LENGTHS:
            continue
        checks = luhn_ok(number)
        named = _CARD_LABEL.search(text, max(0, found.start() - _CARD_REACH), found.start()) is not None
        if named or (checks and number.startswith("62")):
            yield mark("bank_card", number, found, "number", checksum_ok=checks)


def find_payees(text: str) -> Iterator[Identifier]:
    """A person's name after 户名 or 收款人: money is paid to a private account."""
    for found in _PAYEE.finditer(text):
        if not _NO_PERSON.search(found["name"]):
            yield mark("payee", found["name"], found, "name")


def find_chain_addresses(text: str) -> Iterator[Identifier]:
    """Tron, Bitcoin and Ethereum addresses with the checksum of each (rulebase §4 链上地址)."""
    for found in _TRON.finditer(text):
        yield mark("chain_address", found.group(), found, checksum_ok=base58check_ok(found.group()))
    for found in _BITCOIN.finditer(text):
        if base58check_ok(found.group()):  # a shorter form, too common by chance to be told without its check
            yield mark("chain_address", found.group(), found, checksum_ok=True)
    for found in _SEGWIT.finditer(text):
        yield mark("chain_address", found.group(), found, checksum_ok=bech32_ok(found.group()))
    for found in _ETHEREUM.finditer(text):
        yield mark("chain_address", found.group(), found, checksum_ok=eip55_ok(found.group()))
