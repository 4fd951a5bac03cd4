"""Things that go on: a meeting, a rehearsal, a conversation, an appraisal, move by move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from . import _input, _json


class Choice(NamedTuple):
    """One thing that can be done now."""

    event: str  #: the word to give to `Walk.step`
    says: str  #: what it means
    asks: tuple[str, ...]  #: what to give along with it, such as `text`
    next: str  #: the state it leads to


class Walk:
    """Something that goes on, such as a meeting: where it is, what can be done, what came of it.

    >>> meeting = ectp.coach("examples/records/close-to-extend.json", "2025-11-24")
    >>> print(meeting.text)
    >>> meeting.step(meeting.choices[0].event)

    It is made by `coach`, `practise`, `converse` or `appraise`. A move that is refused raises
    ectp.Error, which lists the legal ones, and leaves it as it was. It pickles, and printing it shows
    the page for where it is.
    """

    def __init__(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        record: Optional[_input.Record] = None,
        tables: Optional[_input.Tables] = None,
    ) -> None:
        self._operation = operation
        self._arguments = {k: v for k, v in arguments.items() if v is not None and v is not False}
        self._documents: list[Any] = []
        if record is not None:
            self._documents.append(_input.record_document(record))
        if tables is not None:
            self._documents += _input.table_documents(tables)
        self._now: dict[str, Any] = self._ask({})

    def _ask(self, move: Mapping[str, Any]) -> dict[str, Any]:
        import json

        from . import _core

        given = {**self._arguments, **move}
        now: dict[str, Any] = json.loads(
            _core.run(self._operation, _json.dumps(given, "arguments"), self._documents)
        )
        return now

    def step(self, event: str, **given: Any) -> Walk:
        """Makes a move, with what it asks for by name, and returns itself.

        Raises ectp.Error: the move is not legal here, or something that it asks for is missing or
        no such text. Nothing has changed then.
        """
        move: dict[str, Any] = {"run": self._now["run"], "event": event}
        if given:
            move["with"] = given
        self._now = self._ask(move)
        return self

    @property
    def state(self) -> str:
        """Where it is: a word of its state machine."""
        return str(self._now["state"])

    @property
    def text(self) -> str:
        """The page for where it is: what to say and do."""
        return str(self._now["text"])

    @property
    def choices(self) -> list[Choice]:
        """What can be done now; none when it is done."""
        return [
            Choice(c["event"], c["says"], tuple(c["asks"]), c["next"]) for c in self._now["choices"]
        ]

    @property
    def done(self) -> bool:
        """Is it over?"""
        return bool(self._now["done"])

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What may be written into a record once it is done, in the record's own form."""
        return list(self._now.get("entries", []))

    @property
    def record(self) -> Optional[dict[str, Any]]:
        """The record with these entries added, once it is done and if one was given."""
        return self._now.get("record")

    @property
    def data(self) -> dict[str, Any]:
        """All that was answered last, as `ectp call` gives it."""
        return dict(self._now)

    def __repr__(self) -> str:
        return f"<ectp.Walk {self._operation}: {self.state}{', done' if self.done else ''}>"

    def __str__(self) -> str:
        return self.text
