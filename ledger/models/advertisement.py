"""Advertisement 广告: that a carrier page led to a url in one patrol, by whatever chain of redirects."""

from __future__ import annotations

from django.db import models

from ledger.models.patrol import Patrol


class Advertisement(models.Model):
    """One way from a carrier page to a url. A url may be a target's own page too: its capture is found by url."""

    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="advertisements")
    carrier = models.TextField("载体页")
    url = models.TextField("落地页")

    class Meta:
        ordering = ("patrol", "url", "carrier")
        constraints = (models.UniqueConstraint(fields=("patrol", "url", "carrier"), name="advertisement_once"),)

    def __str__(self) -> str:
        return f"{self.carrier} → {self.url}"
