"""Loading rules: what is refused, with file and line, all at once; and what our own rules promise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlp.examples import check_examples
from nlp.rulebook import Rulebook, RulebookError, load_rulebook

VOCABULARY = """\
words: {return: [收益, 回报]}
cues:
  negation: {feature: NEG, label: 否定, scope: clause_before, any: [{terms: [不, 非]}]}
groups: {standard: [negation]}
"""
RULE = """\
id: family.rule
title: 试验
status: stable
areas: [p2p]
severity: 3
basis:
  - {law: 某法, article: 第一条, status: T, in_force: [2020-01-01, 2024-01-01]}
any:
  - terms: [保本]
unless: [standard]
examples:
  violation: [甲保本, 乙保本, 丙保本, 丁保本, 戊保本]
  clean: [甲, 乙, 丙, 丁, 非保本]
"""


def folder(tmp_path: Path, rule: str = RULE, vocabulary: str = VOCABULARY) -> Path:
    (tmp_path / "family").mkdir()
    (tmp_path / "vocabulary.yml").write_text(vocabulary, encoding="utf-8")
    (tmp_path / "family" / "rule.yml").write_text(rule, encoding="utf-8")
    return tmp_path


def test_it_works(tmp_path: Path) -> None:
    rulebook = load_rulebook(folder(tmp_path))
    rule = rulebook.rule("family.rule")
    assert (rule.family, rule.unless, len(rule.version)) == ("family", ("negation",), 12)
    assert check_examples(rulebook) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("severity: 3", "severity: 7", 5, "不在可选值内"),
        ("severity: 3", "severity: 3\nseverity: 2", 6, "写了两次"),
        ("title: 试验", "titel: 试验", 2, "不认识的键"),
        ("title: 试验\n", "", 1, "缺少「title」"),
        ("id: family.rule", "id: family.other", 1, "编号应与所在文件一致"),
        ("areas: [p2p]", "areas: [p3p]", 4, "不在可选值内"),
        ("status: T,", "status: X,", 7, "不在可选值内"),
        ("  - terms: [保本]", "  - terms: []", 9, "至少 1 项"),
        ("  - terms: [保本]", "  - terms: [保本, 保本]", 9, "重复"),
        ("  - terms: [保本]", "  - {terms: [保本], seq: 保证 ~3 收益}", 9, "恰有其一"),
        ("  - terms: [保本]", "  - seq: '@nothing 收益'", 9, "@nothing"),
        ("  - terms: [保本]", "  - {pattern: '(', literals: [x]}", 9, ""),
        ("  - terms: [保本]", "  - pattern: 保本", 9, "literals"),
        ("  - terms: [保本]", "  - rate: {apr: ten}", 9, "条件应形如"),
        ("  - terms: [保本]", "  - near: {words: [[甲], [乙]], within: 99}", 9, "0 到 30"),
        ("  - terms: [保本]", "  - {terms: [保本], needs: [nobody]}", 9, "没有叫「nobody」"),
        ("unless: [standard]", "unless: [nobody]", 10, "没有叫「nobody」"),
        ("丁保本, 戊保本]", "丁保本]", 12, "至少 5 项"),
        ("in_force: [2020-01-01, 2024-01-01]", "in_force: [2020-01-01]", 7, "施行期间"),
        ("areas: [p2p]", "areas: [p2p", 5, "不是有效的 YAML"),
    ],
)
def test_mistakes_name_file_and_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in RULE
    path = folder(tmp_path, RULE.replace(old, new))
    with pytest.raises(RulebookError) as caught:
        load_rulebook(path)
    assert any(f"rule.yml:{line}: " in error and message in error for error in caught.value.errors)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = folder(tmp_path, RULE.replace("severity: 3", "severity: 7").replace("title: 试验", "titel: 试验"))
    with pytest.raises(RulebookError) as caught:
        load_rulebook(path)
    assert len(caught.value.errors) == 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("scope: clause_before", "scope: nowhere", "不在可选值内"),
        ("[negation]", "[nobody]", "没有叫「nobody」"),
        ("any: [{terms: [不, 非]}]", "any: [{terms: ['@nothing']}]", "@nothing"),
        ("feature: NEG", "feature: NEG, yields_to: [nobody]", "没有叫「nobody」"),
    ],
)
def test_mistakes_in_the_vocabulary(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RulebookError, match=message):
        load_rulebook(folder(tmp_path, vocabulary=VOCABULARY.replace(old, new)))


def test_without_a_vocabulary_nothing_loads(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="缺少词表文件"):
        load_rulebook(tmp_path)


def test_deprecated_rules_are_kept_but_not_used(tmp_path: Path) -> None:
    assert load_rulebook(folder(tmp_path, RULE.replace("stable", "deprecated"))).rules == ()


def test_the_basis_is_what_held_that_day(tmp_path: Path) -> None:
    rule = load_rulebook(folder(tmp_path)).rules[0]
    held = [len(rule.basis_on(day)) for day in (None, date(2019, 1, 1), date(2021, 1, 1), date(2024, 1, 1))]
    assert held == [1, 0, 1, 0]


def test_our_rules_are_the_58_of_the_rule_base_and_the_second_opinion(rulebook: Rulebook) -> None:
    assert len([rule for rule in rulebook.rules if rule.family != "paraphrase"]) == 58
    assert [rule.id for rule in rulebook.rules if rule.family == "paraphrase"] == ["paraphrase.learned"]
    assert len({rule.family for rule in rulebook.rules}) == 17


def test_every_example_of_our_rules_holds(rulebook: Rulebook) -> None:
    assert [f"{f.rule} {f.expected}: {f.sentence} ({f.said})" for f in check_examples(rulebook)] == []
