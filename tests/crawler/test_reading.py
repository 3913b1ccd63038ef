import pytest

from crawler.frontier import Visit
from crawler.journal import Hop, Link
from crawler.links import Named
from crawler.plan import TargetPlan
from crawler.reading import Answer, as_links, choose_in_scope, read_answer
from crawler.scope import TargetScope

VISIT = Visit("http://a.test/x", "a.test", chain=(Hop("http://a.test/start", 302, "seed"),))
SCOPE = TargetScope(TargetPlan("a.test", ("http://a.test/",)), ["http://a.test/"])
HTML = "text/html; charset=utf-8"


def read(status: int, content_type: str = HTML, location: str = "", body: str = "", visit: Visit = VISIT) -> Answer:
    return read_answer(
        visit, status, content_type, location, body.encode(), lambda page, visit: choose_in_scope(page, visit, SCOPE)
    )


PAGE = "<a href=/in>in</a><a href=http://b.test/>out</a><iframe src=http://b.test/f></iframe>"
CASES = [
    (
        "page",
        read(200, body=PAGE),
        Answer("captured", "", (Link("http://a.test/in", "link"), Link("http://b.test/f", "frame")), PAGE),
    ),
    ("no page", read(200, "application/json", body=PAGE), Answer("captured")),
    ("moved", read(301, location="/y"), Answer("captured", "", (Link("http://a.test/y", "http"),))),
    ("moved out", read(307, location="//b.test/y"), Answer("captured", "", (Link("http://b.test/y", "http"),))),
    ("moved nowhere", read(302, location="app://open"), Answer("failed", "redirect to nowhere")),
    ("moved to itself", read(302, location="#top"), Answer("refused", "trap: redirect loop")),
    ("moved back", read(302, location="/start"), Answer("refused", "trap: redirect loop")),
    ("moved without saying where", read(302), Answer("failed", "http 302")),
    ("choices", read(300, location="/y"), Answer("failed", "http 300")),
    ("missing", read(404, body=PAGE), Answer("failed", "http 404")),
    (
        "meta",
        read(200, body="<meta http-equiv=refresh content='0;/y'><a href=/z>z</a>"),
        Answer("captured", "", (Link("http://a.test/y", "meta"), Link("http://a.test/z", "link"))),
    ),
    (
        "meta back",
        read(200, body="<meta http-equiv=refresh content='0;/start'>"),
        Answer("refused", "trap: redirect loop"),
    ),
    ("nested to hang a parser", read(200, body="<a href=/in>in</a>" + "<div>" * 200_000), Answer("captured")),
]


@pytest.mark.parametrize(("answer", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_answers(answer: Answer, expected: Answer) -> None:
    assert answer == expected


def test_a_landing_page_names_its_own_host() -> None:
    landing = Visit("http://b.test/", "a.test", landing=True)
    found = read(200, body="<a href=/own>o</a><a href=http://a.test/>a</a>", visit=landing)
    assert found.links == (Link("http://b.test/own", "link"),)


def test_links_are_kept_once_in_order() -> None:
    named = [Named("http://a.test/2", "link"), Named("http://a.test/1", "frame"), Named("http://a.test/2", "frame")]
    assert as_links(named) == (Link("http://a.test/2", "link"), Link("http://a.test/1", "frame"))
