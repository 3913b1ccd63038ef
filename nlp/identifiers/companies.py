"""Company names as they stand in footers and contracts: from a sensible beginning to 有限公司 or 合伙企业."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.regions import PLACES

_SUFFIX: Final = re.compile(
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|合伙企业(?:[（(](?:有限合伙|普通合伙)[)）])?)(?:[\u4e00-\u9fff]{2,6}分公司)?"
)
_LONGEST_NAME: Final = 30
_SHORTEST_NAME: Final = 3
"""Characters before 有限公司."""
_NAME: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9（）()·&]{1,30}$")
_PLACE: Final = re.compile(rf"(?<![（(])(?:{'|'.join(sorted(PLACES, key=len, reverse=True))})(?![）)])")
_BEGIN_AFTER: Final = re.compile(
    "版权所有|版权归|所有权?归?|主办单位?|运营(?:主体|方|商)?|技术支持|公司名称|企业名称|单位名称|名称|开户名|户名|收款单位|收款人|全称"
    "|由|与|及其?|是|系|为|的|于|在|向|被|将|经|到|从|即|叫|我们|我司|本公司|投资了?|旗下|隶属|属于|来自|授权|委托|联合|携手|成立|注册|创立"
    "|签约|骗取|合作|诉|告|称|对|给|让|把|公司|有限合伙[)）]|[)）](?=[^（(]{0,8}$)|copyright|[0-9]{4}(?:-[0-9]{4})?(?:年)?",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(r"某|[xX*×]{2}|有限公司.*有限公司|该|这家|一家|几家|两家|多家|各|本|我")


def find_companies(text: str) -> Iterator[Identifier]:
    """Full company names; placeholders (某某有限公司) and bare suffixes are none."""
    for found in _SUFFIX.finditer(text):
        name = _NAME.search(text, max(0, found.start() - _LONGEST_NAME), found.start())
        start = _beginning(text, name.start(), found.start()) if name else found.start()
        head = text[start : found.start()]
        if len(head) >= _SHORTEST_NAME and not _PLACEHOLDER.search(head):
            value = text[start : found.end()].replace("(", "（").replace(")", "）")
            yield Identifier("company", value, text[start : found.end()], start, found.end(), format_ok=True)


def _beginning(text: str, start: int, end: int) -> int:
    """Where the name begins: at its place name, or after the last word that joins it to the sentence."""
    places = [found.start() for found in _PLACE.finditer(text, start, end) if end - found.start() >= 4]
    if places:
        return places[0] if not _joined(text, places[0], end) else places[-1]
    begin = start
    for found in _BEGIN_AFTER.finditer(text, start, end):
        if end - found.end() >= _SHORTEST_NAME:
            begin = found.end()
    return begin


def _joined(text: str, start: int, end: int) -> bool:
    return re.search("与|和|及|、", text[start:end]) is not None
