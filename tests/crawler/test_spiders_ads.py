"""The ads spider, run for real: from carrier pages to where their advertisements land."""

from pathlib import Path

from crawler.journal import Hop
from crawler.plan import TargetPlan
from tests.crawler.web import LocalWeb, plan_for, redirect, respond, run_patrol

CARRIER = (
    "<h1>本地论坛</h1><a href=/thread.html>帖子</a>"
    "<a href=http://p2p.test/reg?from=forum><img src=b.gif></a>"
    "<div class=ad><a href=/go?id=1>稳健理财</a></div>"
    "<iframe src=http://net.test/slot width=728 height=90></iframe>"
)


def test_every_advertisement_is_followed_to_its_landing_page(web: LocalWeb, tmp_path: Path) -> None:
    web.pages |= {
        "http://carrier.test/": redirect("/index.html"),
        "http://carrier.test/index.html": respond(CARRIER),
        "http://carrier.test/go?id=1": redirect("http://track.test/c?x=1"),
        "http://track.test/c?x=1": redirect("http://fund.test/"),
        "http://fund.test/": respond("<p>年化18%</p><a href=/more.html>more</a><iframe src=/frame.html></iframe>"),
        "http://fund.test/frame.html": respond("<a href=/deep.html>x</a>"),
        "http://p2p.test/reg?from=forum": respond("<p>注册送红包</p>"),
        "http://net.test/slot": respond("<a href=http://coin.test/>炒币</a>"),
        "http://coin.test/": respond("<p>翻倍</p>"),
    }
    plan = plan_for(
        web,
        TargetPlan("carrier.test", ("http://carrier.test/",), carrier=True),
        TargetPlan("site.test", ("http://site.test/",)),
    )
    outcome = run_patrol(tmp_path, plan, spider="ads")
    lines = {url.removeprefix("http://"): line for url, line in outcome.lines.items()}
    assert outcome.code == 0
    assert set(lines) == {
        "carrier.test/",
        "carrier.test/index.html",
        "carrier.test/go?id=1",
        "track.test/c?x=1",
        "fund.test/",
        "fund.test/frame.html",
        "p2p.test/reg?from=forum",
        "net.test/slot",
        "coin.test/",
    }
    start = (Hop("http://carrier.test/", 302, "seed"), Hop("http://carrier.test/index.html", 200, "http"))
    fund = lines["fund.test/"]
    assert fund.chain == (
        *start,
        Hop("http://carrier.test/go?id=1", 302, "ad"),
        Hop("http://track.test/c?x=1", 302, "http"),
    )
    assert (fund.landing, fund.how, fund.target) == (True, "http", "carrier.test")
    assert [link.how for link in fund.links] == ["link", "frame"]
    assert lines["p2p.test/reg?from=forum"].chain == start
    assert lines["p2p.test/reg?from=forum"].how == "ad"
    assert lines["coin.test/"].chain == (*start, Hop("http://net.test/slot", 200, "frame"))
    assert lines["coin.test/"].landing
