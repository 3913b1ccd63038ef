"""What a search prints: a plain dict for each hit, the contract of `xuncha search --json` (design §5)."""

from __future__ import annotations

from typing import Any

from indexer.engine import Answer, Hit


def row(hit: Hit) -> dict[str, Any]:
    """A hit as JSON can hold it. Phones stay out: lists show no personal numbers in full."""
    document = hit.document
    return {
        "id": document.id,
        "url": document.url,
        "host": document.host,
        "title": document.title,
        "fetched_at": document.fetched_at.isoformat(),
        "decision": document.decision,
        "severity": document.severity,
        "score": document.score,
        "rules": list(document.rule),
        "families": list(document.family),
        "quotes": list(document.quote),
        "patrol": document.patrol,
        "target": document.target,
        "area": document.area,
        "subject": document.subject,
        "review": list(document.review),
        "advertised_at": list(document.carrier),
        "sha256": document.sha256,
        "spans": [list(span) for span in hit.highlight.spans],
        "fragment": hit.highlight.fragment,
    }


def facets_row(answer: Answer) -> dict[str, Any]:
    """The last line of `search --json --facets`."""
    return {"facets": {name: dict(values) for name, values in answer.facets.items()}, "total": answer.total}
