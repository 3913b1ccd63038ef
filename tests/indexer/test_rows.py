"""What `xuncha search --json` prints of a hit."""

from __future__ import annotations

import json

from indexer.clauses import Everything
from indexer.engine import Answer, Hit
from indexer.highlight import highlight
from indexer.rows import facets_row, row
from tests.indexer.samples import DOCUMENTS


def test_it_works() -> None:
    document = DOCUMENTS[0]
    printed = json.loads(json.dumps(row(Hit(document, 1.5, highlight(Everything(), document)))))
    assert {name: printed[name] for name in ("id", "url", "host", "title", "patrol")} == {
        "id": "p1",
        "url": "http://www.wenying.test/",
        "host": "www.wenying.test",
        "title": "稳盈财富",
        "patrol": "20261120-013000",
    }
    assert (printed["decision"], printed["severity"], printed["score"]) == ("violation", 3, 60)
    assert (printed["rules"], printed["families"], printed["quotes"]) == (
        ["guarantee.principal"],
        ["guarantee"],
        ["保本保息"],
    )
    assert printed["fetched_at"] == "2026-11-20T01:30:00+08:00"
    assert printed["spans"] == [[5, 9]]
    assert "«保本保息»" in printed["fragment"]


def test_no_phone_is_printed() -> None:
    document = DOCUMENTS[0]
    printed = json.dumps(row(Hit(document, 1.0, highlight(Everything(), document))))
    assert document.phone[0] not in printed


def test_facets_are_the_last_line() -> None:
    answer = Answer(3, (), {"host": (("a.test", 2), ("b.test", 1))})
    assert facets_row(answer) == {"facets": {"host": {"a.test": 2, "b.test": 1}}, "total": 3}
