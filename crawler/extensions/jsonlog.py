"""The log of a patrol: `crawl.log.jsonl` in its folder, a JSON object a line."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LOG_FILE = "crawl.log.jsonl"


class JsonLines(logging.Formatter):
    """Time, level, logger and message; url where it is told; the traceback of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """One line without its newline."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if url := getattr(record, "url", ""):
            row["url"] = url
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


class JsonLog:
    """Adds the file to the root logger while the engine runs."""

    def __init__(self, crawler: Crawler) -> None:
        folder = getattr(crawler.spider, "folder", None)
        if folder is None:
            raise NotConfigured("no patrol folder")
        self._handler = logging.FileHandler(folder / LOG_FILE, encoding="utf-8")
        self._handler.setFormatter(JsonLines())
        logging.getLogger().addHandler(self._handler)
        for name in ("", "charset_normalizer", "scrapy", "twisted"):  # else they word a message for every page
            logging.getLogger(name).setLevel(logging.INFO)
        crawler.signals.connect(self._close, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> JsonLog:
        """As Scrapy builds its extensions."""
        return cls(crawler)

    def _close(self) -> None:
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
