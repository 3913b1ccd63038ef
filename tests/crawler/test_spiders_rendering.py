"""Pages that a browser must build, in a patrol; the browser itself is tested in test_browser.py."""

from __future__ import annotations

from pathlib import Path

from crawler.journal import Link
from crawler.plan import Politeness, TargetPlan
from crawler.warc import read_record
from tests.crawler.web import LocalWeb, plan_for, respond, run_patrol

SHELL = '<html><body><div id="app"></div><script src="/app.js"></script></body></html>'
SCRIPT = """
document.getElementById('app').innerHTML =
  '<h1>保本理财平台</h1><p>历史年化收益率十八个点，本金安全有保障。</p><a href="/plan.html">产品</a>';
"""
PLAIN = "<html><body><h1>产品</h1><p>" + "稳健增值，随存随取。" * 20 + "</p></body></html>"


def build(web: LocalWeb) -> TargetPlan:
    web.pages |= {
        "http://spa.test/": respond(SHELL),
        "http://spa.test/app.js": respond(SCRIPT, content_type="application/javascript"),
        "http://spa.test/plan.html": respond(PLAIN),
    }
    return TargetPlan("spa.test", ("http://spa.test/",))


def test_a_shell_is_rendered_and_its_links_are_followed(web: LocalWeb, tmp_path: Path) -> None:
    plan = plan_for(web, build(web), render="auto", politeness=Politeness(delay=0, timeout=20))
    outcome = run_patrol(tmp_path, plan)
    assert outcome.code == 0
    shell, page = outcome.lines["http://spa.test/"], outcome.lines["http://spa.test/plan.html"]
    assert shell.render.startswith("rendered: ")
    assert shell.links == (Link("http://spa.test/plan.html", "link"),)
    assert shell.dom
    assert "保本理财平台" in read_record(tmp_path, shell.dom).payload.decode()
    assert shell.response
    assert b"app.js" in read_record(tmp_path, shell.response).payload
    assert (page.render, page.dom, page.depth) == ("not needed", None, 1)


def test_without_a_browser_the_reason_is_kept(web: LocalWeb, tmp_path: Path) -> None:
    plan = plan_for(web, build(web), render="auto")
    outcome = run_patrol(tmp_path, plan, XUNCHA_CHROMIUM="/no/such/browser")
    (line,) = outcome.lines.values()
    assert (line.ending, line.render) == ("captured", "no browser: empty shell")


def test_a_rendering_that_fails_costs_only_itself(web: LocalWeb, tmp_path: Path) -> None:
    target = build(web)
    web.pages["http://spa.test/"] = respond(SHELL.replace("</body>", "<script>while(true){}</script></body>"))
    plan = plan_for(web, target, render="auto", politeness=Politeness(delay=0, timeout=3))
    outcome = run_patrol(tmp_path, plan)
    line = outcome.lines["http://spa.test/"]
    assert (outcome.code, line.ending, line.dom) == (0, "captured", None)
    assert line.render == "failed: timeout"
