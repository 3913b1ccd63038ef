"""Cues and how far they reach, by the words of our own vocabulary."""

from __future__ import annotations

import pytest

from nlp.context import Context, CueFinder, meets
from nlp.matcher import Hit
from nlp.rulebook import Rulebook


@pytest.fixture(scope="module")
def finder(rulebook: Rulebook) -> CueFinder:
    return CueFinder(rulebook.vocabulary, rulebook.vocabulary.cues)


@pytest.mark.parametrize(
    ("cue", "text", "word", "shown"),
    [
        ("negation", "我们不承诺保本", "保本", "不承诺"),
        ("negation", "我们不承诺保本、保息", "保息", "不承诺"),
        ("negation", "不保证及时，保本无忧", "保本", None),
        ("negation", "不是银行，但保本", "保本", None),
        ("negation", "不仅保本，还保息", "保本", None),
        ("negation", "谁说不能保本", "保本", "不能"),
        ("negation", "绝不亏本", "绝不亏本", None),
        ("prohibition", "严禁任何机构向投资者宣传或者承诺保本", "保本", "严禁"),
        ("prohibition", "严禁吸烟。本店保本", "保本", None),
        ("quotation", "业务员声称稳赚", "稳赚", "声称"),
        ("quotation", "声称稳赚，加微信", "稳赚", None),
        ("decoy", "以“云挖矿”“注册送”为噱头，声称保本", "保本", "为噱头"),
        ("decoy", "套路二：谎称消费多少返多少", "返多少", "套路二："),
        ("report", "借款人万一失联，平台垫付", "垫付", None),
        ("report", "老板失联，平台垫付成空谈", "垫付", "失联"),
        ("questionnaire", "您能接受哪种？a 保本 b 浮动", "保本", "？a 保本 b "),
        ("menu", "某某算力 首页 云算力 质押 邀请", "云算力", "某某算力 首页 云算力 质押 邀请"),
        ("menu", "首页推荐：云算力，日息1%", "云算力", None),
        ("denial_after", "稳赚不赔的都是骗局", "稳赚不赔", "都是骗局"),
        ("report", "记者了解到，该平台承诺保本", "保本", "记者"),
        ("report", "记者也在投！起投一万，平台保本", "保本", None),
        ("report_strong", "被告人承诺保本，加微信", "保本", "被告人"),
        ("warning", "警惕保本高息", "保本", "警惕"),
        ("statute", "第二十五条 不得承诺保本", "保本", "第二十五条"),
        ("question", "能保本吗？答：不能", "保本", "吗？答：不"),
        ("cta", "保本，加微信", "保本", "加微信"),
        ("cta", "保本，电话13800000000", "保本", "13800000000"),
        ("disclaimer", "保本，投资有风险", "保本", "投资有风险"),
        ("licensed", "储蓄国债，到期还本", "还本", "储蓄国债"),
        ("job", "诚聘业务员，底薪三千", "底薪", "诚聘"),
    ],
)
def test_it_works(finder: CueFinder, cue: str, text: str, word: str, shown: str | None) -> None:
    at = text.index(word)
    found = Context(text, finder).first(cue, Hit(at, at + len(word), 0))
    assert (found.words if found else None) == shown


@pytest.mark.parametrize(
    ("needs", "present", "met"),
    [
        ((), (), True),
        (("a|b",), ("b",), True),
        (("a", "b"), ("b",), False),
        (("!a",), ("b",), True),
        (("!a",), ("a",), False),
    ],
)
def test_needs(needs: tuple[str, ...], present: tuple[str, ...], met: bool) -> None:
    assert meets(needs, frozenset(present)) is met
