"""Exit codes, one a reason; docs/operations.md lists them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    """Bad usage or input; the message has file, line and what to do."""
    PARTLY = 3
    """Done, but some targets ended 异常."""
    DISK = 4
    """Stopped before the disk was full."""
    BUDGET = 5
    """Done as far as the budgets went; urls were left."""
    INTERRUPTED = 130
    """Ctrl-C or SIGTERM, as shells number it."""
