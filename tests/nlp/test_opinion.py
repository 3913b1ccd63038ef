"""The second opinion: what it reads, what it says, when it is asked, and that it can always say why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.analyse import Analyser
from nlp.opinion import MOST_WORDS, SecondOpinion, features, grams, load_opinion
from nlp.rates import find_rates
from nlp.rulebook import Rulebook

SMALL = SecondOpinion({"替他": (4.0, 2.0), "他还": (2.0, 1.0), "天气": (-3.0, 2.0)}, {"cue:cta": 1.0}, -1.0)


@pytest.fixture(scope="module")
def advised(rulebook: Rulebook) -> Analyser:
    return Analyser(rulebook, load_opinion())


def test_it_works() -> None:
    opinion = SMALL("别人不还，我们替他还", ["cue:cta"])
    assert opinion.probability > 0.9
    assert opinion.words == ("替他还",), "neighbouring n-grams are told as one stretch of the text"


def test_numbers_are_one_sign_whatever_their_digits() -> None:
    assert grams("投 12,000 得 350") == grams("投xxxx得8")


def test_a_passage_of_unknown_words_is_what_the_bias_says() -> None:
    assert SMALL("甲乙丙丁", []).probability == pytest.approx(0.2689, abs=1e-4)
    assert SMALL("", []).words == ()


def test_rarer_words_weigh_more() -> None:
    assert SMALL("替他", []).probability > SMALL("他还", []).probability


def test_features_name_cues_rates_and_length() -> None:
    named = features(["cta"], find_rates("年化收益18%"), "短短一句")
    assert named == ["cue:cta", "length:0", "rate:yield", "rate:yield:3"]


@pytest.mark.parametrize(
    "text",
    [
        "想投的老板找我，三个月一个来回，从来没让人空着手走过。",
        "把闲钱交给咱们打理，到点儿准给您送回来，只多不少。",
    ],
)
def test_a_promise_in_other_words_is_a_suspect_with_its_reasons(
    analyser: Analyser, advised: Analyser, text: str
) -> None:
    assert analyser.analyse_text(text).decision == "none", "no rule has words for it"
    (finding,) = (f for f in advised.analyse_text(text).findings if f.family == "paraphrase")
    assert (finding.decision, finding.rule) == ("suspect", "paraphrase.learned")
    (learned,) = (cue for cue in finding.context if cue.feature == "LEARNED")
    assert all(word in text for word in learned.words.split("、"))
    assert "第二意见" in finding.why
    assert text[finding.start : finding.end] == finding.quote


def test_where_a_rule_speaks_it_is_not_asked(advised: Analyser) -> None:
    analysis = advised.analyse_text("本平台保本保息，年化18%，立即投资。")
    assert analysis.decision == "violation"
    assert not [f for f in analysis.findings if f.family == "paraphrase"]


@pytest.mark.parametrize(
    "text",
    [
        "图书馆周末开放到晚上九点，凭证借书三十天内归还。",
        "被告人收取投资款后挥霍一空，法院以集资诈骗罪判处其有期徒刑十年。",
        "我行代销的理财产品不保证本金和收益，过往业绩不代表未来表现。",
    ],
)
def test_plain_and_reported_text_stays_clean(advised: Analyser, text: str) -> None:
    assert advised.analyse_text(text).decision in ("none", "excluded")


@given(st.text(max_size=200), st.lists(st.sampled_from(["cue:cta", "cue:report", "length:1"])))
def test_any_text_gives_a_probability_and_words_of_its_own(text: str, named: list[str]) -> None:
    lower = text.lower()
    opinion = load_opinion()(lower, named)
    assert 0 <= opinion.probability <= 1
    assert len(opinion.words) <= MOST_WORDS
    assert all(word in lower for word in opinion.words)


def test_the_shipped_file_is_small_and_plain() -> None:
    import gzip

    from nlp.opinion import MODEL

    assert MODEL.stat().st_size < 1_000_000
    assert set(json.loads(gzip.decompress(Path(MODEL).read_bytes()))) >= {"bias", "features", "grams", "sentences"}
