"""Rules over other findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.analyse import Analyser
from nlp.rulebook import load_rulebook

VOCABULARY = """\
words: {}
cues:
  public: {feature: PUBLIC, label: 公开, scope: block, any: [{terms: [面向社会]}]}
  disclaimer: {feature: DISCLAIMER, label: 声明, scope: block, any: [{terms: [投资有风险]}]}
"""
RULE = """\
id: {id}
title: 试验
status: stable
areas: [all]
severity: 3
verdict: {verdict}
basis: [{{law: 某法, article: 第一条, status: T}}]
any: [{clause}]
unless: []
examples: {{violation: [a, b, c, d, e], clean: [f, g, h, i, j]}}
"""


def analyser(tmp_path: Path, clause: str, verdict: str = "violation") -> Analyser:
    (tmp_path / "vocabulary.yml").write_text(VOCABULARY, encoding="utf-8")
    rules = {"a.base": "{terms: [保本保息]}", "b.whole": clause}
    for rule_id, each in rules.items():
        path = tmp_path / rule_id.replace(".", "/")
        path.parent.mkdir()
        text = RULE.format(id=rule_id, clause=each, verdict=verdict if rule_id == "b.whole" else "violation")
        path.with_suffix(".yml").write_text(text, encoding="utf-8")
    return Analyser(load_rulebook(tmp_path))


@pytest.mark.parametrize(
    ("clause", "text", "found"),
    [
        ("{findings: {all: ['a.*']}}", "保本保息", True),
        ("{findings: {all: ['a.base']}}", "保本保息", True),
        ("{findings: {all: ['c.*|a.*']}}", "保本保息", True),
        ("{findings: {all: ['c.*']}}", "保本保息", False),
        ("{findings: {all: ['a.*']}}", "平安", False),
        ("{findings: {all: ['a.*', 'cue:public']}}", "保本保息", False),
        ("{findings: {all: ['a.*', 'cue:public']}}", "面向社会，保本保息", True),
        ("{findings: {all: ['a.*', '!cue:disclaimer']}}", "保本保息，投资有风险", False),
        ("{findings: {all: ['a.*'], any: ['cue:public', 'page:no_licence'], at_least: 2}}", "保本保息", False),
        ("{findings: {all: ['a.*'], any: ['cue:public', 'page:no_licence'], at_least: 1}}", "保本保息", True),
        ("{findings: {all: ['page:disguised']}}", "保.本.保.息", True),
        ("{findings: {all: ['page:disguised']}}", "保本保息", False),
    ],
)
def test_it_works(tmp_path: Path, clause: str, text: str, found: bool) -> None:
    findings = analyser(tmp_path, clause).analyse_text(text).findings
    assert ("b.whole" in {f.rule for f in findings}) is found


def test_a_composite_stands_at_what_it_rests_on(tmp_path: Path) -> None:
    findings = analyser(tmp_path, "{findings: {all: ['a.*']}}").analyse_text("我们保本保息").findings
    assert {(f.rule, f.start, f.end) for f in findings} == {("a.base", 2, 6), ("b.whole", 2, 6)}


def test_a_composite_is_no_surer_than_what_it_rests_on(tmp_path: Path) -> None:
    page = '<div class="comment"><p>保本保息</p></div>'
    findings = analyser(tmp_path, "{findings: {all: ['a.*']}}").analyse_html(page).findings
    assert [f.decision for f in findings] == ["suspect", "suspect"]
