"""A site of N pages behind a proxy, as quick as a site can be served: what patrols are timed on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Process, Queue, get_context

HOST = "bench.test"
LINKS_PER_PAGE = 12

WORDS = (
    "本公司 致力于 为 广大 客户 提供 优质 服务 产品 说明 最新 公告 关于 我们 帮助 中心 联系 方式 平台 项目 期限 借款 "
    "投资 理财 收益 风险 提示 用户 注册 登录 协议 条款 资金 安全 银行 存管 团队 介绍 新闻 动态 行业 资讯 活动 详情"
).split()
LEADS = (
    "本平台承诺保本保息，稳赚不赔，立即加入。",
    "年化收益18%起，到期本息全额兑付。",
    "零风险，亏损由平台全额垫付。",
)


def page(number: int, pages: int) -> bytes:
    """Page `number` of a tree of `pages`: about 10 kB of HTML, one page in ten with a lead."""
    rng = random.Random(number)
    paragraphs = "".join(
        f"<p>{''.join(rng.choices(WORDS, k=60))}。</p>" + ("\n<!-- layout -->\n" * 3) for _ in range(24)
    )
    lead = f"<p>{rng.choice(LEADS)}</p>" if number % 10 == 0 else ""
    first = number * LINKS_PER_PAGE + 1
    links = "".join(
        f'<li><a href="/p/{n}.html">第{n}页</a></li>'
        for n in range(first, min(first + LINKS_PER_PAGE, pages))
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>第{number}页</title></head><body>"
        f"<ul class=nav>{links}</ul><h1>第{number}页</h1>{lead}{paragraphs}"
        f"<footer>粤ICP备2021{number:06d}号</footer></body></html>"
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
