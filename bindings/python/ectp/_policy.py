"""Decision tables."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import html
import itertools
import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _callable, _core
from ._analysis import Analysis, Difference, Page, Proofs, Repair
from ._core import Outcome
from ._errors import Location, make

if TYPE_CHECKING:
    from ._batch import Batch, Shape

Value = Union[None, bool, int, float, str, datetime.date, datetime.time, datetime.timedelta]
"""One value that goes into a decision or comes out of it. A duration of years and months is a str as
ISO 8601 has it, such as P1Y6M."""

@dataclasses.dataclass(frozen=True)
class Column:
    """An input or output of a policy, and what it may hold."""

    name: str
    """The column's name."""
    type: str
    """integer, number, boolean, string, date, time, date and time, days and time duration, or years and
    months duration."""
    domain: str
    """What it may hold, as a table writes it, such as `integer [0..9999]` or `low,high`."""
    nullable: bool
    """May it be None?"""
    ordered: bool
    """May a test compare? True for numbers and moments, and for listed words where the table says so."""
    values: Optional[tuple[Any, ...]]
    """The listed values, or None if they are not listed."""
    low: Value
    """The lower end of a range; None if it is open."""
    high: Value
    """The upper end of a range; None if it is open."""
    label: str = ""
    """A name for people, or empty."""
    unit: str = ""
    """Such as `school days`, or empty."""
    source: str = ""
    """Where the column comes from, or empty."""
    fixed: bool = False
    """Is it never offered as something to change?"""


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


class Explanation(Page):
    """Why a policy decided as it did: each rule that matched with its cells, the first failing cell of
    each other, and the nearest change that would make it decide otherwise."""

    __slots__ = ()

    @property
    def status(self) -> str:
        """decided, no_rule, conflict or invalid_input."""
        return str(self["status"])

    def _title(self) -> str:
        selected = ", ".join(m["rule"] for m in self["matched"] if m["selected"])
        return f"{self['policy']}: {self['status']}" + (f" ({selected})" if selected else "")


class Policy:
    """A decision table: read once, checked whole, then immutable and free to share.

    >>> pathway = ectp.Policy.builtin("pathway")
    >>> pathway.decide(row).value
    >>> pathway.decide_batch(columns)["path"].counts()

    Policies are equal if they have the same name and say the same, cell by cell.
    """

    __slots__ = ("_canonical", "_ids", "_rules", "_shape", "_table")
    _table: _core.Table
    _ids: tuple[str, ...]
    _canonical: Optional[str]
    _rules: Optional[tuple[Rule, ...]]
    _shape: Optional[Shape]

    def __init__(self) -> None:
        raise TypeError("make a policy with Policy.load, Policy.from_text, Policy.from_callable or Policy.builtin")

    @classmethod
    def _of(cls, table: _core.Table) -> Policy:
        self = object.__new__(cls)
        self._table = table
        self._ids = table.rule_ids
        self._canonical = self._rules = self._shape = None
        return self

    @classmethod
    def from_text(
        cls,
        text: Union[str, bytes],
        *,
        name: str = "",
        file: str = "",
        form: str = "csv",
        decision: Optional[str] = None,
    ) -> Policy:
        """Reads the text of a table; `form` is csv, markdown or dmn.

        `name` and `file` are only names: without a name it is the file's, or the decision's.
        decision: which one of a DMN file, by name or id; not needed where there is one table.
        Raises ectp.Error, located, for the first thing that is wrong; its `others` are all the rest.
        """
        if not isinstance(text, (str, bytes)):
            raise TypeError(f"a policy's text is str or bytes, not {type(text).__name__}")
        if form not in FORMS:
            raise make("bad_argument", f"there is no form {form!r} of a policy", expected="csv, markdown or dmn")
        source = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        which = (decision or "").encode("utf-8", "surrogatepass")
        return cls._of(_core.Table(source, os.fsencode(name), os.fsencode(file), form, which))

    @classmethod
    def load(cls, path: Union[str, os.PathLike[Any]], decision: Optional[str] = None) -> Policy:
        """Reads a file of at most 16 MiB: CSV if its name ends in .csv, Markdown if in .md, DMN if in
        .dmn or .xml.

        decision: which one of a DMN file, by its name or id; `Policy.decisions` lists them. Not needed
        where the file has one decision table; CSV and Markdown hold one policy each. Raises
        ectp.FileError or ectp.Error.
        """
        file = os.fsdecode(path)
        text = _core.read_file(os.fsencode(path))
        return cls.from_text(text, file=file, form=_form_of(file), decision=decision)

    @staticmethod
    def decisions(path: Union[str, os.PathLike[Any]]) -> list[str]:
        """The names of the decision tables of a DMN file. Raises ectp.FileError or ectp.Error."""
        found = _core.decisions(_core.read_file(os.fsencode(path)), os.fsencode(path))
        return [name for _, name, is_table in found if is_table]

    @classmethod
    def from_callable(
        cls,
        function: Callable[..., Any],
        domain: Mapping[str, _callable.Domain],
        *,
        outputs: Union[None, str, Sequence[str], Mapping[str, Optional[str]]] = None,
        name: str = "",
        vectorized: bool = False,
    ) -> Policy:
        """Makes a table of a function over finitely many inputs: it is asked once for every combination,
        and the table is proved to say the same for each.

        function: takes a mapping of the inputs, as `decide` does, and gives the value of the one
            output, or a mapping of several; None is no decision. With `vectorized` it is called once,
            with a NumPy column for each input (null is NaN among numbers, else None), and gives a
            column or a mapping of columns.
        domain: what each input may hold: as a table writes it, such as `integer [0..5]`; bool; a
            range; or the values, of which None is null. At most a million combinations in all.
        outputs: the name of the output, their names, or their names with their domains (None: the
            list of what came out). Without it, `outcome` or the names that the function gives.
        name: of the policy; without it the function's.

        Raises ectp.Error for a domain without an end, and for a value that an output does not take;
        and whatever the function raises. For inputs without end see `CallablePolicy`.
        """
        return _callable.from_callable(cls._of, function, domain, outputs, name, vectorized)

    @classmethod
    def builtin(cls, name: str) -> Policy:
        """One of the library's own policies, such as pathway. Raises ectp.Error."""
        text, file = _builtin(name)
        return cls.from_text(text, name=name, file=file)

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
        """The text it was read from."""
        return self._table.text

    @property
    def form(self) -> str:
        """How that was written: csv, markdown or dmn."""
        return self._table.form

    @property
    def id(self) -> Optional[str]:
        """The policy's own id, which all its versions have; None if the table does not say."""
        return self._table.id

    @property
    def version(self) -> Optional[str]:
        """Its version number, such as 1.2.0; None if the table does not say."""
        return self._table.version

    @property
    def valid(self) -> Optional[tuple[Optional[datetime.date], Optional[datetime.date]]]:
        """The first and the last day on which it is valid; None in place of an end that it does not have,
        and for a policy that is valid on every day."""
        return self._table.valid

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical form, 64 hex digits: names the policy in every decision that used it.
        The same for all forms of one policy, and for all orders of its rules where the order says
        nothing."""
        return self._table.sha256

    @property
    def hit_policy(self) -> str:
        """DMN's name for which rules decide, and how: UNIQUE, ANY, PRIORITY, FIRST, RULE ORDER, OUTPUT
        ORDER, COLLECT, or COLLECT SUM, MIN, MAX or COUNT."""
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
    def defaults(self) -> Optional[dict[str, Value]]:
        """What the outputs are where no rule matches; None if the table does not say."""
        return self._table.defaults

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order of the table."""
        t = self._table
        if self._rules is None:
            self._rules = tuple(
                Rule(id, t.tests(i), t.outputs(i), t.notes(i), Location(*t.location(i)))
                for i, id in enumerate(self._ids)
            )
        return self._rules

    def to_csv(self) -> str:
        """The policy as CSV, in one canonical form."""
        if self._canonical is None:
            self._canonical = self._table.to_csv()
        return self._canonical

    def to_markdown(self) -> str:
        """The policy as a Markdown table, in one canonical form."""
        return self._table.to_markdown()

    def to_dmn(self) -> str:
        """The policy as a DMN 1.3 file. Raises ectp.Error for a control character, which XML cannot
        hold."""
        return self._table.to_dmn()

    def save(self, path: Union[str, os.PathLike[Any]]) -> None:
        """Writes the policy as CSV, Markdown or DMN, by the file's ending; the file is replaced whole or
        not at all. Raises ectp.Error, or OSError."""
        file = os.fsdecode(path)
        write = {"csv": self.to_csv, "markdown": self.to_markdown, "dmn": self.to_dmn}[_form_of(file)]
        text = write().encode()
        part = file + ".part"
        try:
            with open(part, "wb") as to:
                to.write(text)
            os.replace(part, file)
        except OSError:
            if os.path.exists(part):
                os.remove(part)
            raise

    def analyse(self, *, null: bool = True, other: bool = True) -> Analysis:
        """What is wrong with the policy, and what could be simpler: gaps, overlaps, rules that never
        decide, and more. Exact, over all records of the inputs' domains.

        null: also records in which an input is not known, where its domain has null.
        other: also texts that no test mentions, where an input takes any text.
        """
        return Analysis._of(*self._table.analyse(null, other))

    def prove(
        self, *properties: str, base: Optional[Policy] = None, null: bool = True, other: bool = True
    ) -> Proofs:
        """Proves properties: exact, over all records of the inputs' domains, never by samples.

        properties: total, deterministic, no-dead, monotone(INPUT), invariant(INPUT, ...),
            max-step(INPUT, K), refines, reachable; an output may follow the input. Without any: total,
            deterministic and no-dead.
        base: for refines, the policy that this one must say the same as.
        null, other: as for `analyse`.

        Raises ectp.Error for a property that cannot be read or does not suit the policy.
        """
        for text in properties:
            if not isinstance(text, str):
                raise TypeError(f"a property is a str, not {type(text).__name__}: each stands by itself")
        if base is not None and not isinstance(base, Policy):
            raise TypeError(f"the policy to compare with is a Policy, not {type(base).__name__}")
        wanted = list(properties) or ["total", "deterministic", "no-dead"]
        return Proofs._of(*self._table.prove(wanted, base._table if base is not None else None, null, other))

    def diff(
        self,
        other: Policy,
        cohort: Optional[Mapping[str, Any]] = None,
        *,
        where: Optional[Mapping[str, str]] = None,
        null: bool = True,
        other_texts: bool = True,
        threads: int = 1,
        progress: Optional[Callable[[int, int], Any]] = None,
    ) -> Difference:
        """Which records `other` answers differently from this policy, and why; or that there are none.

        cohort: columns as `decide_batch` takes them, for the inputs of both: also count in which rows
            the answer changes, from what to what, and because of which rules.
        where: compare only records for which these tests hold, such as {"self": ">=4"}.
        null, other_texts: also records with null, and texts that no test mentions.
        threads, progress: of the cohort, as for `decide_batch`.

        Raises ectp.Error for policies without a common output, and as `decide_batch` does.
        """
        if not isinstance(other, Policy):
            raise TypeError(f"a policy is compared with a policy, not with {type(other).__name__}")
        if where is not None and not isinstance(where, Mapping):
            raise TypeError(f"`where` is a mapping of inputs to tests, not {type(where).__name__}")
        region = list((where or {}).items())
        for test in itertools.chain.from_iterable(region):
            if not isinstance(test, str):
                raise TypeError(f"`where` names inputs and tests as str, not {type(test).__name__}: {test!r}")
        if cohort is None:
            given = (None, None)
        else:
            from . import _batch

            given = tuple(p._shape_of_table().given(_batch.mapping_of(cohort)) for p in (self, other))
        json_text, text, markdown, changed, _, cancelled = self._table.diff(
            other._table, null, other_texts, region, *given, threads, progress
        )
        found = Difference._of(json_text, text, markdown)
        found._changed = None
        found._cancelled = cancelled
        if changed is not None:
            import numpy as np

            found._changed = np.frombuffer(changed, dtype=np.int64)
        return found

    def suggest(self, *, null: bool = True, other: bool = True) -> Repair:
        """The rules that would close its gaps and the cells that would end its overlaps: a proposal, for
        people to look at. `null` and `other` as for `analyse`."""
        return Repair._of(*self._table.repair(null, other))

    def decide(self, values: Mapping[str, Any]) -> Outcome:
        """Decides on one value for each input; null is None.

        Dates, times and durations are those of datetime, or text as ISO 8601 has it. `a.b` may be
        given as `{"a": {"b": ...}}`.

        Raises ectp.Error for an input that is missing, not known, of another kind or outside its
        domain; that no rule matches, or too many, is an outcome.
        """
        return self._table.decide(values)

    def explain(self, values: Mapping[str, Any]) -> Explanation:
        """Why: as the outcome's explain, and also for values that their inputs do not take.

        Raises ectp.Error for an input that is missing or not known; a value that its input does
        not take is part of the explanation.
        """
        why: Explanation = self._table.explain(values)
        return why

    def decide_batch(
        self,
        columns: Mapping[str, Any],
        *,
        explain: Union[bool, str] = False,
        threads: int = 1,
        out: Optional[Mapping[str, Any]] = None,
        progress: Optional[Callable[[int, int], Any]] = None,
    ) -> Batch:
        """Decides many rows at once, each exactly as `decide` would.

        columns: an array, or anything that becomes one, for each input: listed words as texts or as
        their codes in the order of the list (-1, or 255 of uint8, is null), booleans, numbers, and
        datetime64 or timedelta64. None and NaN are null, and so is the lowest number of a signed
        type. Columns of other names are left alone.
        explain: True adds `path_near_rule` and `path_near_input` for a first output `path`: the one
        input whose smallest change leads to another answer, and the rule that then decides. "full"
        adds `path_matched`, all rules that match.
        threads: how many decide at once, 1 to 256.
        out: arrays to write to, by name: codes of int8 to uint32, or float64 for numbers.
        progress: called with the rows done and all rows now and then; False stops.

        A value that its input does not take gives the status invalid_input. Raises ectp.Error for
        columns that are missing, of another length, or of a type that cannot hold the input.
        """
        from . import _batch

        return _batch.decide(self._shape_of_table(), columns, explain, threads, out, progress)

    def _shape_of_table(self) -> Shape:
        from . import _batch

        if self._shape is None:
            self._shape = _batch.Shape(self._table)
        return self._shape

    def _columns(self, role: str) -> tuple[Column, ...]:
        return tuple(
            Column(**{k: v for k, v in column.items() if k != "role"})
            for column in self._table.columns
            if column["role"] == role
        )

    def __eq__(self, other: object) -> bool:
        """The same name, and the same in every cell."""
        if not isinstance(other, Policy):
            return NotImplemented
        return (self.name, self.to_csv()) == (other.name, other.to_csv())

    def __hash__(self) -> int:
        """Equal policies hash alike."""
        return hash((self.name, self.to_csv()))

    def __repr__(self) -> str:
        """The name, the hit policy and how many rules there are."""
        return f"<Policy {self.name}: {self.hit_policy}, {len(self._ids)} rules>"

    def _repr_html_(self) -> str:
        """The table, for notebooks; of a long one the first rules."""
        most = 100
        columns = self._table.columns
        key = {"in": "when", "out": "then", "note": "notes"}

        def cells(tag: str, texts: list[str]) -> str:
            return "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)

        rows = [
            f"<tr>{cells('th', [self.hit_policy, *(c['label'] or c['name'] for c in columns)])}</tr>",
            f"<tr>{cells('th', ['', *(c['role'] for c in columns)])}</tr>",
        ]
        for rule in self.rules[:most]:
            texts = [getattr(rule, key[c["role"]])[c["name"]] for c in columns]
            rows.append(f"<tr>{cells('td', [rule.id, *('' if t is None else str(t) for t in texts)])}</tr>")
        if len(self._ids) > most:
            rows.append(f"<tr>{cells('td', [f'and {len(self._ids) - most} more'])}</tr>")
        return f"<table><caption>{html.escape(repr(self))}</caption>{''.join(rows)}</table>"

    def _repr_markdown_(self) -> str:
        """The table, for notebooks."""
        return self.to_markdown()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as its text."""
        return _restore, (type(self), self._table)


FORMS = ("csv", "markdown", "dmn")


def _form_of(file: str) -> str:
    """How the text of a file is written, by its ending. Raises ectp.Error."""
    form = {".csv": "csv", ".md": "markdown", ".dmn": "dmn", ".xml": "dmn"}.get(os.path.splitext(file)[1].lower())
    if form is None:
        raise make(
            "bad_argument",
            "no policy is read from or written to a file of this ending",
            file,
            expected="a file that ends in .csv, .md, .dmn or .xml",
        )
    return form


def _restore(cls: type[Policy], table: _core.Table) -> Policy:
    return cls._of(table)


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
