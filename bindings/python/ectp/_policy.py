"""Decision tables."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, Optional, Union

from . import _core
from ._errors import Location, make

Value = Union[None, bool, int, float, str]
"""One value that goes into a decision or comes out of it."""


@dataclasses.dataclass(frozen=True)
class Column:
    """An input or output of a policy, and what it may hold."""

    name: str
    """The column's name."""
    type: str
    """integer, number, boolean or string."""
    domain: str
    """What it may hold, as a table writes it, such as `integer [0..9999]` or `low,high`."""
    nullable: bool
    """May it be None?"""
    ordered: bool
    """May a test compare? True for numbers, and for listed words where the table says so."""
    values: Optional[tuple[Any, ...]]
    """The listed values, or None if they are not listed."""
    low: Union[int, float, None]
    """The lower end of a range of numbers; None if it is open."""
    high: Union[int, float, None]
    """The upper end of a range of numbers; None if it is open."""


@dataclasses.dataclass(frozen=True)
class Rule:
    """One row of a policy."""

    id: str
    """The rule's name, as plans print it."""
    when: dict[str, str]
    """Its tests as they were written, by input; `-` means any value."""
    then: dict[str, Value]
    """What it puts out, by output."""
    notes: dict[str, str]
    """Its other columns, such as reason and source."""
    location: Location
    """Where it stands."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a policy decided. True exactly when a rule decided."""

    status: str
    """decided, no_rule or conflict."""
    rule: Optional[str]
    """The rule that decided; in a conflict the first that matched; else None."""
    values: dict[str, Value]
    """What was put out, by output; empty unless decided."""
    notes: dict[str, str]
    """The notes of the rule that decided, such as reason and source; empty unless decided."""
    other: Optional[str] = None
    """In a conflict the second rule that matched, else None."""

    @property
    def value(self) -> Any:
        """The value of a single output, a dictionary of several, None where no rule decided."""
        if self.status != "decided":
            return None
        return next(iter(self.values.values())) if len(self.values) == 1 else dict(self.values)

    def __bool__(self) -> bool:
        """Did a rule decide?"""
        return self.status == "decided"


class Policy:
    """A decision table: read once, checked whole, then immutable and free to share.

    >>> pathway = ectp.Policy.builtin("pathway")
    >>> pathway.decide(row).value
    """

    __slots__ = ("_ids", "_table", "_text")
    _ids: tuple[str, ...]
    _table: _core.Table
    _text: str

    def __init__(self) -> None:
        raise TypeError("make a policy with Policy.load, Policy.from_csv or Policy.builtin")

    @classmethod
    def from_csv(cls, text: Union[str, bytes], *, name: str = "", file: str = "") -> Policy:
        """Reads CSV text. `name` and `file` are only names: without a name it is the file's.

        Raises ectp.Error, located, for the first thing that is wrong.
        """
        if not isinstance(text, (str, bytes)):
            raise TypeError(f"a policy's text is str or bytes, not {type(text).__name__}")
        source = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        self = object.__new__(cls)
        self._table = _core.Table.read(source, os.fsencode(name), os.fsencode(file))
        self._text = source.decode()
        self._ids = tuple(self._table.rule_ids)
        return self

    @classmethod
    def load(cls, path: Union[str, os.PathLike[Any]]) -> Policy:
        """Reads a CSV file of at most 16 MiB. Raises ectp.FileError or ectp.Error."""
        return cls.from_csv(_core.read_file(os.fsencode(path)), file=os.fsdecode(path))

    @classmethod
    def builtin(cls, name: str) -> Policy:
        """One of the library's own policies, such as pathway. Raises ectp.Error."""
        text, file = _builtin(name)
        return cls.from_csv(text, name=name, file=file)

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._table.name

    @property
    def file(self) -> str:
        """The file it was read from, or empty."""
        return self._table.file

    @property
    def text(self) -> str:
        """The CSV text it was read from."""
        return self._text

    @property
    def sha256(self) -> str:
        """SHA-256 of the text, 64 hex digits: names the policy in every decision that used it."""
        return hashlib.sha256(self._text.encode()).hexdigest()

    @property
    def hit_policy(self) -> str:
        """UNIQUE (at most one rule may match) or FIRST."""
        return self._table.hit_policy

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The inputs, in the order of the table."""
        return self._columns("in")

    @property
    def outputs(self) -> tuple[Column, ...]:
        """The outputs, in the order of the table."""
        return self._columns("out")

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order of the table."""
        t = self._table
        return tuple(
            Rule(id, t.tests(i), t.outputs(i), t.notes(i), Location(*t.location(i)))
            for i, id in enumerate(self._ids)
        )

    def decide(self, values: Mapping[str, Value]) -> Outcome:
        """Decides on one value for each input; null is None.

        Raises ectp.Error for an input that is missing, not known, of another kind or outside its
        domain; that no rule matches, or too many, is an outcome.
        """
        t = self._table
        status, rule, other = t.decide(_inputs(values))
        if rule is None:
            return Outcome(status, None, {}, {})
        if other is not None:
            return Outcome(status, self._ids[rule], {}, {}, self._ids[other])
        return Outcome(status, self._ids[rule], t.outputs(rule), t.notes(rule))

    def explain(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Why: every rule that matched with its cells, and the first failing cell of each other.

        Raises ectp.Error for an input that is missing or not known; a value that its input does
        not take is part of the explanation.
        """
        answer: dict[str, Any] = json.loads(self._table.explain(_inputs(values)))
        return answer

    def _columns(self, role: str) -> tuple[Column, ...]:
        return tuple(
            Column(**{k: v for k, v in column.items() if k != "role"})
            for column in self._table.columns
            if column["role"] == role
        )

    def __eq__(self, other: object) -> bool:
        """The same text under the same name."""
        if not isinstance(other, Policy):
            return NotImplemented
        return (self.name, self.text) == (other.name, other.text)

    def __hash__(self) -> int:
        """Equal policies hash alike."""
        return hash((self.name, self._text))

    def __repr__(self) -> str:
        """The name, the hit policy and how many rules there are."""
        return f"<Policy {self.name}: {self.hit_policy}, {len(self._ids)} rules>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as its text."""
        return _restore, (type(self), self._text, self.name, self.file)


def _inputs(values: Mapping[str, Value]) -> dict[str, Value]:
    return values if type(values) is dict else dict(values)


def _restore(cls: type[Policy], text: str, name: str, file: str) -> Policy:
    return cls.from_csv(text, name=name, file=file)


@functools.lru_cache(maxsize=None)
def _builtin(name: str) -> tuple[str, str]:
    """The text of a built-in policy, and its file in the sources."""
    tables = json.loads(_core.run("policies", "{}"))["tables"]
    files = {t["name"]: t["file"] for t in tables if t["kind"] == "policy"}
    if name not in files:
        known = ", ".join(files)
        raise make("bad_argument", f"there is no policy called '{name}'", expected=known)
    text = json.loads(_core.run("policies", json.dumps({"name": name})))["text"]
    return text, files[name]
