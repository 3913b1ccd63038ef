"""Subject 主体: who stands behind sites, in its first form: sites that share a host or an ICP number."""

from __future__ import annotations

from django.db import models


class Subject(models.Model):
    """Somebody behind one or more sites. `name` is the footer company seen most, else the first host."""

    name = models.CharField("名称", max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A host and the subject it is put down to."""

    host = models.CharField("主机", max_length=253, primary_key=True)
    domain = models.CharField("注册域名", max_length=253)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="sites")
    joined_by = models.CharField("归并依据", max_length=200, blank=True)

    class Meta:
        ordering = ("host",)

    def __str__(self) -> str:
        return self.host


class SubjectMark(models.Model):
    """What a subject's pages say of it: kind icp, company or phone, where first seen, how often."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=200, db_index=True)
    seen = models.PositiveIntegerField(default=1)
    first_capture = models.CharField(max_length=60)

    class Meta:
        ordering = ("kind", "-seen", "value")
        constraints = (models.UniqueConstraint(fields=("subject", "kind", "value"), name="subject_mark_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
