"""What most commands need first: Django ready, the ledger migrated, and troubles told as clear errors."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.db import DatabaseError
from pydantic import ValidationError

from xuncha.console import stop
from xuncha.exits import Exit
from xuncha.settings import Settings, settings, settings_file


def checked_settings() -> Settings:
    """The settings; ends the command with every bad key, or the broken line, where they cannot be read."""
    remedy = "改 xuncha.toml 或 XUNCHA_ 环境变量；说明见 docs/operations.md"
    try:
        return settings()
    except ValidationError as error:
        problems = "；".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        stop(Exit.BAD_INPUT, f"设置有误：{problems}", remedy)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        stop(Exit.BAD_INPUT, f"设置文件 {_place(error)} 写法有误：{error}", remedy)
    except OSError as error:
        stop(Exit.BAD_INPUT, f"设置文件 {settings_file()} 读不了：{error.strerror}", "检查路径和权限")


def _place(error: tomllib.TOMLDecodeError | UnicodeDecodeError) -> str:
    """The settings file and the line an error lies on: the one it names, else the one of its byte, else the last."""
    path = settings_file()
    raw = path.read_bytes()
    named = re.search(r"at line (\d+)", str(error))
    end = error.start if isinstance(error, UnicodeDecodeError) else len(raw.rstrip())
    line = int(named[1]) if named else raw.count(b"\n", 0, end) + 1
    return f"{path}:{line}"


def open_ledger() -> Settings:
    """Make the home's folders, set Django up, bring the ledger's tables up to date; return the settings."""
    config = checked_settings()
    try:
        for folder in (config.home, config.archive, config.index, config.exports):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(Exit.FAILED, f"不能在 {config.home} 建文件夹：{error}", "换一个可写的 --home 或改权限")
    from django.core.management import call_command  # slow to import, and only the ledger needs it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.django_settings")
    django.setup()
    with ledger_errors():
        call_command("migrate", verbosity=0, interactive=False)
    return config


@contextmanager
def ledger_errors() -> Iterator[None]:
    """Turn a locked, full, unwritable or damaged ledger into a clear ending."""
    try:
        yield
    except DatabaseError as error:
        code, remedy = next((end for word, end in _ENDS.items() if word in str(error)), _UNKNOWN_END)
        stop(code, f"台账打不开或写不进：{error}", remedy)


_DAMAGED_END = (Exit.FAILED, "台账已损坏：恢复备份的 ledger.sqlite3（存档不受影响），坏的文件留着备查")
_ENDS = {
    "locked": (Exit.FAILED, "另一个进程正占着台账；等它结束再试（已取证的不会丢，用 xuncha patrol --resume 继续）"),
    "full": (Exit.DISK, "腾出磁盘空间后用 xuncha patrol --resume 继续，没有丢失"),
    "readonly": (Exit.FAILED, "检查 ledger.sqlite3 及其文件夹的权限"),
    "not a database": _DAMAGED_END,
    "malformed": _DAMAGED_END,
}
"""Words of SQLite's messages → how the command ends and what to do."""
_UNKNOWN_END = (Exit.FAILED, "运行 xuncha doctor 查看")
