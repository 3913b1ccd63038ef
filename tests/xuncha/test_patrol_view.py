"""How a patrol looks: figures in one line, a summary whose counts can be checked by eye."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from crawler.plan import Plan, TargetPlan
from ledger.summary import Anomaly, PictureCount, Summary
from scheduler.steps import Progress
from xuncha.commands.patrol import ending_of
from xuncha.exits import Exit
from xuncha.patrol_view import progress_line, reading_line, show_plan, show_summary


def summary(refused: dict[str, int] | None = None, anomalies: tuple[Anomaly, ...] = ()) -> Summary:
    return Summary(
        patrol="p",
        state="closed",
        endings={"captured": 2, "unchanged": 0, "refused": 1, "failed": 0},
        why={"refused": refused or {}, "failed": {}},
        analyses={"analysed": 2, "unreadable": 0},
        rendered=0,
        unrendered=0,
        pictures=0,
        reading=PictureCount(read=3, unreadable=0, images=5, unread=1, pages_left=0, images_left=0),
        pages={},
        findings={},
        left=0,
        anomalies=anomalies,
    )


def test_progress_is_one_line_of_figures_in_chinese() -> None:
    progress = Progress(step="抓取", entered=7, findings=Counter(violation=2, excluded=1))
    progress.crawl = {"pages": 9, "rate": 3.5, "frontier": 4, "errors": {"timeout": 1}}
    line = progress_line(progress, 12.0)
    for words in ("12 秒", "取证 9 页", "3.5 页/秒", "待取 4", "入账 7", "违规线索 2", "已排除 1", "超时（1）"):
        assert words in line


def test_a_patrol_that_has_just_begun_has_a_line_too() -> None:
    assert "取证 0 页" in progress_line(Progress(step="抓取"), 0.0)


def test_what_the_budget_left_unread_is_told_only_where_it_left_something() -> None:
    reading = summary().reading
    assert reading_line(reading) == "读图 3 页，留存图片 5 张，读不了的图 1 张"
    told = reading_line(replace(reading, pages_left=4, images_left=9))
    assert "预算用尽，还有 4 页、9 张图片没有读" in told
    assert "picture_pages" in told


def test_how_a_patrol_ended_is_an_exit_code() -> None:
    assert ending_of(summary()) == Exit.DONE
    assert ending_of(summary(refused={"budget: depth": 3, "robots": 1})) == Exit.DONE
    assert ending_of(summary(refused={"budget: pages": 3})) == Exit.BUDGET
    assert ending_of(summary(anomalies=(Anomaly("a.test", "一页也没有取到"),))) == Exit.PARTLY


def test_counts_add_up_or_say_so() -> None:
    assert summary().adds_up
    assert not replace(summary(), left=1).adds_up
    assert not replace(summary(), analyses={"analysed": 1, "unreadable": 0}).adds_up
    assert summary().as_row()["urls"] == 3


URL = f"http://a.test/{'b' * 90}"


def test_a_plan_is_told_in_chinese_with_whole_urls(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(
        Plan(
            "p",
            "2026-11-23T00:00:00Z",
            targets=(TargetPlan("a.test", (URL,), scope="host", robots_override="[/]批准"),),
            proxy=URL,
        )
    )
    told = capsys.readouterr()
    cells = [line.split("│")[2].strip() for line in told.out.splitlines() if line.count("│") > 2]
    assert URL in "".join(cells)
    for words in ("主机", "[/]"):
        assert words in told.out
    assert "渲染按需" in told.err
    assert URL in told.err


def test_what_comes_from_outside_is_not_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_summary(summary(refused={"error: [/]": 1}, anomalies=(Anomaly("[/a].test", "[/]"),)))
    told = capsys.readouterr().err
    for words in ("error: [/]", "[/a].test：[/]"):
        assert words in told
