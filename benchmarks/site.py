"""A site of N pages behind a proxy, as quick as a site can be served: what patrols are timed on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Process, Queue, get_context

HOST = "bench.test"
LINKS_PER_PAGE = 12

SENTENCES = (
    "公司成立于二〇一五年，总部位于软件园三期，现有员工一百二十余人。",
    "平台为出借人与借款人提供信息撮合服务，不承担任何形式的还款责任。",
    "用户注册后须完成实名认证，并仔细阅读服务协议与隐私政策。",
    "客服热线的服务时间为工作日上午九点至下午六点，节假日顺延。",
    "本周系统维护窗口为周三凌晨一点至三点，期间暂停提现申请。",
    "借款人应按合同约定的日期足额还款，逾期将产生违约金。",
    "投资有风险，入市需谨慎，请根据自身承受能力理性选择。",
    "项目资料由借款人提供，平台对其进行形式审核后予以展示。",
    "我们与多家律师事务所保持合作，为客户提供合同咨询。",
    "上月共收到用户建议三十七条，已采纳并排期二十一条。",
    "合作银行为平台开立存管账户，交易指令须经用户本人授权。",
    "如对账单有疑问，请在收到通知之日起七日内提出。",
    "招聘岗位包括前端工程师、测试工程师和法务专员。",
    "公司组织员工参加了植树活动，共栽种树苗二百余棵。",
    "请妥善保管账户密码，不要向任何人透露短信验证码。",
    "新版客户端优化了消息提醒，修复了若干已知问题。",
    "行业研究显示，小微企业的融资需求在三季度有所回升。",
    "会员积分可用于兑换话费或图书，积分有效期为一年。",
)
LEADS = (
    "本平台承诺保本保息，稳赚不赔，立即加入。",
    "年化收益18%起，到期本息全额兑付。",
    "零风险，亏损由平台全额垫付。",
)


def page(number: int, pages: int) -> bytes:
    """Page `number` of a tree of `pages`: about 10 kB of HTML, one page in ten with a lead."""
    rng = random.Random(number)
    paragraphs = "".join(
        f"<div class=row><p>{''.join(rng.choices(SENTENCES, k=4))}</p></div>\n<!-- layout -->\n" for _ in range(24)
    )
    lead = f"<p>{rng.choice(LEADS)}</p>" if number % 10 == 0 else ""
    first = number * LINKS_PER_PAGE + 1
    links = "".join(
        f'<li><a href="/p/{n}.html">第{n}页</a></li>' for n in range(first, min(first + LINKS_PER_PAGE, pages))
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>第{number}页</title></head><body>"
        f"<ul class=nav>{links}</ul><h1>第{number}页</h1>{lead}{paragraphs}"
        f"<footer>粤ICP备2021000001号</footer></body></html>"
    ).encode()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pages: int) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode().removeprefix(f"http://{HOST}")
            body, status = _find(path, pages)
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _find(path: str, pages: int) -> tuple[bytes, str]:
    if path == "/":
        return page(0, pages), "200 OK"
    if path.startswith("/p/") and path.endswith(".html"):
        return page(int(path[3:-5]), pages), "200 OK"
    return b"", "404 Not Found"


def _run(pages: int, ports: Queue[int]) -> None:
    async def serve() -> None:
        server = await asyncio.start_server(lambda r, w: _answer(r, w, pages), "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def serve(pages: int) -> Iterator[str]:
    """Serve the site from a process of its own; gives the proxy's url."""
    context = get_context("spawn")
    ports: Queue[int] = context.Queue()
    process: Process = context.Process(target=_run, args=(pages, ports), daemon=True)  # type: ignore[assignment]
    process.start()
    try:
        yield f"http://127.0.0.1:{ports.get(timeout=20)}"
    finally:
        process.terminate()
        process.join()
