"""Decisions that are Python functions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _core
from ._errors import Error, make

if TYPE_CHECKING:
    from ._policy import Policy

Domain = Union[str, type, range, Iterable[Any]]
"""What an input may hold: as a table writes it, such as `integer [0..5]`; bool; a range of whole numbers;
or the values themselves, of which None is null."""

MOST_CALLS = 1_000_000


def domain_text(name: str, domain: Domain) -> str:
    """The domain as a table writes it. Raises ectp.Error."""
    if not isinstance(name, str):
        raise TypeError(f"the name of an input is a str, not {type(name).__name__}")
    if isinstance(domain, str):
        return domain
    if domain is bool:
        return "boolean"
    if isinstance(domain, range) and domain and domain.step == 1:
        return f"integer [{domain[0]}..{domain[-1]}]"
    if isinstance(domain, type) or not isinstance(domain, Iterable):
        raise make(
            "bad_argument",
            f"the input {name!r} may hold {domain!r}",
            expected="a domain such as 'integer [0..5]', bool, a range, or the values",
        )
    # Of NumPy's scalars the values that they stand for; not a number is null.
    values = [v.item() if type(v).__module__ == "numpy" and hasattr(v, "item") else v for v in domain]
    kept = [v for v in values if v is not None and v == v]
    null = ", null" if len(kept) != len(values) else ""
    if not kept:
        raise make("bad_argument", f"the input {name!r} has no values", expected="at least one")
    if all(isinstance(v, bool) for v in kept) and set(kept) == {False, True}:
        return "boolean" + null
    if all(isinstance(v, str) for v in kept):
        escaped = (v.replace("\\", "\\\\").replace('"', '\\"') for v in kept)
        return ",".join(f'"{v}"' for v in escaped) + null
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in kept):
        if not all(map(math.isfinite, kept)):
            raise make("bad_domain", f"the input {name!r} may be infinite", expected="numbers with an end")
        return ",".join(repr(v) for v in kept) + null
    raise make(
        "wrong_type",
        f"the values of the input {name!r} are of several kinds",
        expected="texts, numbers, or False and True; None is null",
    )


def _domains(domain: Mapping[str, Domain]) -> Mapping[str, Domain]:
    if not isinstance(domain, Mapping):
        raise TypeError(f"domains are a mapping of inputs to what they may hold, not {type(domain).__name__}")
    return domain


def from_callable(
    make_policy: Callable[[_core.Table], Policy],
    function: Callable[..., Any],
    domain: Mapping[str, Domain],
    outputs: Union[None, str, Sequence[str], Mapping[str, Optional[str]]],
    name: str,
    vectorized: bool,
) -> Policy:
    """The table of a function over finitely many inputs."""
    if not callable(function):
        raise TypeError(f"a policy is made of a function, not of {type(function).__name__}")
    inputs = [(n, domain_text(n, d)) for n, d in _domains(domain).items()]
    values = [_core.finite_values(n, d) for n, d in inputs]
    calls = 1
    for v in values:
        calls *= len(v)
    if calls > MOST_CALLS:
        raise make(
            "too_large",
            f"the function would be called for {calls:,} combinations",
            expected=f"at most {MOST_CALLS:,}: fewer values in its inputs",
        )
    names = [n for n, _ in inputs]
    if vectorized:
        said = _call_columns(function, names, values, calls)
    else:
        said = [function(dict(zip(names, row))) for row in itertools.product(*values)]
    named, answers = _answers(said, outputs)
    title = name or getattr(function, "__name__", "callable").strip("<>")
    return make_policy(_core.tabulate(title, inputs, named, answers))


def _call_columns(
    function: Callable[..., Any], names: list[str], values: list[tuple[Any, ...]], calls: int
) -> list[Any]:
    """One call on columns of all combinations; what it gives, row by row."""
    import numpy as np

    columns: dict[str, Any] = {}
    after = calls
    for name, v in zip(names, values):
        after //= len(v)
        # Numbers with null as NaN, anything else with null as it is.
        kinds = {type(x) for x in v if x is not None}
        if kinds <= {int, float} and None in v:
            listed = np.array([np.nan if x is None else x for x in v])
        elif None in v:
            listed = np.array(v, dtype=object)
        else:
            listed = np.array(v)
        columns[name] = np.tile(np.repeat(listed, after), calls // (after * len(v)))
    said = function(columns)
    if isinstance(said, Mapping):
        if not said:
            raise make("bad_argument", "the function gives no column", expected="one for each output")
        rows = {n: _column(c, calls) for n, c in said.items()}
        return [dict(zip(rows, row)) for row in zip(*rows.values())]
    return _column(said, calls)


def _column(said: Any, calls: int) -> list[Any]:
    import numpy as np

    # Of a masked array what is masked is null.
    column = said if isinstance(said, np.ma.MaskedArray) else np.asarray(said)
    if column.shape != (calls,):
        raise make(
            "bad_argument",
            f"the function gives a column of shape {column.shape}",
            expected=f"one value for each of {calls:,} rows",
        )
    return [None if v is None or v != v else v for v in column.tolist()]


def _answers(
    said: list[Any], outputs: Union[None, str, Sequence[str], Mapping[str, Optional[str]]]
) -> tuple[list[tuple[str, str]], list[Any]]:
    """The outputs with their domains, and a tuple of their values for each combination."""
    first = next((s for s in said if s is not None), None)
    if outputs is None:
        outputs = list(first) if isinstance(first, Mapping) else ["outcome"]
    elif isinstance(outputs, str):
        outputs = [outputs]
    listed = list(outputs)
    if not listed or not all(isinstance(n, str) for n in listed):
        raise make("bad_argument", f"the outputs are {outputs!r}", expected="the name of each")
    if len(set(listed)) != len(listed):
        raise make("duplicate_id", "two outputs have the same name", expected="a name for each")
    named = dict(outputs) if isinstance(outputs, Mapping) else {n: None for n in listed}
    answers: list[Any] = []
    for s in said:
        if s is None:
            answers.append(None)
        elif isinstance(s, Mapping):
            if set(s) != set(named):
                raise make(
                    "bad_argument",
                    f"the function gives {', '.join(map(str, s)) or 'nothing'}",
                    expected="a value for each of " + ", ".join(named),
                )
            answers.append(tuple(s[n] for n in named))
        elif len(named) == 1:
            answers.append((s,))
        else:
            raise make(
                "wrong_type",
                f"the function gives {s!r}",
                expected="a mapping with a value for each of " + ", ".join(named),
            )
    return [(n, d or "") for n, d in named.items()], answers


class CallablePolicy:
    """A function that decides over inputs without end: it decides, and no more. What can be proved of a
    table cannot be proved of it; give `Policy.from_callable` finitely many values for that.

    >>> slow = ectp.CallablePolicy(lambda row: "a" if row["share"] > 0.4 else "b", {"share": "number [0..1]"})
    >>> slow.decide({"share": 0.5})
    'a'
    """

    __slots__ = ("_check", "_function", "_names", "_vectorized", "name")

    def __init__(
        self,
        function: Callable[..., Any],
        domain: Mapping[str, Domain],
        *,
        name: str = "",
        vectorized: bool = False,
    ) -> None:
        if not callable(function):
            raise TypeError(f"a policy is made of a function, not of {type(function).__name__}")
        self._function = function
        self._vectorized = vectorized
        self.name = name or getattr(function, "__name__", "callable").strip("<>")
        self._names = list(_domains(domain))
        outcome = "outcome"
        while outcome in self._names:
            outcome += "_"
        cells = [[*self._names, outcome], ["in"] * len(self._names) + ["out"]]
        cells.append([domain_text(n, d) for n, d in domain.items()] + ["string, null"])
        cells.append(["-"] * len(self._names) + [""])
        corners = ["U", "", "", "any"]
        text = "".join(",".join(map(_quoted, [c, *row])) + "\n" for c, row in zip(corners, cells))
        # A table that takes what the function may be given.
        self._check = _core.Table(text.encode(), self.name.encode(), b"", "csv", b"")

    def decide(self, values: Mapping[str, Any]) -> Any:
        """What the function gives for one value for each input. Raises ectp.Error for an input that is
        missing, not known or outside its domain."""
        self._check.decide(values)
        row = {n: _inner(values, n) for n in self._names}
        if not self._vectorized:
            return self._function(row)
        import numpy as np

        said = self._function({n: np.asarray([v]) for n, v in row.items()})
        return {n: _column(c, 1)[0] for n, c in said.items()} if isinstance(said, Mapping) else _column(said, 1)[0]

    def decide_batch(self, columns: Mapping[str, Any]) -> Any:
        """What the function gives for columns: as it is if it is vectorized, else a list, row by row.

        Raises ectp.Error for a value outside its input's domain, naming the row.
        """
        import numpy as np

        if not isinstance(columns, Mapping):
            raise TypeError(f"columns are a mapping of names to arrays, not {type(columns).__name__}")
        missing = [n for n in self._names if n not in columns]
        if missing:
            raise make("missing_field", f"the column {missing[0]!r} is missing", expected=", ".join(self._names))
        given = {n: np.asarray(columns[n]) for n in self._names}
        # The first column comes first, so that its length is one when the others are compared with it.
        first = self._names[0]
        for n, c in given.items():
            if c.ndim != 1 or len(c) != len(given[first]):
                expected = "one dimension" if c.ndim != 1 else f"{len(given[first]):,} rows, as has {first!r}"
                raise make("bad_argument", f"the column {n!r} has the shape {c.shape}", expected=expected)
        rows = len(given[first])
        taken = [given[n].tolist() for n in self._names]
        for row in range(rows):
            try:
                self._check.decide(dict(zip(self._names, (c[row] for c in taken))))
            except Error as wrong:
                place = wrong.location._replace(path=f"{wrong.location.path or ''}/{row}")
                wrong.location = place
                raise
        if self._vectorized:
            return self._function(given)
        return [self._function(dict(zip(self._names, row))) for row in zip(*taken)]

    def __repr__(self) -> str:
        """The name and the inputs."""
        return f"<CallablePolicy {self.name}: {', '.join(self._names)}>"


def _inner(values: Mapping[str, Any], name: str) -> Any:
    """The value of an input; that of `a.b` may stand in a mapping of its own."""
    if name in values:
        return values[name]
    outer, _, rest = name.partition(".")
    return _inner(values[outer], rest)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
