"""Where the browser is. Apart from crawler/browser.py, so that asking does not load Scrapy and Playwright."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache
from pathlib import Path

_OWN = {"linux": "~/.cache/ms-playwright", "darwin": "~/Library/Caches/ms-playwright"}
_EXECUTABLES = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@cache
def find_chromium(configured: str) -> str:
    """The browser's executable, or an empty string if there is none.

    The configured path and no other if one is configured; else the newest that playwright installed; else the
    system's.
    """
    if configured:
        return configured if os.access(configured, os.X_OK) else ""
    own = Path(_OWN.get(sys.platform, _OWN["linux"])).expanduser()
    installed = sorted(path for pattern in _EXECUTABLES for path in own.glob(pattern))
    if installed:
        return str(installed[-1])
    return next((path for name in _NAMES if (path := shutil.which(name))), "")
