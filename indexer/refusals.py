"""Documents the engine refused for good: set aside in the outbox with their reason, counted, logged."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from indexer.engine import Rejected
from ledger.models import OutboxRow

_log = logging.getLogger(__name__)


def set_aside(rejected: Iterable[Rejected]) -> None:
    """Keep each refused document's capture in the outbox, marked with the reason."""
    for document in rejected:
        _log.error("索引拒收取证 %s：%s", document.id, document.why)
        forget([document.id])
        OutboxRow.objects.create(capture_id=document.id, refused=document.why[:300])


def forget(capture_ids: Iterable[str]) -> None:
    """Drop what was set aside of these captures: the engine has taken them after all."""
    OutboxRow.objects.filter(capture_id__in=list(capture_ids)).exclude(refused="").delete()


def count_refused() -> int:
    """How many captures search does not show because the engine refused them."""
    return OutboxRow.objects.exclude(refused="").count()
