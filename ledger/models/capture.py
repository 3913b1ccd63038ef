"""Capture 取证: how one url of one patrol ended, and where its evidence lies."""

from __future__ import annotations

from django.db import models

from ledger.models.patrol import Patrol


class Capture(models.Model):
    """One line of the journal. Rows whose ending is refused or failed are kept, so that the counts add up."""

    id = models.CharField(primary_key=True, max_length=60)
    """crawler.journal.capture_id(patrol, url)"""
    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="captures")
    target = models.CharField("目标", max_length=253, db_index=True)
    url = models.TextField("网址")
    host = models.CharField("主机", max_length=253, db_index=True)
    domain = models.CharField("注册域名", max_length=253)
    area = models.CharField("领域", max_length=40, blank=True)
    ending = models.CharField("结局", max_length=10)
    """captured, unchanged, refused, failed"""
    why = models.CharField("原因", max_length=300, blank=True)
    fetched_at = models.DateTimeField("抓取时间", db_index=True)
    status = models.PositiveSmallIntegerField("状态码", default=0)
    content_type = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField("载荷哈希", max_length=64, blank=True)
    line = models.JSONField("取证记录", default=dict)
    """The journal line as written: chain, places in the archive, render decision, links left out."""
    screenshot = models.JSONField("截图", null=True)
    """crawler.journal.Place of the picture as a dict."""
    picture_why = models.CharField("无截图原因", max_length=300, blank=True)
    images = models.JSONField("图片", default=list)
    """The images of the pictured page: crawler.journal.Image as dicts."""
    pictures = models.CharField("图片文字", max_length=10, blank=True)
    """read, unreadable (the page's own text stands alone), or empty where they were not to be read"""
    unread_pictures = models.JSONField("未读图片", default=list)
    """List of [name, why]: pictures that could not be read, or not wholly."""
    has_little_text = models.BooleanField("文字少而有图", default=False)
    analysis = models.CharField("分析", max_length=10, blank=True)
    """analysed, unreadable, or empty where there was nothing to analyse"""
    unreadable = models.CharField("不可读原因", max_length=300, blank=True)
    title = models.TextField("标题", blank=True)
    charset = models.CharField("编码", max_length=40, blank=True)
    genre = models.CharField("体裁", max_length=20, blank=True)
    decision = models.CharField("判定", max_length=10, default="none", db_index=True)
    severity = models.PositiveSmallIntegerField("严重度", default=0)
    score = models.PositiveSmallIntegerField("分值", default=0)
    version = models.PositiveIntegerField("版本", default=1)
    """Raised at every change that search must see; the index keeps the highest."""

    class Meta:
        ordering = ("fetched_at", "id")
        indexes = (models.Index(fields=("patrol", "ending")),)

    def __str__(self) -> str:
        return f"{self.id} {self.url}"


class CaptureText(models.Model):
    """The text that offsets of findings count in; apart, because lists of captures never need it."""

    capture = models.OneToOneField(Capture, on_delete=models.CASCADE, primary_key=True, related_name="page")
    text = models.TextField()

    def __str__(self) -> str:
        return self.capture_id
