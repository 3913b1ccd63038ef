"""The rule base: every rule of rules/<family>/<rule>.yml, checked all at once, and the vocabulary they share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from nlp.clauses import VERDICTS, Clause, check_clause, read_clause
from nlp.finding import Basis, Decision
from nlp.rulefile import Document, RulebookError, Where, check_keys, list_of, one_of, read_document, text
from nlp.vocabulary import Vocabulary, read_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

STATUSES = ("experimental", "stable", "deprecated")
AREAS = (
    "p2p", "asset_management", "payment", "insurance", "crowdfunding", "advertising", "exchange",
    "private_finance", "all",
)  # fmt: skip
"""The fields of the clean-up campaign (rulebase §1.3)."""
VERIFICATION = {"T": "已核条文", "T摘": "仅核节选", "S": "二手来源", "S1": "单一二手来源", "U": "未核"}
"""Marks of how far a basis was verified (rulebase §0.1) and how they are told."""
FEWEST_EXAMPLES = 5


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks for, what excludes it, what it rests on, and its examples."""

    id: str
    title: str
    status: str
    areas: tuple[str, ...]
    severity: int
    verdict: Decision
    """What an asserted hit is."""
    basis: tuple[Basis, ...]
    any: tuple[Clause, ...]
    unless: tuple[str, ...]
    """Cues that exclude a hit, groups resolved."""
    false_positives: tuple[str, ...]
    violation: tuple[str, ...]
    """Sentences the rule must hit."""
    clean: tuple[str, ...]
    """Sentences it must not."""
    version: str
    """First 12 hex digits of the SHA-256 of the rule's file."""
    path: str

    @property
    def family(self) -> str:
        """The first half of the id."""
        return self.id.partition(".")[0]

    def basis_on(self, day: date | None) -> tuple[Basis, ...]:
        """What was in force on a day; all of it without a day."""
        if day is None:
            return self.basis
        iso = day.isoformat()
        return tuple(
            basis
            for basis in self.basis
            if basis.in_force_from <= iso and (not basis.in_force_to or iso < basis.in_force_to)
        )


@dataclass(frozen=True)
class Rulebook:
    """All rules and the words they share."""

    rules: tuple[Rule, ...]
    """In order of their ids, deprecated ones left out."""
    vocabulary: Vocabulary
    version: str
    """First 12 hex digits of the SHA-256 over vocabulary and rules."""

    def rule(self, rule_id: str) -> Rule:
        """The rule with an id; KeyError names the id."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def load_rulebook(folder: Path) -> Rulebook:
    """Load and check the rules under `folder`; RulebookError lists every mistake, the vocabulary's first."""
    vocabulary_file = folder / "vocabulary.yml"
    if not vocabulary_file.is_file():
        raise RulebookError([f"{vocabulary_file}:1: 缺少词表文件"])
    documents = [read_document(vocabulary_file)]
    vocabulary = read_vocabulary(documents[0])
    if documents[0].errors:  # every rule would only repeat what is missing here
        raise RulebookError(documents[0].errors)
    rules: list[Rule] = []
    for path in sorted(folder.glob("*/*.yml")):
        document = read_document(path)
        documents.append(document)
        rule = read_rule(document, vocabulary) if not document.errors else None
        if rule is not None:
            rules.append(rule)
    errors = [error for document in documents for error in document.errors] + _doubles(rules)
    if errors:
        raise RulebookError(errors)
    version = hashlib.sha256(documents[0].raw + "".join(rule.version for rule in rules).encode())
    in_use = (rule for rule in rules if rule.status != "deprecated")
    return Rulebook(tuple(sorted(in_use, key=lambda r: r.id)), vocabulary, version.hexdigest()[:12])


def read_rule(document: Document, vocabulary: Vocabulary) -> Rule | None:
    """The rule in a file, or None with its mistakes noted in the document."""
    check_keys(document, (), document.data, _REQUIRED, _OPTIONAL)
    if document.errors:
        return None
    data = document.data
    _check_names(document, vocabulary)
    clauses = [
        read_clause(document, ("any", index), source, vocabulary.words) for index, source in enumerate(data["any"])
    ]
    if document.errors:
        return None
    return Rule(
        id=data["id"],
        title=data["title"],
        status=data["status"],
        areas=tuple(data["areas"]),
        severity=data["severity"],
        verdict=data.get("verdict", "violation"),
        basis=tuple(map(_basis, data["basis"])),
        any=tuple(clause for clause in clauses if clause is not None),
        unless=vocabulary.cue_names(tuple(data["unless"])),
        false_positives=tuple(data.get("false_positives", ())),
        violation=tuple(data["examples"]["violation"]),
        clean=tuple(data["examples"]["clean"]),
        version=hashlib.sha256(document.raw).hexdigest()[:12],
        path=str(document.path),
    )


def _check_id(document: Document, where: Where, value: Any) -> None:
    text(document, where, value)
    expected = f"{document.path.parent.name}.{document.path.stem}"
    if value != expected:
        document.wrong(where, f"编号应与所在文件一致: {expected}")


def _check_examples(document: Document, where: Where, value: Any) -> None:
    examples = list_of(text, at_least=FEWEST_EXAMPLES)
    check_keys(document, where, value, {"violation": examples, "clean": examples}, {})


def _check_basis(document: Document, where: Where, value: Any) -> None:
    required = {"law": text, "article": _maybe_text, "status": one_of(*VERIFICATION)}
    check_keys(document, where, value, required, {"in_force": _check_period})


def _maybe_text(document: Document, where: Where, value: Any) -> None:
    if not isinstance(value, str):
        document.wrong(where, "这里应是一段文字(可为空)")


def _check_period(document: Document, where: Where, value: Any) -> None:
    ends = value if isinstance(value, list) else []
    if len(ends) != 2 or any(not isinstance(end, date) and end is not None for end in ends):
        document.wrong(where, "施行期间应形如 [2015-09-01, null]: 起、止日期, 不详或仍有效写 null")


def _check_names(document: Document, vocabulary: Vocabulary) -> None:
    """Every cue a rule names exists."""
    names: list[tuple[Where, str]] = [(("unless", i), name) for i, name in enumerate(document.data["unless"])]
    names += [
        (("any", i, "needs"), name.removeprefix("!"))
        for i, clause in enumerate(document.data["any"])
        for need in clause.get("needs", ())
        for name in need.split("|")
    ]
    for where, name in names:
        if name not in vocabulary.cues and name not in vocabulary.groups:
            document.wrong(where, f"词表里没有叫「{name}」的语境特征")


def _doubles(rules: list[Rule]) -> list[str]:
    """The same sentence as violation and clean within a rule."""
    return [
        f"{rule.path}:1: 同一例句既作 violation 又作 clean:「{sentence}」"
        for rule in rules
        for sentence in rule.violation
        if sentence in rule.clean
    ]


def _basis(source: dict[str, Any]) -> Basis:
    begin, end = source.get("in_force", (None, None))
    return Basis(
        source["law"], source["article"], source["status"],
        begin.isoformat() if begin else "", end.isoformat() if end else "",
    )  # fmt: skip


_REQUIRED = {
    "id": _check_id,
    "title": text,
    "status": one_of(*STATUSES),
    "areas": list_of(one_of(*AREAS)),
    "severity": one_of(0, 1, 2, 3, 4),
    "basis": list_of(_check_basis),
    "any": list_of(check_clause),
    "unless": list_of(text, at_least=0),
    "examples": _check_examples,
}
_OPTIONAL = {"verdict": one_of(*VERDICTS), "false_positives": list_of(text)}
