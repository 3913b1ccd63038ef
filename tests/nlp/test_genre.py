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


QUOTED = "<title>{}</title><h1>{}</h1><p>一、“本平台保本保息，加微信领名额。”</p><p>二、以上都不要信。</p>"


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("防范非法集资风险提示", "warning"),
        ("关于进一步规范金融营销宣传行为的通知", "statute"),
        ("甲某与乙公司委托理财合同纠纷一审民事判决书", "judgment"),
        ("某平台爆雷 警方立案", "news"),
        ("这种理财保本吗？求助", "forum"),
        ("利率练习题", "other"),
    ],
)
def test_a_title_says_what_a_page_is(analyser: Analyser, title: str, genre: str) -> None:
    analysis = analyser.analyse_html(QUOTED.format(title, title))
    assert (analysis.genre, analysis.decision) == (genre, "excluded"), "what it quotes is not its own"


@pytest.mark.parametrize(
    "block",
    [
        '<div class="footer">安心宝平台保本保息，立即注册</div>',
        '<div class="comment">我们平台保本保息，要的加微信</div>',
        "<button>本平台保本保息，立即投资</button>",
    ],
)
def test_what_stands_beside_an_article_speaks_for_itself(analyser: Analyser, block: str) -> None:
    article = "<title>警惕理财骗局</title><p>警方提醒市民谨防诈骗，擦亮眼睛，远离非法集资。</p>"
    assert analyser.analyse_html(article).decision == "none"
    assert analyser.analyse_html(article + block).decision in ("violation", "suspect")
