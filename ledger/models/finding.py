"""Finding 线索: one hit of one rule in one capture; and Mark 标识: a number found on its page."""

from __future__ import annotations

from django.db import models

from ledger.models.capture import Capture


class Finding(models.Model):
    """As nlp.finding.Finding, which documents each field; `review` is what a person made of it."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField("规则", max_length=80)
    rule_version = models.CharField("规则版本", max_length=12)
    title = models.CharField("规则名称", max_length=100)
    family = models.CharField("类别", max_length=30, db_index=True)
    decision = models.CharField("判定", max_length=10)
    severity = models.PositiveSmallIntegerField("严重度")
    quote = models.TextField("原文")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    block = models.CharField("文本块", max_length=12)
    path = models.TextField("位置", blank=True)
    context = models.JSONField("语境", default=list)
    """List of [feature, words]."""
    apr = models.JSONField("年化%", default=list)
    why = models.TextField("理由")
    basis = models.JSONField("依据", default=list)
    """List of nlp.finding.Basis as dicts."""
    review = models.CharField("研判", max_length=10, default="pending")
    """pending, confirmed, excluded"""

    class Meta:
        ordering = ("capture", "start", "rule")
        constraints = (models.UniqueConstraint(fields=("capture", "rule", "start", "end"), name="finding_once"),)

    def __str__(self) -> str:
        return f"{self.rule} {self.quote}"


class Mark(models.Model):
    """An identifier found in a capture, as nlp.finding.Identifier."""

    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=200, db_index=True)
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    checks = models.JSONField(default=dict)
    """format, checksum, region, date, registry"""
    valid = models.BooleanField()

    class Meta:
        ordering = ("capture", "start")

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
