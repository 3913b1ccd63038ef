import json
import logging
import sys

from crawler.extensions.jsonlog import JsonLines


def record(**extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "crawler.x", "levelname": "WARNING", "msg": "取证 %s", "args": ("失败",)})
    made.created = 1767322800.5
    vars(made).update(extra)
    return made


def test_a_record_is_a_line() -> None:
    text = JsonLines().format(record(url="http://a.test/"))
    assert "\n" not in text
    assert json.loads(text) == {
        "time": "2026-01-02T03:00:00.500+00:00",
        "level": "WARNING",
        "logger": "crawler.x",
        "message": "取证 失败",
        "url": "http://a.test/",
    }


def test_an_error_brings_its_traceback() -> None:
    try:
        raise ValueError("why")
    except ValueError:
        row = json.loads(JsonLines().format(record(exc_info=sys.exc_info())))
    assert row["traceback"].endswith("ValueError: why")
    assert "url" not in row
