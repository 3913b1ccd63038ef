"""The contract of an engine, kept by the embedded one: cases, versions, facets, orders, and its faults."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.clauses import Clause, Everything, Sequence
from indexer.documents import Document
from indexer.embedded import EmbeddedEngine, arrangements, open_engine
from indexer.engine import EngineBusy, EngineError, EngineMissing, Order, Search
from indexer.folding import tokens
from indexer.generations import Generations
from indexer.query import parse
from indexer.query_errors import QueryError
from tests.indexer.cases import CASES
from tests.indexer.oracle import find
from tests.indexer.samples import DOCUMENTS, document
from tests.indexer.strategies import queries


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    """An engine with all samples; only read."""
    engine = open_engine(tmp_path_factory.mktemp("index"))
    engine.replace([DOCUMENTS[:10], DOCUMENTS[10:]])
    return engine


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    """An empty index."""
    engine = open_engine(tmp_path / "index")
    engine.replace([])
    return engine


def found(engine: EmbeddedEngine, query: str = "*:*") -> list[str]:
    return [hit.document.id for hit in engine.search(Search(parse(query), size=100)).hits]


def test_it_works(samples: EmbeddedEngine) -> None:
    answer = samples.search(Search(parse("保本保息 AND severity:>=3 AND host:*.test")))
    (hit,) = answer.hits
    assert (answer.total, hit.document) == (1, DOCUMENTS[0])
    assert hit.highlight.fragment == "本平台承诺«保本保息»，到期兑付。"
    assert answer.facets["host"] == (("www.wenying.test", 1),)


@pytest.mark.parametrize(("query", "ids"), CASES, ids=[query for query, _ in CASES])
def test_a_query_finds_just_these(samples: EmbeddedEngine, query: str, ids: str) -> None:
    assert sorted(found(samples, query)) == sorted(ids.split())
    assert sorted(samples.ids(parse(query))) == sorted(ids.split())


@pytest.mark.parametrize(("query", "ids"), CASES, ids=[query for query, _ in CASES])
def test_the_cases_agree_with_the_plain_reading(query: str, ids: str) -> None:
    assert find(parse(query), DOCUMENTS) == set(ids.split())


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries)
def test_any_query_means_what_the_plain_reading_says(samples: EmbeddedEngine, clause: Clause) -> None:
    assert set(samples.ids(clause)) == find(clause, DOCUMENTS)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_han_word_is_found_exactly_where_python_finds_it(samples: EmbeddedEngine, data: st.DataObject) -> None:
    texts = {doc.id: f"{doc.title}\0{doc.text}" for doc in DOCUMENTS}
    source = data.draw(st.sampled_from([text for text in texts.values() if len(text) > 5]))
    start = data.draw(st.integers(0, len(source) - 1))
    word = source[start : start + data.draw(st.integers(1, 6))]
    if all("一" <= character <= "鿿" for character in word):
        expected = {key for key, text in texts.items() if word in text}
        assert set(samples.ids(parse(word))) == expected


def test_facets_count_all_hits_not_only_those_shown(samples: EmbeddedEngine) -> None:
    answer = samples.search(Search(parse("*:*"), size=1))
    assert answer.total == len(DOCUMENTS)
    assert dict(answer.facets["decision"]) == Counter(doc.decision for doc in DOCUMENTS)
    assert dict(answer.facets["month"]) == {"2026-11": 28, "2026-10": 2}
    assert dict(answer.facets["rule"])["guarantee.principal"] == 4
    assert dict(answer.facets["subject"]) == {"稳盈（海州）信息服务有限公司": 1, "𠮷利宝": 1}


def test_facets_are_as_asked(samples: EmbeddedEngine) -> None:
    answer = samples.search(Search(parse("*:*"), facets=("host",), facet_size=2))
    assert list(answer.facets) == ["host"]
    assert len(answer.facets["host"]) == 2
    assert samples.search(Search(parse("*:*"), facets=())).facets == {}


@pytest.mark.parametrize(
    ("order", "expected"),
    [("severity", ["p9", "p26", "p19", "p30"]), ("time", ["p30", "p9", "p26", "p19"])],
)
def test_orders(samples: EmbeddedEngine, order: Order, expected: list[str]) -> None:
    answer = samples.search(Search(parse("编号:(p9 OR p26 OR p19 OR p30)"), order=order))
    assert [hit.document.id for hit in answer.hits] == expected


def test_relevance_puts_the_denser_page_first(engine: EmbeddedEngine) -> None:
    engine.apply([document("thin", "保本" + "别的话" * 200), document("dense", "保本保本保本")])
    assert found(engine, "保本") == ["dense", "thin"]


@pytest.mark.parametrize("size", [1, 4, 7, 100])
def test_pages_follow_each_other_without_gap_or_double(samples: EmbeddedEngine, size: int) -> None:
    clause = parse("*:*")
    pages = [
        samples.search(Search(clause, size=size, offset=offset, order="severity")).hits
        for offset in range(0, len(DOCUMENTS), size)
    ]
    assert sorted(hit.document.id for page in pages for hit in page) == sorted(doc.id for doc in DOCUMENTS)
    assert samples.search(Search(clause, size=0)).hits == ()


def test_what_is_stored_comes_back_whole(samples: EmbeddedEngine) -> None:
    hits = samples.search(Search(Everything(), size=100)).hits
    assert {hit.document.id: hit.document for hit in hits} == {doc.id: doc for doc in DOCUMENTS}


@pytest.mark.parametrize(
    ("offered", "kept"),
    [
        ((2, 3), "text 3"),
        ((3, 2), "text 3"),
        ((3, 3), "text 3 again"),
        ((1,), "text 2"),
        ((2,), "text 2 again"),
    ],
)
def test_the_highest_version_stays(engine: EmbeddedEngine, offered: tuple[int, ...], kept: str) -> None:
    engine.apply([document("a", "text 2", version=2)])
    seen: set[int] = {2}
    for version in offered:
        text = f"text {version} again" if version in seen else f"text {version}"
        seen.add(version)
        engine.apply([document("a", text, version=version)])
    (hit,) = engine.search(Search(Everything())).hits
    assert hit.document.text == kept


def test_a_batch_may_hold_a_capture_twice(engine: EmbeddedEngine) -> None:
    engine.apply([document("a", "second", version=2), document("a", "first", version=1)])
    assert engine.count() == 1
    assert found(engine, "second") == ["a"]


def test_replays_change_nothing(engine: EmbeddedEngine) -> None:
    for _ in range(3):
        engine.apply(DOCUMENTS)
    assert engine.count() == len(DOCUMENTS)


def test_deletion(engine: EmbeddedEngine) -> None:
    engine.apply(DOCUMENTS[:3])
    engine.delete(["p1", "nobody"])
    assert sorted(found(engine)) == ["p2", "p3"]


def test_a_document_that_cannot_be_stored_is_named_and_the_others_are_taken(engine: EmbeddedEngine) -> None:
    engine.apply([document("bad", "old")])
    rejected = engine.apply([document("good"), document("bad", "torn \udc80", version=2)])
    assert [(one.id, "surrogates" in one.why or "str" in one.why) for one in rejected] == [("bad", True)]
    assert sorted(found(engine)) == ["bad", "good"]


@pytest.mark.parametrize("text", ["\0", "a" * 100_000, "保" * 100_000, "\u2028\x85\x1c", "␣␃", " " * 1000])
def test_odd_texts_are_stored_and_found(engine: EmbeddedEngine, text: str) -> None:
    assert engine.apply([document("odd", text + "，尾巴")]) == ()
    assert found(engine, "尾巴") == ["odd"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_text_finds_itself(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    engine = open_engine(tmp_path_factory.mktemp("index"))
    engine.replace([[document("a", f"前{text}后")]])
    inner = tuple(tokens(f"前{text}后"))
    assert list(engine.ids(Sequence("text", inner))) == ["a"]


@pytest.mark.parametrize("query", ["host:/(([a-z]{20}){20}){20}/", "host:/.*a.{20}/", f"host:*a{'?' * 20}"])
def test_an_expression_too_wide_is_refused(samples: EmbeddedEngine, query: str) -> None:
    with pytest.raises(QueryError, match="太复杂"):
        samples.ids(parse(query))


def test_arrangements_of_two_words() -> None:
    assert sorted(arrangements((("a",), ("b", "c")), 1)) == [
        ((0, ("a",)), (1, ("b", "c"))),
        ((0, ("a",)), (2, ("b", "c"))),
        ((0, ("b", "c")), (2, ("a",))),
        ((0, ("b", "c")), (3, ("a",))),
    ]


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "nowhere")
    for ask in (engine.count, lambda: engine.search(Search(Everything())), lambda: engine.apply(DOCUMENTS)):
        with pytest.raises(EngineMissing, match="xuncha reindex"):
            ask()


@pytest.mark.parametrize(
    ("name", "content"),
    [("CURRENT", "{"), ("CURRENT", '{"generation": "g-1"}'), ("CURRENT", "[]"), ("g-*/meta.json", "{")],
)
def test_a_broken_index_says_what_to_do_and_is_mended(tmp_path: Path, name: str, content: str) -> None:
    open_engine(tmp_path).replace([DOCUMENTS])
    (path,) = tmp_path.glob(name)
    path.write_text(content)
    engine = open_engine(tmp_path)
    with pytest.raises(EngineMissing, match="xuncha reindex"):
        engine.count()
    engine.replace([DOCUMENTS])
    assert engine.count() == len(DOCUMENTS)


def test_a_removed_segment_says_what_to_do(tmp_path: Path) -> None:
    open_engine(tmp_path).replace([DOCUMENTS])
    for path in tmp_path.glob("g-*/*.term"):
        path.unlink()
    with pytest.raises(EngineError, match="xuncha reindex"):
        open_engine(tmp_path).search(Search(parse("保本")))


def test_an_index_of_another_layout_says_what_to_do(tmp_path: Path) -> None:
    generations = Generations(tmp_path, "older")
    with generations.lock():
        generations.switch(generations.begin())
    with pytest.raises(EngineMissing, match="另一版本"):
        open_engine(tmp_path).count()


def test_a_reader_sees_what_another_engine_wrote(engine: EmbeddedEngine, tmp_path: Path) -> None:
    reader = open_engine(tmp_path / "index")
    assert reader.count() == 0
    engine.apply(DOCUMENTS[:2])
    assert reader.count() == 2
    engine.replace([DOCUMENTS])
    assert reader.count() == len(DOCUMENTS)


def test_the_old_index_answers_until_the_new_one_is_whole(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.apply(DOCUMENTS[:3])
    reader = open_engine(tmp_path / "index")
    counts = []

    def batches() -> Iterator[list[Document]]:
        for start in range(0, len(DOCUMENTS), 10):
            counts.append(reader.count())
            yield list(DOCUMENTS[start : start + 10])

    engine.replace(batches())
    assert counts == [3] * len(counts)
    assert reader.count() == len(DOCUMENTS)
    assert len(list((tmp_path / "index").glob("g-*"))) == 1


def test_a_rebuild_that_fails_leaves_the_old_index(engine: EmbeddedEngine) -> None:
    engine.apply(DOCUMENTS[:3])

    def batches() -> Iterator[list[Document]]:
        yield list(DOCUMENTS)
        raise ConnectionError("ledger gone")

    with pytest.raises(EngineError, match="ledger gone"):
        engine.replace(batches())
    assert engine.count() == 3
    engine.replace([DOCUMENTS])
    assert engine.count() == len(DOCUMENTS)


_WRITER = """
import sys
from pathlib import Path
import django; django.setup()
from indexer.embedded import open_engine
from tests.indexer.samples import DOCUMENTS
engine = open_engine(Path(sys.argv[1]))
def batches():
    print("writing", flush=True)
    sys.stdin.readline()
    yield DOCUMENTS
engine.replace(batches())
"""


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of rebuilding the index."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "xuncha.django_settings")
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path / "index")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.wait()


def test_one_process_writes_while_others_read(
    engine: EmbeddedEngine, other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.generations.LOCK_SECONDS", 0.0)
    assert engine.count() == 0
    with pytest.raises(EngineBusy, match="另一个进程"):
        engine.apply(DOCUMENTS)
    other.communicate("go on\n")
    assert other.returncode == 0
    assert engine.count() == len(DOCUMENTS)


def test_a_killed_writer_holds_up_nobody(engine: EmbeddedEngine, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    engine.apply([replace(DOCUMENTS[0], version=9)])
    assert engine.count() == 1
