"""Patrol 巡查: one run over targets, its folder, and how far intake has read its journal."""

from __future__ import annotations

from django.db import models


class Patrol(models.Model):
    """One patrol. `state`: running, closed (manifest written), interrupted (may be resumed)."""

    id = models.CharField(primary_key=True, max_length=40)
    state = models.CharField("状态", max_length=12, default="running")
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True)
    journal_position = models.BigIntegerField("已入账字节", default=0)
    """Byte of journal.jsonl after the last line that is in the ledger; moves in the same transaction."""
    manifest_sha256 = models.CharField("清单哈希", max_length=64, blank=True)
    summary = models.JSONField("汇总", default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.id
