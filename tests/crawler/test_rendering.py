import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.rendering import browser_meta, decide

APP = '<script src="/static/js/app.js"></script>'
COUNTER = "<script>var s = document.createElement('script'); s.src = '/h.js'; p.insertBefore(s, a)</script>"
PROSE = "<p>" + "本公司成立于二〇一〇年，办公地点在人民路一号，欢迎来访。" * 12 + "</p>"


def page(body, head=""):
    return f"<!doctype html><html><head><title>首页</title>{head}</head><body>{body}</body></html>"


NEEDED = {
    "vue": (page('<div id="app"></div>' + APP), "empty shell"),
    "react with a loading mark": (page('<div id="root"><i></i>加载中...</div>' + APP), "empty shell"),
    "angular": (page("<app-root></app-root>" + APP), "empty shell"),
    "a mount point between header and footer": (
        page("<div>网站首页 产品 关于我们</div><div id=app></div><div>版权所有 某某公司</div>" + APP),
        "empty shell",
    ),
    "notice in noscript": (page("<noscript>请开启JavaScript后访问</noscript>" + APP), "asks for JavaScript"),
    "notice in English": (
        page("<noscript>You need to enable JavaScript to run this app.</noscript>" + APP),
        "asks for JavaScript",
    ),
    "notice as text": (
        page("<p>为了正常浏览，请打开浏览器的脚本功能并刷新本页</p>" + APP),
        "asks for JavaScript",
    ),
    "state as data": (
        page('<div class=wrap></div><script id="__NEXT_DATA__" type="application/json">{"a":1}</script>' + APP),
        "state without text",
    ),
    "template in the page": (page("<h1>{{ item.title }}</h1>" + PROSE + APP), "unfilled template"),
    "written by document.write": (
        page("<script>document.write('<h1>众筹项目</h1><p>' + '支持者获得回报' + '</p>')</script>"),
        "built by script",
    ),
    "markup with the words in a script": (
        page(
            "<div id=box>欢迎您</div><script>box.innerHTML = '<p>"
            + "这里的每一个字都由脚本写进页面" * 6
            + "</p>'</script>"
        ),
        "text in scripts",
    ),
    "set by text alone": (
        page("<b id=t></b><script>document.getElementById('t').textContent = atob(x)</script>"),
        "built by script",
    ),
    "nothing but an external script": (page("<div class=container></div>" + APP), "little text"),
    "built on load": ("<body onload=\"document.body.innerHTML = '众筹'\"></body>" + APP, "little text"),
    "a challenge that reloads": (
        page("<script>document.cookie = 'k=1'; location.reload()</script>" + APP),
        "little text",
    ),
}

NOT_NEEDED = {
    "plain": page(PROSE),
    "plain with scripts": page(PROSE + APP + COUNTER),
    "short without scripts": page("<h1>建设中</h1>"),
    "login": page("<form>用户名<input>密码<input type=password><button>登录</button></form>" + APP),
    "not found": "<title>404 页面不存在</title><h1>抱歉</h1>" + APP + COUNTER,
    "frameset": "<html><head>" + APP + '</head><frameset cols="*"><frame src=a.html></frameset></html>',
    "only an iframe": page('<iframe src="/main.html"></iframe>' + APP),
    "meta refresh": page(APP, '<meta http-equiv="Refresh" content="0;url=/new/">'),
    "redirect by plain script": page("<script>window.location.href = '/m/index.html'</script>"),
    "short, with a visit counter": page("<p>电话零一零一二三四</p>" + COUNTER),
    "counter by document.write": page(
        "<script>document.write(unescape('%3Cscript src=/s.js%3E%3C/script%3E'))</script><p>联系我们</p>"
    ),
    "a mount point beside plenty of text": page(PROSE * 3 + '<div id="app"></div>' + APP),
    "server-side rendered": page('<div id="app">' + PROSE + "</div>" + APP),
    "messages in scripts": page(
        PROSE + "<script>" + "if (!phone) alert('请输入手机号码，手机号码应为十一位数字');" * 9 + "</script>"
    ),
    "templates for scripts": page(
        PROSE + '<script type="text/html"><p>{{ name }}</p></script><template>{{ x }}</template>' + APP
    ),
    "noscript notice on a full page": page(PROSE + "<noscript>请开启JavaScript</noscript>" + APP),
    "empty": "",
}  # fmt: skip


@pytest.mark.parametrize(("html", "reason"), NEEDED.values(), ids=NEEDED)
def test_pages_whose_words_scripts_bring_are_rendered(html, reason):
    decision = decide("auto", html)
    assert (decision.render, decision.reason) == (True, reason)


@pytest.mark.parametrize("html", NOT_NEEDED.values(), ids=NOT_NEEDED)
def test_pages_that_say_it_themselves_are_not(html):
    decision = decide("auto", html)
    assert (decision.render, decision.reason) == (False, "not needed")


@pytest.mark.parametrize(("mode", "render", "reason"), [("never", False, "off"), ("always", True, "always")])
@pytest.mark.parametrize("html", ["", page(PROSE), page('<div id="app"></div>' + APP)])
def test_the_mode_may_settle_it(mode, render, reason, html):
    assert (decide(mode, html).render, decide(mode, html).reason) == (render, reason)


def test_a_page_nested_to_hang_parsers_goes_to_the_browser_unparsed():
    assert decide("auto", APP + "<div>" * 100_000).reason == "nested too deeply"


HOSTILE = {
    "noscript": APP + "<noscript>" * 5_000,
    "dots in a mount point": APP + '<div id="app">' + "." * 500_000 + "x</div>",
    "mount points": APP + '<div id="app"></div>' * 50_000,
    "spaces after innerHTML": "<script>x.innerHTML" + " " * 500_000 + "</script>",
    "closing brackets": "<script>x.innerHTML = '" + ">" * 500_000 + "</script>",
    "open braces": APP + "{{" * 250_000,
    "scripts": "<script>a</script>" * 50_000,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_no_page_takes_long_to_decide(html):
    started = time.process_time()
    decide("auto", html)
    assert time.process_time() - started < 2


@given(st.text(alphabet="<>/ab{}=\"' .scriptdvAPP#请开启"))
def test_any_text_is_decided(text):
    decide("auto", "<script>" + text)


def test_a_browser_request_has_its_own_context_and_time():
    first, second = browser_meta("http://a.test/", timeout=9), browser_meta("http://b.test/", timeout=9)
    assert first["playwright"] is True
    assert first["playwright_context"] != second["playwright_context"]
