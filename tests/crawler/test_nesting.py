import pytest

from crawler.nesting import nests_too_deep

CASES = {
    "deep": ("<div>" * 20_000, True),
    "deep behind closers of other names": ("<div></x>" * 20_000, True),
    "deep in two names": ("<b><i>" * 10_000, True),
    "options that are never closed": ("<select>" + "<option>" * 20_000, True),
    "few tags": ("<div>" * 9_000, False),
    "flat": ("<div></div>" * 20_000, False),
    "upper and lower case": ("<DIV></div>" * 20_000, False),
    "void elements": ("<br><img src=x>" * 20_000, False),
    "rows that close themselves": ("<table>" + "<tr><td>x" * 20_000, False),
    "items that close themselves": ("<ul>" + "<li>x" * 20_000, False),
    "no tags at all": ("<" * 50_000, False),
    "nothing": ("", False),
}  # fmt: skip


@pytest.mark.parametrize(("html", "deep"), CASES.values(), ids=CASES)
def test_only_depth_counts(html, deep):
    assert nests_too_deep(html) is deep
