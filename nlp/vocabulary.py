"""The shared words of the rules (rules/vocabulary.yml): word classes, disguises, and the cues of context 语境."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nlp.clauses import Clause, check_clause, read_clause
from nlp.rulefile import Document, Where, check_keys, list_of, one_of, text
from nlp.sequence import SequenceError, expand_words

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES = ("block", "sentence", "clause_before", "sentence_before", "sentence_after")
"""How far a cue reaches: nlp.context._REACHES."""


_PAGE_LABELS = {"UGC": "他人发言", "GOV": "公共机构网站", "GENRE": "页面体裁", "LEARNED": "第二意见"}
"""Features that the page shows, not words of the vocabulary."""


@dataclass(frozen=True)
class CueRule:
    """A feature of the context: what shows it, how far it reaches, what it does."""

    name: str
    feature: str
    """The name findings carry: NEG, REPORT, CTA …"""
    label: str
    """What investigators read."""
    scope: str
    yields_to: tuple[str, ...]
    """Cues in whose presence this one does not count."""
    any: tuple[Clause, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All shared words."""

    words: dict[str, tuple[str, ...]]
    """Word classes: `@name` in rules."""
    variants: dict[str, str]
    """Words in disguise and what they stand for."""
    cues: dict[str, CueRule]
    groups: dict[str, tuple[str, ...]]
    """Names for sets of cues that rules exclude by together."""

    @property
    def labels(self) -> dict[str, str]:
        """What investigators read for each feature: the label of the first cue that has it."""
        labels = dict(_PAGE_LABELS)
        for cue in self.cues.values():
            labels.setdefault(cue.feature, cue.label)
        return labels

    def cue_names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """`names` with every group replaced by its cues."""
        return tuple(dict.fromkeys(cue for name in names for cue in self.groups.get(name, (name,))))


def read_vocabulary(document: Document) -> Vocabulary:
    """The vocabulary in a file; mistakes are noted in the document, what is right is returned all the same."""
    if document.errors:
        return Vocabulary({}, {}, {}, {})
    check_keys(
        document, (), document.data,
        {"words": _mapping(list_of(text)), "cues": _mapping(_check_cue)},
        {"variants": _mapping(text), "groups": _mapping(list_of(text))},
    )  # fmt: skip
    if document.errors:
        return Vocabulary({}, {}, {}, {})
    words = _resolve_words(document, document.data["words"])
    cues = {name: _read_cue(document, name, entry, words) for name, entry in document.data["cues"].items()}
    groups: dict[str, tuple[str, ...]] = {}
    for name, entry in document.data.get("groups", {}).items():  # a group may name those written above it
        groups[name] = tuple(cue for each in entry for cue in groups.get(each, (each,)))
    vocabulary = Vocabulary(words, dict(document.data.get("variants", {})), cues, groups)
    _check_references(document, vocabulary)
    return vocabulary


def _check_cue(document: Document, where: Where, value: Any) -> None:
    check_keys(
        document, where, value,
        {"feature": text, "label": text, "scope": one_of(*SCOPES), "any": list_of(check_clause)},
        {"yields_to": list_of(text)},
    )  # fmt: skip


def _mapping(check_value: Any) -> Any:
    def check(document: Document, where: Where, value: Any) -> None:
        if not isinstance(value, dict):
            document.wrong(where, "这里应是一组「键: 值」")
            return
        for key, entry in value.items():
            check_value(document, (*where, key), entry)

    return check


def _resolve_words(document: Document, source: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Word classes; one may name those written above it."""
    words: dict[str, tuple[str, ...]] = {}
    for name, entries in source.items():
        try:
            words[name] = expand_words("|".join(entries), words)
        except SequenceError as error:
            document.wrong(("words", name), str(error))
    return words


def _read_cue(document: Document, name: str, entry: Any, words: dict[str, tuple[str, ...]]) -> CueRule:
    clauses = tuple(
        clause
        for index, source in enumerate(entry["any"])
        if (clause := read_clause(document, ("cues", name, "any", index), source, words)) is not None
    )
    return CueRule(name, entry["feature"], entry["label"], entry["scope"], tuple(entry.get("yields_to", ())), clauses)


def _check_references(document: Document, vocabulary: Vocabulary) -> None:
    for name, cues in vocabulary.groups.items():
        for cue in cues:
            if cue not in vocabulary.cues:
                document.wrong(("groups", name), f"没有叫「{cue}」的语境特征")
    for cue_rule in vocabulary.cues.values():
        for other in cue_rule.yields_to:
            if other not in vocabulary.cues:
                document.wrong(("cues", cue_rule.name, "yields_to"), f"没有叫「{other}」的语境特征")
