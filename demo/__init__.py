"""The sample web: synthetic sites under `.test` names, the proxy that serves them, the truth about each page.

Every word on these pages is invented; no company, person, number or address in them exists.
"""

from __future__ import annotations

from pathlib import Path

TARGETS = Path(__file__).parent / "targets.csv"
"""The target list a patrol of the sample web is given."""
