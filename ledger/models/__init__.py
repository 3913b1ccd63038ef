"""One file per noun."""

from ledger.models.advertisement import Advertisement
from ledger.models.capture import Capture, CaptureText
from ledger.models.finding import Finding, Mark
from ledger.models.outbox import OutboxRow
from ledger.models.patrol import Patrol
from ledger.models.subject import Site, Subject, SubjectMark
from ledger.models.target import Target

__all__ = [
    "Advertisement",
    "Capture",
    "CaptureText",
    "Finding",
    "Mark",
    "OutboxRow",
    "Patrol",
    "Site",
    "Subject",
    "SubjectMark",
    "Target",
]
