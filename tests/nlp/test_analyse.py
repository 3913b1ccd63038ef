"""Bytes in, findings out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.analyse import Analyser
from nlp.finding import Analysis

DATA = Path(__file__).with_name("data")
FLAGGED = ("violation", "suspect")


def sentences(name: str) -> list[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.partition(" ")[2] for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("sentence", sentences("leads.txt"))
def test_leads_are_flagged(analyser: Analyser, sentence: str) -> None:
    assert analyser.analyse_text(sentence).decision in FLAGGED


@pytest.mark.parametrize("sentence", sentences("clean.txt"))
def test_clean_sentences_are_not(analyser: Analyser, sentence: str) -> None:
    assert analyser.analyse_text(sentence).decision not in FLAGGED


def test_a_finding_explains_itself(analyser: Analyser) -> None:
    analysis = analyser.analyse_html("<body><p>首页</p><p>本平台保.本保息，加微信</p></body>")
    finding = next(f for f in analysis.findings if f.rule == "guarantee.principal")
    assert analysis.text[finding.start : finding.end] == finding.quote == "保.本保息"
    assert (finding.block, finding.path) == ("paragraph", "html > body > p:nth-of-type(2)")
    assert "CTA" in [cue.feature for cue in finding.context]
    assert "广告法第二十五条第（一）项（已核条文）" in finding.why
    assert "涉嫌" in finding.why
    assert "违法" not in finding.why


def test_what_is_excluded_is_kept_with_the_words_that_decided(analyser: Analyser) -> None:
    analysis = analyser.analyse_text("我们不承诺保本。")
    finding = next(f for f in analysis.findings if f.rule == "guarantee.principal")
    assert finding.decision == "excluded"
    assert [(cue.feature, cue.words) for cue in finding.context] == [("NEG", "不承诺")]
    assert (analysis.decision, analysis.severity, analysis.score) == ("excluded", 0, 0)


def test_offsets_and_rates_of_disguised_text(analyser: Analyser) -> None:
    text = "稳.赚.不.赔，月息２分，1万起投，扫码进群。"
    analysis = analyser.analyse_text(text)
    assert all(text[f.start : f.end] == f.quote for f in analysis.findings)
    assert 24.0 in {apr for f in analysis.findings for apr in f.apr}
    assert "obfuscation.evasion" in {f.rule for f in analysis.findings}


def test_the_law_is_that_of_the_day(analyser: Analyser) -> None:
    def laws(on: date) -> set[str]:
        findings = analyser.analyse_text("本平台保本保息", on=on).findings
        return {basis.law for finding in findings for basis in finding.basis}

    assert "私募投资基金监督管理条例" not in laws(date(2020, 1, 1))
    assert "私募投资基金监督管理条例" in laws(date(2024, 1, 1))


def test_comments_are_somebody_elses_word(analyser: Analyser) -> None:
    analysis = analyser.analyse_html('<div class="comment"><p>这平台真的保本保息，放心投</p></div>')
    principal = [f for f in analysis.findings if f.rule == "guarantee.principal"]
    assert [f.decision for f in principal] == ["suspect"]


def test_a_news_page_tells_others_claims(analyser: Analyser) -> None:
    body = "<p>记者从警方获悉，一家公司涉嫌非法集资。</p>" * 3
    analysis = analyser.analyse_html(f"<title>警方通报</title>{body}<p>宣传册上印着保本保息四个大字。</p>")
    assert analysis.genre == "news"
    assert analysis.decision == "excluded"


def test_a_public_host_reports(analyser: Analyser) -> None:
    html = "<p>保本保息的说法</p>"
    assert analyser.analyse_html(html, url="http://jrj.example.gov.cn/a").decision == "excluded"
    assert analyser.analyse_html(html, url="http://example.com/a").decision == "violation"


def test_an_offer_on_a_public_host_is_suspect(analyser: Analyser) -> None:
    analysis = analyser.analyse_html("<p>保本保息，加微信</p>", url="http://jrj.example.gov.cn/a")
    assert analysis.decision == "suspect"


@pytest.mark.parametrize(
    "entry",
    [json.loads(line) for line in (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()],
    ids=lambda entry: entry["text"][:12],
)
def test_expected_rules(analyser: Analyser, entry: dict[str, list[str]]) -> None:
    found = {f.rule for f in analyser.analyse_text(str(entry["text"])).findings if f.decision in FLAGGED}
    assert set(entry["rules"]) <= found


def summary(analysis: Analysis) -> tuple[str, int]:
    return analysis.decision, len(analysis.findings)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=600))
def test_any_bytes_give_an_analysis(analyser: Analyser, raw: bytes) -> None:
    analysis = analyser.analyse_html(raw)
    assert analysis.unreadable or analysis.decision


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet=st.characters(), max_size=200)
    | st.text(alphabet="保本息不承诺，。<p>/>12%月年化\ud800\n记者", max_size=80)
)
def test_any_text_gives_findings_that_lie_in_it(analyser: Analyser, text: str) -> None:
    for analysis in (analyser.analyse_text(text), analyser.analyse_html(text)):
        for finding in analysis.findings:
            assert analysis.text[finding.start : finding.end] == finding.quote


@pytest.mark.parametrize("raw", [b"%PDF-1.4", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_text_says_so(analyser: Analyser, raw: bytes) -> None:
    assert analyser.analyse_html(raw).unreadable


def test_pages_are_judged_the_same_alone_and_together(analyser: Analyser) -> None:
    texts = sentences("leads.txt")[:10] + sentences("clean.txt")[:10]
    once = [summary(analyser.analyse_text(text)) for text in texts]
    again = [summary(analyser.analyse_text(text)) for text in reversed(texts)]
    assert once == list(reversed(again))


ARTICLE = (
    "<title>某地快讯</title><p>本报记者报道，来源：本站。警方通报多起案件。</p>{}"
    "<p>安心计划本息保障，年化15%，加微信咨询。</p>"
)


@pytest.mark.parametrize(("mark", "told"), [("", True), ("<p>广告</p>", False), ("<p>【推广】</p>", False)])
def test_an_offer_among_news_must_be_marked_as_advertising(analyser: Analyser, mark: str, told: bool) -> None:
    rules = {finding.rule for finding in analyser.analyse_html(ARTICLE.format(mark)).findings}
    assert ("ad.soft_article" in rules) == told
