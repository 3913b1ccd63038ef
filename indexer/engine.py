"""What a search engine does for us: the embedded one and Elasticsearch both stand behind this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from indexer.clauses import Clause
from indexer.documents import Document
from indexer.fields import FACETS
from indexer.highlight import Highlight

Order = Literal["relevance", "severity", "time"]
"""Best match first; or severity, then score, then newest first; or newest first."""


class EngineError(RuntimeError):
    """An engine that cannot answer or take documents; the message is Chinese and says what to do."""


class EngineMissing(EngineError):
    """There is no index, or it is broken or of another version: `xuncha reindex` makes one."""


class EngineBusy(EngineError):
    """Another process is writing the index; what was not written stays in the outbox."""


@dataclass(frozen=True)
class Search:
    """One question."""

    clause: Clause
    size: int = 20
    offset: int = 0
    order: Order = "relevance"
    facets: tuple[str, ...] = FACETS
    """Fields whose values are counted over all hits."""
    facet_size: int = 20
    """Values a facet lists at most, most frequent first."""
    highlight: bool = True


@dataclass(frozen=True)
class Hit:
    """A document found."""

    document: Document
    score: float
    """How well it matches; only good for comparing hits of one answer ordered by relevance."""
    highlight: Highlight


@dataclass(frozen=True)
class Answer:
    """What was found."""

    total: int
    """All hits, not only those in `hits`."""
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """Field → its values with the number of hits that have them."""


@dataclass(frozen=True)
class Rejected:
    """A document the engine will not take however often it is offered."""

    id: str
    why: str


class Engine(Protocol):
    """An index of captures. Any number of processes search; one writes at a time."""

    def apply(self, documents: Iterable[Document]) -> tuple[Rejected, ...]:
        """Add or replace documents; on return they are durable and the next search sees them.

        A document whose version is lower than the stored one's changes nothing, so replays are harmless.
        Returns the documents refused for good; all others were taken. Raises EngineError, then nothing was.
        """

    def replace(self, batches: Iterable[Iterable[Document]]) -> tuple[Rejected, ...]:
        """Let these documents, each id once, be all there is. Until they are in, the old ones answer.

        Returns the documents refused for good. Raises EngineError, then the old ones go on answering.
        """

    def delete(self, ids: Iterable[str]) -> None:
        """Remove documents; ids that are not there are passed over. Raises EngineError."""

    def search(self, search: Search) -> Answer:
        """Answer a question. Raises EngineError, and query.QueryError for a query no engine should run."""

    def ids(self, clause: Clause) -> Iterator[str]:
        """The ids of all documents found, in no particular order. Raises as search does."""

    def count(self) -> int:
        """How many documents there are. Raises EngineError."""
