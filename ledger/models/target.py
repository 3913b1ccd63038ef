"""Target 目标: a site the patrol officer wants visited."""

from __future__ import annotations

from django.db import models


class Target(models.Model):
    """One site, named by the host of its first url; a list imported twice changes nothing."""

    key = models.CharField("主机", max_length=253, unique=True)
    urls = models.JSONField("入口", default=list)
    name = models.CharField("名称", max_length=200, blank=True)
    area = models.CharField("领域", max_length=40, blank=True)
    source = models.CharField("线索来源", max_length=200, blank=True)
    scope = models.CharField("范围", max_length=10, default="domain")
    cadence = models.CharField("频次", max_length=20, default="daily")
    expected_pages = models.PositiveIntegerField("最少页数", default=0)
    robots_override = models.CharField("不按 robots 抓取的理由", max_length=300, blank=True)
    carrier = models.BooleanField("广告载体页", default=False)
    active = models.BooleanField("在巡", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name or self.key
