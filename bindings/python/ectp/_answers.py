"""What the library answers: mappings like the JSON of the program, with the page as text."""

from __future__ import annotations

import copy
import html
from collections.abc import Iterator, Mapping
from typing import Any


class Answer(Mapping[str, Any]):
    """An answer as a mapping; `str()` of it is the page that the program prints."""

    __slots__ = ("_members", "_text")

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = {name: value for name, value in members.items() if name != "text"}
        self._text = str(members.get("text", ""))

    @property
    def text(self) -> str:
        """The page that the program prints."""
        return self._text

    def to_dict(self) -> dict[str, Any]:
        """A copy as plain dictionaries and lists: the JSON that the program prints."""
        return copy.deepcopy(self._members)

    def __getitem__(self, name: str) -> Any:
        """A member of the JSON object. Raises KeyError."""
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        """The members' names, in the order of the JSON object."""
        return iter(self._members)

    def __len__(self) -> int:
        """How many members there are."""
        return len(self._members)

    def __eq__(self, other: object) -> bool:
        """The same JSON, whatever kind of mapping it is in."""
        if isinstance(other, Answer):
            return self._members == other._members
        return isinstance(other, Mapping) and self._members == dict(other)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        """The page."""
        return self._text

    def _title(self) -> str:
        return ", ".join(self._members)

    def __repr__(self) -> str:
        """What it is about, on one line."""
        return f"<{type(self).__name__} {self._title()}>"

    def _repr_html_(self) -> str:
        """The page, for notebooks."""
        return (
            f"<details open><summary>{html.escape(self._title())}</summary>"
            f"<pre>{html.escape(self._text)}</pre></details>"
        )


class Plan(Answer):
    """A plan of the mentor's next meeting. Advice: everything in it may be changed."""

    __slots__ = ()

    @property
    def teacher_id(self) -> str:
        """The ECT's id."""
        return str(self["teacher_id"])

    @property
    def mentor_id(self) -> Any:
        """The mentor's id, or None."""
        return self["mentor_id"]

    @property
    def meeting(self) -> Any:
        """The day, the slot, how many minutes, and the meeting after it."""
        return self["meeting"]

    @property
    def focus(self) -> Any:
        """What the meeting is about, and why."""
        return self["focus"]

    @property
    def path(self) -> Any:
        """The pathway advised for the focus's standard with its reasons, what would tip it, and the
        decision in force; None where there is nothing to advise on."""
        return self["path"]

    @property
    def standards(self) -> Any:
        """The advice and the diagnosis for each standard, in framework order."""
        return self["standards"]

    @property
    def agenda(self) -> Any:
        """The parts of the meeting: from and to in minutes, the manner and words to say."""
        return self["agenda"]

    @property
    def step(self) -> Any:
        """Candidates for one action step. None at all is a full answer."""
        return self["step"]

    @property
    def practice(self) -> Any:
        """The script to rehearse, or None."""
        return self["practice"]

    @property
    def findings(self) -> Any:
        """What the planner noticed about the record."""
        return self["findings"]

    def _title(self) -> str:
        focus = self["focus"]["statement"] or "an open question"
        path = f", {self['path']['recommended']} ({self['path']['why']['rule']})" if self["path"] else ""
        return f"{self['teacher_id']} on {self['meeting']['on']}: {focus}{path}"


class Reason(Answer):
    """The rule, fact or statement behind a line of a plan."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """Its name."""
        return str(self["id"])

    @property
    def kind(self) -> str:
        """rule, fact, standard, group or statement."""
        return str(self["kind"])

    def _title(self) -> str:
        return f"{self['id']}: a {self['kind']}"


class Check(Answer):
    """A record that is sound: how many entries, of which kinds, and how many corrected."""

    __slots__ = ()

    def _title(self) -> str:
        return f"{self['teacher_id']}: {self['entries']} entries, {self['corrected']} corrected"
