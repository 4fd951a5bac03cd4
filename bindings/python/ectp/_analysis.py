"""What can be said of a policy before any record meets it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, Optional

from ._answers import Answer
from ._errors import Location

if TYPE_CHECKING:
    from ._policy import Policy


@dataclasses.dataclass(frozen=True)
class Region:
    """Some records: all that meet these tests."""

    box: dict[str, str]
    """A test for each input, as a rule's cell would say it; `-` means any value."""
    witness: dict[str, Any]
    """One of these records."""

    @classmethod
    def _of(cls, members: dict[str, Any]) -> Region:
        return cls(members["box"], members["witness"])


@dataclasses.dataclass(frozen=True)
class Overlap(Region):
    """The records that two rules match."""

    rules: tuple[str, str]
    """Their ids, in the order of the table."""
    same_outputs: bool
    """Do they say the same?"""
    conflict: bool
    """Does the hit policy forbid it?"""

    @classmethod
    def _of(cls, members: dict[str, Any]) -> Overlap:
        return cls(
            members["box"], members["witness"], tuple(members["rules"]), members["same_outputs"], members["conflict"]
        )


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that an analysis found."""

    kind: str
    """gap, defaulted, conflict, dead_rule, empty_cell, full_cell, misleading_rule, subsumed_rule,
    duplicate_rule, mergeable_rules, unused_input, unreachable_output, unused_default, hit_policy or
    inconclusive; of a set of versions overlapping_validity, missing_validity and their like."""
    level: str
    """error, warning or note."""
    message: str
    """What it is, in a sentence."""
    location: Location
    """The rule, cell or column that it is about."""
    rules: tuple[str, ...]
    """Ids of the rules that it is about."""
    box: Optional[dict[str, str]]
    """Which records it is about, as a test for each input; None if it is not about some."""
    witness: Optional[dict[str, Any]]
    """One of these records."""
    suggestion: str
    """What to do; empty if nothing is suggested."""

    @classmethod
    def _of(cls, members: dict[str, Any]) -> Finding:
        suggestion = members["suggestion"]
        place = Location(*(members[name] or None for name in ("file", "line", "column")))
        return cls(
            members["kind"],
            members["level"],
            members["message"],
            place,
            tuple(members["rules"]),
            members["box"],
            members["witness"],
            suggestion["text"] if suggestion else "",
        )

    def __str__(self) -> str:
        """The place, the level and the message."""
        return ": ".join(filter(None, (str(self.location), self.level, self.message)))


class Page(Answer):
    """A mapping like the program's JSON, with its page as text and as Markdown."""

    __slots__ = ("_markdown",)
    _markdown: str

    @classmethod
    def _of(cls, members: str, text: str, markdown: str) -> Any:
        self = cls({**json.loads(members), "text": text})
        self._markdown = markdown
        return self

    @property
    def markdown(self) -> str:
        """The page as Markdown."""
        return self._markdown

    def _repr_markdown_(self) -> str:
        """The page, for notebooks."""
        return self._markdown


class Analysis(Page):
    """What is wrong with a policy, and what could be simpler: exact, over all records of the inputs'
    domains. True when nothing is an error."""

    __slots__ = ()

    @property
    def domain(self) -> dict[str, str]:
        """What each input was taken to hold."""
        return dict(self["domain"])

    @property
    def gaps(self) -> tuple[Region, ...]:
        """Records for which there is neither a rule nor a default: disjoint, sorted. At most 10,000;
        `analysis["gaps_in_all"]` counts them."""
        return tuple(Region._of(g) for g in self["gaps"])

    @property
    def defaulted(self) -> tuple[Region, ...]:
        """Records for which only the default decides."""
        return tuple(Region._of(g) for g in self["defaulted"])

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """Every pair of rules that match one record. At most 10,000; `analysis["overlaps_in_all"]`
        counts them."""
        return tuple(Overlap._of(o) for o in self["overlaps"])

    @property
    def dead(self) -> tuple[str, ...]:
        """Ids of rules that never decide."""
        return tuple(self["dead"])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found, errors first."""
        return tuple(Finding._of(f) for f in self["findings"])

    @property
    def sound(self) -> bool:
        """Is nothing an error?"""
        return bool(self["sound"])

    @property
    def conclusive(self) -> bool:
        """Was everything settled?"""
        return bool(self["conclusive"])

    def __bool__(self) -> bool:
        """Is nothing an error?"""
        return self.sound

    def _title(self) -> str:
        count = len(self["findings"])
        return f"{self['policy']}: {'sound' if self.sound else 'not sound'}, {count} finding{'s' * (count != 1)}"


@dataclasses.dataclass(frozen=True)
class Violation:
    """A counterexample to a property."""

    kind: str
    """gap, conflict, dead_rule, order, change, step, undefined, difference or unreachable."""
    message: str
    """All of it in a sentence."""
    record: Optional[dict[str, Any]]
    """The record; None for a value that no record gets, and for a rule that matches none."""
    outcome: str
    """What is said of it."""
    rules: tuple[str, ...]
    """Ids of the rules that say so."""
    other: Optional[dict[str, Any]]
    """Of a pair of records, the one after the move."""
    other_outcome: Optional[str]
    """What is said of that, or by the other policy."""
    other_rules: tuple[str, ...]
    """Ids of the rules that say so."""
    at: str
    """Where the first rule stands."""


@dataclasses.dataclass(frozen=True)
class Proof:
    """What came of proving one property. True when it is proved."""

    property: str
    """The property, such as `monotone(self)`."""
    status: str
    """proved, violated or inconclusive."""
    violations: tuple[Violation, ...]
    """The smallest counterexample; one for each dead rule and each value that does not come out."""
    smallest: bool
    """Is no counterexample smaller?"""
    notes: tuple[str, ...]
    """What two policies do not have in common."""
    open: Optional[str]
    """What was left open, and why."""

    @classmethod
    def _of(cls, members: dict[str, Any]) -> Proof:
        violations = tuple(
            Violation(**{**v, "rules": tuple(v["rules"]), "other_rules": tuple(v["other_rules"])})
            for v in members["violations"]
        )
        return cls(
            members["property"],
            members["status"],
            violations,
            members["smallest"],
            tuple(members["notes"]),
            members["open"],
        )

    def __bool__(self) -> bool:
        """Is it proved?"""
        return self.status == "proved"


class Proofs(Page):
    """What came of proving properties of a policy: exact, over all records of the inputs' domains. True
    when all are proved."""

    __slots__ = ()

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """One for each property, in the order in which they were asked for."""
        return tuple(Proof._of(p) for p in self["proofs"])

    @property
    def domain(self) -> dict[str, str]:
        """What each input was taken to hold."""
        return dict(self["proofs"][0]["domain"])

    def __bool__(self) -> bool:
        """Are all proved?"""
        return bool(self["proved"])

    def _title(self) -> str:
        proved = sum(p["status"] == "proved" for p in self["proofs"])
        return f"{self['policy']}: {proved} of {len(self['proofs'])} proved"


@dataclasses.dataclass(frozen=True)
class Change(Region):
    """Records that one policy answers in one way and the other in another."""

    before: str
    """The answer before, as a table writes it, or `no rule` or `conflict`."""
    after: str
    """The answer after."""
    rules_before: tuple[str, ...]
    """Ids of the rules that decide before."""
    rules_after: tuple[str, ...]
    """Ids of the rules that decide after."""

    @classmethod
    def _of(cls, members: dict[str, Any]) -> Change:
        return cls(
            members["box"],
            members["witness"],
            members["before"],
            members["after"],
            tuple(members["rules_before"]),
            tuple(members["rules_after"]),
        )


@dataclasses.dataclass(frozen=True)
class Transition:
    """How many rows of a cohort went from one answer to the other."""

    before: str
    after: str
    rows: int


@dataclasses.dataclass(frozen=True)
class Attribution:
    """How many changed rows have the same rules behind their two answers."""

    before: str
    after: str
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    rows: int
    first_row: int
    """The first of these rows, from 0."""


class Difference(Page):
    """Which records two policies answer differently: exact, over all records of the inputs' domains; with
    a cohort also in how many of its rows, and because of which rules."""

    __slots__ = ("_cancelled", "_changed")
    _changed: Any
    _cancelled: bool

    @property
    def changes(self) -> tuple[Change, ...]:
        """Disjoint regions of records, sorted."""
        return tuple(Change._of(c) for c in self["changes"])

    @property
    def equivalent(self) -> bool:
        """Is it proved that both give every record the same answer?"""
        return bool(self["equivalent"])

    @property
    def complete(self) -> bool:
        """Are `changes` all there are? If not, `difference["open"]` says why."""
        return bool(self["complete"])

    @property
    def changed(self) -> Any:
        """The changed rows of the cohort, from 0, ascending, as an array; None without a cohort."""
        return self._changed

    @property
    def cancelled(self) -> bool:
        """Did `progress` stop it before the last row of the cohort? Then only the rows before are counted."""
        return self._cancelled

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """From which answer to which, with the rows that did not change; they sum to the cohort's rows."""
        return tuple(Transition(**t) for t in self._cohort()["transitions"])

    @property
    def reasons(self) -> tuple[Attribution, ...]:
        """Because of which rules; they sum to the changed rows, most rows first."""
        return tuple(
            Attribution(
                r["before"],
                r["after"],
                tuple(r["rules_before"]),
                tuple(r["rules_after"]),
                r["rows"],
                r["first_row"] - 1,
            )
            for r in self._cohort()["reasons"]
        )

    def _cohort(self) -> Any:
        return self._members.get("cohort") or {"transitions": (), "reasons": ()}

    def _title(self) -> str:
        count = len(self["changes"])
        text = "equivalent" if self.equivalent else f"{count} region{'s' * (count != 1)} differ{'s' * (count == 1)}"
        if self._changed is not None:
            stopped = ", stopped early" if self._cancelled else ""
            text += f", {len(self._changed):,} of {self['cohort']['rows']:,} rows change{stopped}"
        return f"{self['before']['policy']} -> {self['after']['policy']}: {text}"


class Repair(Page):
    """What would make a policy sound. A proposal: the outputs of an added rule are its neighbour's, for
    people to choose."""

    __slots__ = ()

    @property
    def steps(self) -> tuple[Finding, ...]:
        """The errors whose suggestions were carried out, in that order."""
        return tuple(Finding._of(f) for f in self["steps"])

    @property
    def left(self) -> tuple[Finding, ...]:
        """What is still an error, or not settled."""
        return tuple(Finding._of(f) for f in self["left"])

    @property
    def policy(self) -> Policy:
        """The policy as it would be."""
        from ._policy import Policy

        return Policy.from_text(self["table"], name=self["policy"])

    def _title(self) -> str:
        count = len(self["steps"])
        return f"{self['policy']}: {count} change{'s' * (count != 1)}, {len(self['left'])} left"
