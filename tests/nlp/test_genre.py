"""What kind of page: does it speak for itself?"""

from __future__ import annotations

import pytest

from nlp.analyse import Analyser

CLAIM = "<p>平台保本保息。</p>"


@pytest.mark.parametrize(
    ("page", "genre"),
    [
        ("<p>被告人甲。</p><p>经审理查明。</p><p>判处有期徒刑三年。</p>" + CLAIM, "judgment"),
        ("<p>记者获悉。</p><p>警方通报。</p><p>多人报案。</p>" + CLAIM, "news"),
        ("<p>警惕骗局。</p><p>谨防诈骗。</p>" + CLAIM, "warning"),
        ("<p>立即注册，加微信。</p>" + CLAIM, "ad"),
    ],
)
def test_it_works(analyser: Analyser, page: str, genre: str) -> None:
    assert analyser.analyse_html(page).genre == genre


def test_a_promotional_page_with_one_news_word_still_speaks_for_itself(analyser: Analyser) -> None:
    page = "<p>据报道我们平台广受好评。</p><p>我们的产品</p><p>您的选择</p><p>会员注册</p>" + CLAIM
    assert analyser.analyse_html(page).decision == "violation"


def test_a_call_to_act_on_a_news_page_is_suspect(analyser: Analyser) -> None:
    page = "<p>记者获悉。</p><p>警方通报。</p><p>多人报案。</p><p>立案侦查。</p><p>平台保本保息，加微信。</p>"
    assert analyser.analyse_html(page).decision == "suspect"
