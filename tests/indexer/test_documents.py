"""A document is a capture flattened; loading takes few queries however many there are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indexer.documents import Document, load, month_of
from indexer.fields import FIELDS
from ledger.models import Subject
from tests.indexer.samples import DOCUMENTS
from tests.ledger_rows import advertise, capture, finding, mark, site

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    site("a.test", Subject.objects.create(name="甲公司"))
    row = capture("c1", "http://a.test/", "承诺保本保息", title="甲")
    advertise(row, "http://news.test/")
    advertise(capture("c2", "http://a.test/2"), "http://other.test/")
    finding(row, "return.rate", "年化12%", "suspect", 2, apr=[12.0], review="confirmed")
    finding(row, "guarantee.principal", "保本保息")
    finding(row, "contact.wechat", "加微信", "excluded", 1)
    for kind, value in (("icp", "沪ICP备1号"), ("phone", "13800138000"), ("company", "甲公司"), ("uscc", "X")):
        mark(row, kind, value)
    (document,) = load(["c1"])
    assert document.rule == ("guarantee.principal", "return.rate", "contact.wechat")
    assert document.quote == ("保本保息", "年化12%", "加微信")
    assert document.review == ("pending", "confirmed")
    assert (document.apr, document.carrier) == ((12.0,), ("http://news.test/",))
    assert (document.subject, document.text, document.title) == ("甲公司", "承诺保本保息", "甲")
    assert (document.icp, document.phone, document.company) == (("沪ICP备1号",), ("13800138000",), ("甲公司",))
    assert (document.decision, document.severity, document.month) == ("violation", 3, "2026-11")


@pytest.mark.parametrize(
    ("values", "is_searched"),
    [
        ({}, True),
        ({"ending": "unchanged"}, True),
        ({"analysis": "unreadable"}, True),
        ({"analysis": ""}, False),
        ({"ending": "failed", "analysis": ""}, False),
        ({"ending": "refused"}, False),
    ],
)
def test_only_pages_are_searched(values: dict[str, Any], is_searched: bool) -> None:
    capture("c1", "http://a.test/", **values)
    assert bool(load(["c1"])) is is_searched


def test_unknown_ids_are_passed_over() -> None:
    assert load(["nobody"]) == []
    assert load([]) == []


def test_the_number_of_queries_does_not_grow() -> None:
    for number in range(20):
        finding(capture(f"c{number}", f"http://h{number}.test/"), "guarantee.principal", "保本")
    with CaptureQueriesContext(connection) as queries:
        assert len(load([f"c{number}" for number in range(20)])) == 20
    assert len(queries) == 6


def test_a_month_is_the_offices() -> None:
    assert month_of(datetime(2026, 10, 31, 17, 0, tzinfo=UTC)) == "2026-11"


def test_documents_have_just_the_fields_of_the_table() -> None:
    assert set(Document.__dataclass_fields__) == {field.name for field in FIELDS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.id)
def test_json_gives_the_document_back(document: Document) -> None:
    assert Document.from_json(document.to_json()) == document
