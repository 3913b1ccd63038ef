import pytest

from crawler.traps import MAX_CALENDAR, MAX_MANY_VARIANTS, MAX_REPEATS, MAX_VARIANTS, Traps, pattern_of, shape_trap

TRAPPED = [
    ("http://a.test/" + "x" * 700, "trap: path of 701 characters"),
    ("http://a.test/" + "/".join("abcdefghijklmnopq"), "trap: path of 17 folders"),
    ("http://a.test/a/b/a/b/", "trap: repeating path /a/b/"),
    ("http://a.test/x/a/a/a/", "trap: repeating path /a/"),
    ("http://a.test/a/b/c/a/b/c/d", "trap: repeating path /a/b/c/"),
]
FREE = [
    "http://a.test/",
    "http://a.test/a/a/",
    "http://a.test/a/b/a/c",
    "http://a.test/2016/01/01/01/01/news.html",
    "http://a.test/news/2016/05/12/a.html",
    "http://a.test/?a/b/a/b",
]


@pytest.mark.parametrize(("url", "why"), TRAPPED, ids=[why for _, why in TRAPPED])
def test_paths_that_give_themselves_away(url: str, why: str) -> None:
    assert shape_trap(url) == why


@pytest.mark.parametrize("url", FREE)
def test_honest_paths(url: str) -> None:
    assert shape_trap(url) == ""


SERIES = [
    # url of the n-th, how many pass, what the next is refused for
    ("http://a.test/show.asp?id={n}", MAX_VARIANTS[1], "endless parameters id of /show.asp"),
    ("http://a.test/l?order={n}&page=1", MAX_VARIANTS[2], "endless parameters order,page of /l"),
    ("http://a.test/l?a={n}&b=1&c=2", MAX_MANY_VARIANTS, "endless parameters a,b,c of /l"),
    ("http://a.test/c?day={day}&month=1", MAX_CALENDAR, "calendar /c"),
    ("http://a.test/c?date=20{n:02}-01-01", MAX_CALENDAR, "calendar /c"),
    ("http://a.test/cal/20{day:02}/05/", MAX_CALENDAR, "calendar /cal"),
]


@pytest.mark.parametrize(("url", "limit", "what"), SERIES, ids=[row[2] for row in SERIES])
def test_a_series_is_followed_for_a_while(url: str, limit: int, what: str) -> None:
    traps = Traps()
    passed = [traps.name(url.format(n=n, day=n % 99)) for n in range(limit)]
    assert set(passed) == {""}
    assert traps.name(url.format(n=limit, day=limit % 99)) == f"trap: {what}, {limit} asked for"
    assert traps.name("http://a.test/other.html") == ""


def test_articles_by_date_are_no_calendar() -> None:
    traps = Traps()
    assert {traps.name(f"http://a.test/news/2016/05/12/{n}.html") for n in range(500)} == {""}


def test_a_template_that_only_repeats_itself_is_closed() -> None:
    traps = Traps()
    for n in range(MAX_REPEATS):
        assert traps.closed(f"http://a.test/room/{n}/") == ""
        traps.see(f"http://a.test/room/{n}/", "same")
    assert traps.closed("http://a.test/room/999/") == "trap: 20 pages of /room/#/ were the same"
    assert traps.closed("http://a.test/hall/1/") == ""


def test_some_equal_pages_among_many_close_nothing() -> None:
    traps = Traps()
    for n in range(3 * MAX_REPEATS):
        traps.see(f"http://a.test/show?id={n}", "not found" if n % 3 == 0 else str(n))
    assert traps.closed("http://a.test/show?id=1") == ""


def test_pattern() -> None:
    assert pattern_of("http://a.test/p12/3.html?x=1&y=2") == "a.test/p#/#.html?x,y"
