"""Outbox: captures that search has not seen yet, written in the transaction that changed them."""

from __future__ import annotations

from django.db import models


class OutboxRow(models.Model):
    """One capture to index again. The indexer deletes rows it has delivered, oldest first."""

    capture_id = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)
    refused = models.CharField("拒收原因", max_length=300, blank=True)
    """Why the engine will never take the document: set aside, not tried again. Empty: waiting."""

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.capture_id
