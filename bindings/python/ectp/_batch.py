"""Deciding whole columns: NumPy in, NumPy out.

Imported when it is first needed, and NumPy with it.
"""

from __future__ import annotations

import datetime
import html
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _core
from ._errors import Error, make

Array = npt.NDArray[Any]
Progress = Callable[[int, int], Any]

_lines = {"integer", "number", "date", "time", "date and time", "days and time duration", "years and months duration"}
_statuses = ("decided", "no_rule", "conflict", "invalid_input")


class CodeColumn:
    """A column of few distinct values: a code for each row, and what the codes stand for.

    Looks like a sequence of values, compares like an array (`column == "extend"` is an array of
    bool), and becomes one with `np.asarray(column)`.
    """

    __slots__ = {
        "codes": "The codes, as whole numbers; -1, or all ones of an unsigned type, is null.",
        "categories": "What the codes stand for, by code. None of them is null.",
    }
    __hash__ = None  # type: ignore[assignment]

    codes: Array
    categories: tuple[Any, ...]

    def __init__(self, codes: Any, categories: Sequence[Any]) -> None:
        self.codes = np.asarray(codes)
        if self.codes.ndim != 1 or self.codes.dtype.kind not in "iu":
            raise TypeError("codes are a column of whole numbers")
        self.categories = tuple(categories)

    @property
    def null(self) -> Array:
        """Where it is null, as an array of bool."""
        if self.codes.dtype.kind == "u":
            none: Array = self.codes == np.iinfo(self.codes.dtype).max
            return none
        negative: Array = self.codes < 0
        return negative

    def to_numpy(self) -> Array:
        """The values: floats with NaN where all categories are numbers, else objects with None."""
        numbers = bool(self.categories) and all(type(c) in (int, float) for c in self.categories)
        values = np.empty(len(self.categories) + 1, dtype=float if numbers else object)
        values[:-1] = self.categories if numbers else _objects(self.categories)
        values[-1] = np.nan if numbers else None
        return values[np.where(self.null, -1, self.codes.astype(np.int64))]

    def counts(self) -> dict[Any, int]:
        """How many rows each value has that occurs, in the order of the categories; null last."""
        null = self.null
        counted = np.bincount(self.codes[~null].astype(np.int64), minlength=len(self.categories))
        out = {value: int(n) for value, n in zip(self.categories, counted) if n}
        if null.any():
            out[None] = int(null.sum())
        return out

    def __array__(self, dtype: Any = None, copy: Optional[bool] = None) -> Array:
        """The values as `to_numpy` has them."""
        values = self.to_numpy()
        return values if dtype is None else values.astype(dtype)

    def __len__(self) -> int:
        """How many rows."""
        return len(self.codes)

    def __getitem__(self, at: Any) -> Any:
        """The value of one row, or the column of some rows."""
        if isinstance(at, (int, np.integer)):
            code = int(self.codes[at])
            return None if self.null[at] else self.categories[code]
        return CodeColumn(self.codes[at], self.categories)

    def __iter__(self) -> Iterator[Any]:
        """The values, row by row."""
        return iter(self.to_numpy().tolist())

    def _equal(self, other: object) -> Array:
        if isinstance(other, CodeColumn):
            here, there = self.to_numpy(), other.to_numpy()
            same: Array = (here == there) | (self.null & other.null)
            return same
        if other is None:
            return self.null
        code = next((k for k, value in enumerate(self.categories) if value == other), None)
        if code is None:
            return np.zeros(len(self), dtype=bool)
        found: Array = (self.codes == code) & ~self.null
        return found

    def __eq__(self, other: object) -> Array:  # type: ignore[override]
        """Row by row: is it this value, or that of the other column? None asks for null."""
        return self._equal(other)

    def __ne__(self, other: object) -> Array:  # type: ignore[override]
        """The opposite of `==`, row by row."""
        return ~self._equal(other)

    def __repr__(self) -> str:
        """The first values, and how many there are."""
        shown = ", ".join(repr(value) for value in self[:5])
        more = ", ..." if len(self) > 5 else ""
        return f"<CodeColumn of {len(self):,}: {shown}{more}>"


class Batch(Mapping[str, Union[Array, CodeColumn]]):
    """What a policy decided, row by row: columns by name.

    For the first output `path` these are `path`, `path_status` and `path_rule`, on request
    `path_near_rule`, `path_near_input` and `path_matched`, then the other outputs.
    """

    __slots__ = ("_cancelled", "_columns", "_rows")

    def __init__(self, columns: Mapping[str, Union[Array, CodeColumn]], rows: int, cancelled: bool) -> None:
        self._columns = dict(columns)
        self._rows = rows
        self._cancelled = cancelled

    @property
    def rows(self) -> int:
        """How many rows were decided."""
        return self._rows

    @property
    def cancelled(self) -> bool:
        """Did `progress` stop it before the last row? Then the columns end where it stopped."""
        return self._cancelled

    def __getitem__(self, name: str) -> Union[Array, CodeColumn]:
        """The column of that name. Raises KeyError."""
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        """The names of the columns."""
        return iter(self._columns)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self._columns)

    def __repr__(self) -> str:
        """How many rows, and the columns' names."""
        stopped = ", stopped early" if self._cancelled else ""
        return f"<Batch of {self._rows:,} rows{stopped}: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        """The first rows, for notebooks."""
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self)
        first = [list(column[:10]) for column in self._columns.values()]
        cells = ("".join(f"<td>{'' if v is None else html.escape(str(v))}</td>" for v in row) for row in zip(*first))
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        return f"<table><caption>{html.escape(repr(self))}</caption><tr>{head}</tr>{body}</table>"


def _objects(values: Sequence[Any]) -> Array:
    """Values as they are: NumPy would make rows of tuples."""
    out = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        out[i] = value
    return out


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _wrong(name: str, found: str, domain: str, hint: str = "", code: str = "wrong_type") -> Error:
    return make(code, f"the column for the input {name} {found}", path=_pointer(name), expected=domain, hint=hint)


# --- columns in -------------------------------------------------------------------------------------


def _flat(columns: Any, prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in columns.keys():  # noqa: SIM118 - of a frame too
        column = columns[name]
        if isinstance(column, Mapping):
            out.update(_flat(column, f"{prefix}{name}."))
        else:
            out[f"{prefix}{name}"] = column
    return out


_Given = tuple[Array, str, Optional[tuple[Any, ...]], Optional[Array]]


def _given(table: _core.Table, i: int, about: Mapping[str, Any], column: Any) -> _Given:
    """(array, what its items are, what codes stand for, validity bits) of one input's column."""
    name, domain, type_ = about["name"], about["domain"], about["type"]
    if isinstance(column, CodeColumn):
        return np.ascontiguousarray(column.codes), "codes", column.categories, None
    if isinstance(column, (list, tuple)):
        # NumPy would make texts of a list that mixes texts and numbers.
        return _from_objects(table, i, type_ in _lines, list(column))
    try:
        array: Array = np.asanyarray(column)
    except ValueError as why:
        raise _wrong(name, f"is no column: {why}", domain) from None
    mask: Optional[Array] = None
    if isinstance(array, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(array)
        array = np.ma.getdata(array)
    if array.ndim != 1:
        raise _wrong(name, f"has {array.ndim} dimensions", "one dimension: a value for each row", code="bad_argument")
    array = np.ascontiguousarray(array)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return _converted(table, i, about, array, mask)


def _converted(
    table: _core.Table, i: int, about: Mapping[str, Any], array: Array, mask: Optional[Array]
) -> _Given:
    name, domain, type_ = about["name"], about["domain"], about["type"]
    line, kind = type_ in _lines, array.dtype.kind
    hint = ""
    if kind in "OT" or (kind == "U" and line and type_ not in ("integer", "number")):
        items = array.tolist()
        if mask is not None:
            items = [None if hidden else item for item, hidden in zip(items, mask)]
        return _from_objects(table, i, line, items)
    valid = None if mask is None else np.packbits(~mask, bitorder="little")
    if kind == "U" and type_ == "string":
        units = array.dtype.itemsize // 4
        codes = np.empty(len(array), dtype=np.int32)
        values = table.codes_of_texts(i, array.view(np.uint32) if units else np.empty(0, np.uint32), units, codes)
        return codes, "codes", values, valid
    if kind == "b" and type_ == "boolean":
        return array.view(np.uint8), "codes", None, valid
    if kind in "iu":
        return (array, "numbers", None, valid) if line else (_narrow(array), "codes", None, valid)
    if kind == "f" and line:
        wide = array.dtype.itemsize in (4, 8)
        return array if wide else array.astype(np.float64), "numbers", None, valid
    if kind == "f" and bool(np.isnan(array).all()):
        return np.full(len(array), -1, dtype=np.int8), "codes", None if about["values"] or type_ == "boolean" else (), None
    if kind in "Mm":
        moments = _moments(type_, array)
        if moments is not None:
            if valid is not None:
                valid = np.packbits(~(np.isnat(array) | mask), bitorder="little")
            return moments, "numbers", None, valid
        hint = "" if kind == "M" else "name the unit, as in timedelta64[s]" if array.dtype == "m8" else ""
    if kind == "S":
        hint = "decode the texts: .astype(str)"
    raise _wrong(name, f"holds {array.dtype}", domain, hint)


def _from_objects(table: _core.Table, i: int, line: bool, items: list[Any]) -> _Given:
    if line:
        positions = np.empty(len(items))
        table.positions_of(i, items, positions)
        return positions, "numbers", None, None
    codes = np.empty(len(items), dtype=np.int32)
    values = table.codes_of(i, items, codes)
    return codes, "codes", values, None


def _narrow(codes: Array) -> Array:
    """Codes of at most four bytes. What is no code stays none."""
    if codes.dtype.itemsize <= 4:
        return codes
    most = np.iinfo(np.int32).max
    fits = codes <= most if codes.dtype.kind == "u" else (codes >= -1) & (codes <= most)
    return np.where(fits, codes, most).astype(np.int32)


def _moments(type_: str, array: Array) -> Optional[Array]:
    """Days, months or seconds of an array of datetime64 or timedelta64; None if it holds others."""
    unit = np.datetime_data(array.dtype)[0]
    if unit == "generic":
        return None
    if array.dtype.kind == "M":
        if type_ == "date":
            days = array.astype("M8[D]")
            if unit in "YMWD":
                return days.view(np.int64)
            # A moment is no day, unless it is a midnight: frames keep days so.
            out = np.where(days == array, days.view(np.int64), np.inf)
            return np.where(np.isnat(array), np.nan, out)
        if type_ != "date and time":
            return None
        whole, fine = "M8[s]", "M8[us]"
    else:
        months = unit in ("Y", "M")
        if months or type_ == "years and months duration":
            return array.astype("m8[M]").view(np.int64) if months and type_ == "years and months duration" else None
        if type_ not in ("time", "days and time duration"):
            return None
        whole, fine = "m8[s]", "m8[us]"
    if unit in ("Y", "M", "W", "D", "h", "m", "s"):
        return array.astype(whole).view(np.int64)
    return np.where(np.isnat(array), np.nan, array.astype(fine).view(np.int64) / 1e6)


# --- columns out ------------------------------------------------------------------------------------


def _codes_type(values: int) -> Any:
    return np.int8 if values <= 128 else np.int16 if values <= 32_768 else np.int32


_moment_types = {
    "date": ("M8[D]", 1),
    "date and time": ("M8[ms]", 1000),
    "days and time duration": ("m8[ms]", 1000),
    "years and months duration": ("m8[M]", 1),
}


def _as_moments(type_: str, positions: Array) -> Array:
    if type_ not in _moment_types:
        return positions
    dtype, scale = _moment_types[type_]
    null = np.isnan(positions)
    whole = np.rint(np.where(null, 0, positions) * scale).astype(np.int64)
    whole[null] = np.iinfo(np.int64).min
    moments: Array = whole.view(dtype)
    return moments


def _callers(out: Mapping[str, Any], name: str) -> Optional[Array]:
    array = out.get(name)
    if array is None:
        return None
    if not isinstance(array, np.ndarray):
        raise TypeError(f"out[{name!r}] is a NumPy array, not {type(array).__name__}")
    kinds = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "float64")
    if array.ndim != 1 or not array.flags.c_contiguous or not array.flags.writeable or array.dtype.name not in kinds or not array.dtype.isnative:
        raise make(
            "bad_argument",
            f"out[{name!r}] is an array of {array.ndim} dimensions of {array.dtype}",
            path=_pointer(name),
            expected=f"a writable, contiguous array of one dimension, of {', '.join(kinds)}",
        )
    return array


def _different(names: list[str]) -> list[str]:
    """Raises Error if two columns have one name."""
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise make(
            "bad_argument",
            f"two columns would be called {twice}",
            path=_pointer(twice),
            expected="outputs with other names",
        )
    return names


class Shape:
    """What a table takes and gives in columns: worked out once for each policy."""

    def __init__(self, table: _core.Table) -> None:
        self.table = table
        about = table.columns
        self.inputs = [c for c in about if c["role"] == "in"]
        self.outputs = [c for c in about if c["role"] == "out"]
        single, aggregation = table.single_hit, table.aggregation
        first = self.outputs[0]["name"] if self.outputs else table.name
        self.values = [c["name"] for c in self.outputs]
        self.reasons = [f"{first}_{what}" for what in ("status", "rule", "near_rule", "near_input", "matched")]
        ids = table.rule_ids
        # What codes stand for, where that is known before the batch; and the types of the arrays.
        self.meanings: dict[str, Sequence[Any]] = dict(
            zip(self.reasons, (_statuses, ids, ids, tuple(c["name"] for c in self.inputs)))
        )
        self.types: dict[str, Any] = {n: _codes_type(len(m)) for n, m in self.meanings.items()}
        self.types[self.reasons[4]] = np.int32
        self.moments: dict[str, str] = {}
        for i, c in enumerate(self.outputs):
            name, type_ = c["name"], c["type"]
            if single:
                self.meanings[name] = table.dictionary(i)
            if aggregation == "COUNT":
                self.types[name] = np.float64
            elif type_ in _lines and type_ != "time" and (single or aggregation):
                self.types[name] = np.float64
                self.moments[name] = type_
            else:
                self.types[name] = _codes_type(len(self.meanings[name])) if single else np.int32
        self.one_value = bool(aggregation)

    def names(self, explain: Union[bool, str]) -> list[str]:
        """The columns that are written. Raises Error if two have one name."""
        wanted = self.reasons[: 2 if explain is False else 4 if explain is True else 5]
        return _different([*self.values[:1], *wanted, *self.values[1:]])

    def given(self, columns: Any) -> list[_Given]:
        """The inputs' columns, in the order of the table."""
        flat = _flat(columns)
        out = []
        for i, c in enumerate(self.inputs):
            if c["name"] not in flat:
                raise make(
                    "missing_field",
                    f"the columns have no input {c['name']}",
                    path=_pointer(c["name"]),
                    expected=c["domain"],
                    hint=f"they are: {', '.join(map(str, flat))[:200] or 'none'}",
                )
            out.append(_given(self.table, i, c, flat[c["name"]]))
        return out


def mapping_of(columns: Any) -> Any:
    """The columns, if they have names. Raises TypeError."""
    if not hasattr(columns, "keys") or not hasattr(columns, "__getitem__"):
        raise TypeError(f"columns are a mapping of names to arrays, not {type(columns).__name__}")
    return columns


def _checked(explain: Union[bool, str], threads: int, progress: Optional[Progress]) -> int:
    """How many threads. Raises Error."""
    if explain not in (False, True, "full"):
        raise make("bad_argument", f"explain is {explain!r}", expected="False, True or 'full'")
    threads = operator.index(threads)
    if not 1 <= threads <= 256:
        raise make("bad_argument", f"threads is {threads}", expected="1 to 256")
    if progress is not None and not callable(progress):
        raise TypeError("progress is called with the rows done and all rows")
    return threads


def decide(
    shape: Shape,
    columns: Any,
    explain: Union[bool, str],
    threads: int,
    out: Optional[Mapping[str, Any]],
    progress: Optional[Progress],
) -> Batch:
    """`Policy.decide_batch`."""
    threads = _checked(explain, threads, progress)
    columns = mapping_of(columns)
    names = shape.names(explain)
    out = {} if out is None else out
    for name in out:
        if name not in names:
            raise make(
                "unknown_field",
                f"out names {name!r}, which is not written",
                path=_pointer(str(name)),
                expected=", ".join(names),
            )
    given = shape.given(columns)
    rows = len(given[0][0]) if given else 0
    arrays: dict[str, Array] = {}
    for name in names:
        array = _callers(out, name)
        arrays[name] = np.empty(rows, shape.types[name]) if array is None else array
    told = 0

    def tell(done: int, rows: int) -> Any:
        nonlocal told
        told = done
        return progress(done, rows)  # type: ignore[misc]

    done, cancelled, matched, answers = shape.table.decide_batch(
        given, [arrays.get(name) for name in (*shape.values, *shape.reasons)], threads, tell if progress else None
    )
    if progress is not None and told != done == rows:
        progress(rows, rows)  # another thread did the last rows
    meanings: dict[str, Sequence[Any]] = {**shape.meanings, shape.reasons[4]: matched}
    for name, said in zip(shape.values, answers):
        # The answer of all rules that matched: a list, or what was made of it.
        meanings[name] = [one[0] for one in said] if shape.one_value else said
    result: dict[str, Union[Array, CodeColumn]] = {}
    for name, array in arrays.items():
        array = array if done == len(array) else array[:done]
        if array.dtype.kind != "f":
            result[name] = CodeColumn(array, meanings.get(name, ()))
        else:
            result[name] = array if name in out or name not in shape.moments else _as_moments(shape.moments[name], array)
    return Batch(result, done, cancelled)


# --- by versions ------------------------------------------------------------------------------------


def _kind(type_: str) -> str:
    return "number" if type_ == "integer" else type_


class VersionsShape:
    """What the versions of a policy take and give in columns: worked out once."""

    def __init__(self, versions: _core.Versions, policies: Sequence[Any]) -> None:
        self.versions = versions
        shapes: list[Shape] = [p._shape_of_table() for p in policies]
        self.inputs = versions.inputs
        self.values = list(versions.outputs)
        first = self.values[0] if self.values else policies[0].name
        self.reasons = [f"{first}_{what}" for what in ("status", "rule", "near_rule", "near_input", "matched")]
        # Of each input: who converts its column, and which versions hold another kind of value in it.
        self.readers: dict[str, tuple[_core.Table, int, Mapping[str, Any]]] = {}
        self.kinds: dict[str, dict[str, str]] = {}
        self.labels: list[str] = []
        for policy, shape in zip(policies, shapes):
            label = policy.version or policy.file or policy.name
            same = sum(known == label or known.startswith(f"{label} (") for known in self.labels)
            self.labels.append(f"{label} ({same + 1})" if same else label)
            for i, c in enumerate(shape.inputs):
                name = c["name"]
                self.kinds.setdefault(name, {}).setdefault(_kind(c["type"]), self.labels[-1])
                # Where one version lists its words and another takes any, the column is read as texts.
                if name not in self.readers or (self.readers[name][2]["values"] and not c["values"]):
                    self.readers[name] = (shape.table, i, c)
        # What the codes of rules stand for: of each version's rules, which of all ids.
        self.ids = [list(p._ids) for p in policies]
        known: dict[str, int] = {}
        self.which = np.array([known.setdefault(id, len(known)) for ids in self.ids for id in ids] or [0], np.int32)
        self.rules = tuple(known)
        self.starts = np.cumsum([0] + [len(ids) for ids in self.ids])[:-1]
        most = max(map(len, self.ids))
        widths = (len(_statuses), most, most, len(self.inputs))
        self.types: dict[str, Any] = {n: _codes_type(w) for n, w in zip(self.reasons, widths)}
        self.types[self.reasons[4]] = np.int32
        self.types["version"] = _codes_type(len(policies))
        self.meanings: dict[str, Sequence[Any]] = {
            "version": tuple(self.labels),
            self.reasons[0]: _statuses,
            self.reasons[3]: self.inputs,
        }
        self.moments: dict[str, str] = {}
        self.one_value = all(p._table.single_hit or p._table.aggregation for p in policies)
        for i, name in enumerate(self.values):
            kinds = {(s.types[name] is np.float64, s.moments.get(name, "")) for s in shapes if name in s.values}
            kinds = {(numbers, type_ if type_ in _moment_types else "number") for numbers, type_ in kinds}
            if len(kinds) == 1 and next(iter(kinds))[0]:
                self.types[name] = np.float64
                self.moments[name] = next(iter(kinds))[1]
            elif versions.lists:
                self.types[name] = np.int32
            else:
                self.meanings[name] = versions.dictionary(i)
                self.types[name] = _codes_type(len(self.meanings[name]))

    def names(self, explain: Union[bool, str]) -> list[str]:
        """The columns that are written. Raises Error if two have one name."""
        wanted = self.reasons[: 2 if explain is False else 4 if explain is True else 5]
        return _different([*self.values[:1], "version", *wanted, *self.values[1:]])

    def given(self, columns: Any) -> dict[str, _Given]:
        """The columns that some version reads, by input."""
        flat = _flat(columns)
        out: dict[str, _Given] = {}
        for name in self.inputs:
            if name not in flat:
                continue
            if len(self.kinds[name]) > 1:
                found = " and ".join(f"{kind} in the version {label}" for kind, label in self.kinds[name].items())
                raise make(
                    "bad_argument",
                    f"the input {name} is {found}",
                    path=_pointer(name),
                    expected="one kind of value in all versions",
                    hint="decide the days of each version by themselves",
                )
            out[name] = _given(*self.readers[name], flat[name])
        return out

    def by_id(self, version: Array, rules: Array) -> CodeColumn:
        """Rules by their numbers in the rows' versions, as one column of ids."""
        none = rules < 0
        at = self.starts[np.where(none, 0, version)] + np.where(none, 0, rules)
        codes = np.where(none, -1, self.which[at])
        return CodeColumn(codes.astype(_codes_type(len(self.rules))), self.rules)

    def sets_by_id(self, version: Array, sets: Array, matched: Sequence[tuple[int, ...]]) -> CodeColumn:
        """The same for sets of rules, of which several versions may have one of the same numbers."""
        none = sets < 0
        key = np.where(none, 0, version).astype(np.int64) * len(matched) + np.where(none, 0, sets)
        seen = np.zeros(len(self.ids) * len(matched), bool)
        seen[key[~none]] = True
        known: dict[tuple[str, ...], int] = {}
        which = np.zeros(max(1, len(seen)), np.int32)
        for k in np.flatnonzero(seen).tolist():
            ids = self.ids[k // len(matched)]
            which[k] = known.setdefault(tuple(ids[r] for r in matched[k % len(matched)]), len(known))
        return CodeColumn(np.where(none, -1, which[key]).astype(np.int32), tuple(known))


_no_day = np.iinfo(np.int32).min


def days_of(as_of: Any) -> Array:
    """Days since 1970-01-01; the lowest number is no day. Raises Error."""
    array = np.ma.asanyarray(as_of) if isinstance(as_of, np.ma.MaskedArray) else np.asarray(as_of)
    hidden = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    array = np.ma.getdata(array)
    wanted = "a day for each row: datetime64, datetime.date, or YYYY-MM-DD"
    if array.ndim != 1:
        raise make("bad_argument", f"as_of has {array.ndim} dimensions", path="/as_of", expected=wanted)
    if array.dtype.kind in "OUT":
        array = np.array([_day(item, row, wanted) for row, item in enumerate(array.tolist())], "M8[D]")
    elif array.dtype.kind == "f" and bool(np.isnan(array).all()):
        array = np.full(len(array), "NaT", "M8[D]")
    elif array.dtype.kind != "M" or np.datetime_data(array.dtype)[0] == "generic":
        raise make("wrong_type", f"as_of holds {array.dtype}", path="/as_of", expected=wanted)
    days = array.astype("M8[D]")
    none = np.isnat(days) if hidden is None else np.isnat(days) | hidden
    out: Array = np.clip(days.astype(np.int64), _no_day + 1, np.iinfo(np.int32).max).astype(np.int32)
    out[none] = _no_day
    return out


def _day(item: Any, row: int, wanted: str) -> Optional[datetime.date]:
    if item is None or item != item or type(item).__name__ == "NAType":
        return None
    if isinstance(item, datetime.datetime):
        return item.date()
    if isinstance(item, datetime.date):
        return item
    if isinstance(item, np.datetime64):
        day: datetime.date = item.astype("M8[D]").item()
        return day
    try:
        if isinstance(item, str) and len(item) == 10:
            return datetime.datetime.strptime(item, "%Y-%m-%d").date()
    except ValueError:
        pass
    raise make("wrong_type", f"as_of is {item!r}", path=f"/as_of/{row}", expected=wanted)


def decide_versions(
    shape: VersionsShape,
    columns: Any,
    as_of: Any,
    explain: Union[bool, str],
    threads: int,
    progress: Optional[Progress],
) -> Batch:
    """`PolicyVersions.decide_batch`."""
    threads = _checked(explain, threads, progress)
    names = shape.names(explain)
    given = shape.given(mapping_of(columns))
    days = days_of(as_of)
    arrays: dict[str, Array] = {name: np.empty(len(days), shape.types[name]) for name in names}
    done, cancelled, matched, answers = shape.versions.decide_batch(
        days,
        list(given),
        list(given.values()),
        [arrays.get(name) for name in (*shape.values, "version", *shape.reasons)],
        threads,
        progress,
    )
    arrays = {name: array if done == len(array) else array[:done] for name, array in arrays.items()}
    meanings = dict(shape.meanings)
    for name, said in zip(shape.values, answers):
        meanings[name] = [one[0] for one in said] if shape.one_value else said
    _, rule, near_rule, _, sets = shape.reasons
    result: dict[str, Union[Array, CodeColumn]] = {}
    for name, array in arrays.items():
        if name in (rule, near_rule):
            result[name] = shape.by_id(arrays["version"], array)
        elif name == sets:
            result[name] = shape.sets_by_id(arrays["version"], array, matched)
        elif array.dtype.kind == "f":
            result[name] = _as_moments(shape.moments[name], array)
        else:
            result[name] = CodeColumn(array, meanings.get(name, ()))
    return Batch(result, done, cancelled)
