"""What frameworks can do beyond holding nodes: search, crosswalks, differences, exchange and frames."""

from __future__ import annotations

import html as _html
import importlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, Union, overload

from . import _core, _input, _json
from ._analysis import Page
from ._core import Framework, Node

Frameworkish = Union[Framework, str]


class Hit(NamedTuple):
    """One node that a search found."""

    node: Node
    """The node."""
    match: str
    """Why it was found: code, prefix, tag or words."""
    score: int
    """How well it fits; comparable within one search."""


@dataclass(frozen=True)
class Link:
    """A statement of one edition and its counterpart in another. One that was split or merged has several."""

    origin: Optional[Node]
    """The statement; None where only the target exists."""
    target: Optional[Node]
    """Its counterpart; None where none was found."""
    relation: str
    """same, amended, moved, split, merged, new, dropped, unknown or aligned."""
    basis: str
    """What the link rests on, such as wording_seen or order_inferred."""
    confidence: str
    """low, medium or high."""
    note: Optional[str]

    def __repr__(self) -> str:
        def code(n: Optional[Node]) -> str:
            return "-" if n is None else n.code

        return f"<Link {code(self.origin)} {self.relation} {code(self.target)}: {self.basis}, {self.confidence}>"


class Crosswalk(Sequence[Link]):
    """What became of the statements of one edition in another, a link after the other.

    >>> walk = ectp.framework("ecf-2019").crosswalk("ittecf-2024")
    >>> walk.of("3f")
    >>> walk.counts
    """

    __slots__ = ("_links", "_origin", "_target")

    def __init__(self, origin: Framework, target: Framework) -> None:
        self._origin, self._target = origin, target
        self._links = tuple(Link(*row) for row in origin._links(target))

    @property
    def origin(self) -> Framework:
        """The edition that is looked at."""
        return self._origin

    @property
    def target(self) -> Framework:
        """The edition that its statements are looked for in."""
        return self._target

    def of(self, code: str) -> tuple[Link, ...]:
        """The links of one statement of `origin`. Raises ectp.NotFoundError."""
        node = self.origin[code]
        return tuple(link for link in self._links if link.origin == node)

    @property
    def counts(self) -> dict[str, int]:
        """How many links of each relation there are."""
        return dict(Counter(link.relation for link in self._links))

    def to_frame(self, frame: Optional[str] = None) -> Any:
        """A row for each link: `from`, `to`, `relation`, `basis`, `confidence`, `note`. `from` and `to` are
        `edition:code`. One statement may have several rows, so counts may grow in a join.

        frame: pandas, polars or pyarrow; the first of them that is installed if you do not say.
        """

        def ref(n: Optional[Node]) -> Optional[str]:
            return None if n is None else n.ref

        columns = {
            "from": [ref(link.origin) for link in self._links],
            "to": [ref(link.target) for link in self._links],
            "relation": [link.relation for link in self._links],
            "basis": [link.basis for link in self._links],
            "confidence": [link.confidence for link in self._links],
            "note": [link.note for link in self._links],
        }
        return _frame(columns, {"from": _refs(self.origin), "to": _refs(self.target)}, frame)

    @overload
    def __getitem__(self, index: int) -> Link: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Link, ...]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Link, tuple[Link, ...]]:
        return self._links[index]

    def __len__(self) -> int:
        return len(self._links)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Crosswalk) and self._links == other._links

    def __hash__(self) -> int:
        return hash(self._links)

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {relation}" for relation, n in self.counts.items())
        return f"<Crosswalk {self.origin.edition} to {self.target.edition}: {counts}>"

    def _repr_html_(self) -> str:
        """The links as a table, for notebooks."""
        rows = ["".join(f"<th>{t}</th>" for t in ("from", "relation", "to", "basis", "confidence", "note"))]
        for link in self._links:
            texts = (_said(link.origin), link.relation, _said(link.target), link.basis, link.confidence, link.note or "")
            rows.append("".join(f"<td>{_html.escape(t)}</td>" for t in texts))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><caption>{_html.escape(repr(self))}</caption>{body}</table>"


class FrameworkDifference(Page):
    """What changed from one framework to another, like the program's JSON, with its page."""

    __slots__ = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many nodes were added, removed, moved, reworded, renumbered and so on."""
        return dict(self["counts"])

    @property
    def changes(self) -> tuple[dict[str, Any], ...]:
        """Every node that changed, in the order of the new framework."""
        return tuple(self["changes"])

    def to_frame(self, frame: Optional[str] = None) -> Any:
        """A row for each change. frame: pandas, polars or pyarrow; the first that is installed if you do not say."""
        names: list[str] = []
        for change in self.changes:
            names += [k for k in change if k not in names]
        columns = {k: [_flat(change.get(k)) for change in self.changes] for k in names}
        return _frame(columns, {}, frame)

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {what}" for what, n in self.counts.items() if n and what not in ("before", "after"))
        return f"<FrameworkDifference {self['from']['edition']} to {self['to']['edition']}: {counts or 'nothing'}>"


def _flat(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _said(n: Optional[Node]) -> str:
    return "-" if n is None else f"{n.code} {n.display}"


def _edition(other: Frameworkish) -> Framework:
    if isinstance(other, Framework):
        return other
    if isinstance(other, str):
        return _core.framework(other)
    raise TypeError(f"a framework is a Framework or the id of an edition, not {type(other).__name__}")


def read_case(source: Union[str, os.PathLike[Any], Mapping[str, Any], bytes]) -> Framework:
    """A framework from a CASE package (JSON, 1.1 or 1.0) or from OpenSALT's CSV: a path, a mapping, or bytes.

    What had to be forgiven is in `warnings`. Everything that the package holds is kept, and `to_case` writes
    it again. Raises ectp.Error, with the place, or ectp.FileError.
    """
    if isinstance(source, Mapping):
        return _core.read_framework(_json.dumps(dict(source), "package").encode(), "package")
    if isinstance(source, (bytes, bytearray)):
        return _core.read_framework(bytes(source), "package")
    encoded = os.fsencode(source)
    return _core.read_framework(_core.read_file(encoded, 256 << 20), os.fsdecode(encoded))


def find(fw: Framework, words: str, tag: Optional[str], kind: Optional[str], limit: int) -> list[Hit]:
    return [Hit(*row) for row in fw._find(words, tag or "", kind or "", limit)]


def crosswalk(fw: Framework, other: Frameworkish) -> Crosswalk:
    return Crosswalk(fw, _edition(other))


def _run(kind: type[Page], name: str, frameworks: Mapping[str, Framework]) -> Any:
    arguments: dict[str, Any] = {"text": True, "markdown": True}
    documents: list[_input.Document] = []
    for parameter, fw in frameworks.items():
        source = fw._source()
        if source is None:
            arguments[parameter] = fw.edition
        else:
            text, file = source
            documents.append((parameter, os.fsencode(file), text))
    answer = json.loads(_core.run(name, _json.dumps(arguments, "arguments"), documents))
    text, markdown = answer.pop("text"), answer.pop("markdown")
    return kind._of(json.dumps(answer), text, markdown)


def diff(fw: Framework, other: Frameworkish) -> FrameworkDifference:
    difference: FrameworkDifference = _run(FrameworkDifference, "framework_diff", {"from": fw, "to": _edition(other)})
    return difference


def audit(fw: Framework) -> Page:
    page: Page = _run(Page, "framework_audit", {"edition": fw})
    return page


def to_case(fw: Framework, base_uri: Optional[str], last_change: Optional[str], keep_identifiers: bool) -> dict[str, Any]:
    package: dict[str, Any] = json.loads(fw._case(base_uri or "", last_change or "", keep_identifiers))
    return package


_TEXTS = (
    "code",
    "kind",
    "statement_kind",
    "type",
    "title",
    "gist",
    "text",
    "core_area",
    "confidence",
    "confidence_word",
    "code_confidence_word",
    "basis",
    "itt_mode",
    "change",
    "earlier_code",
    "identifier",
    "note",
)


def _refs(fw: Framework) -> list[str]:
    return [n.ref for n in fw.nodes]


def to_frame(fw: Framework, frame: Optional[str]) -> Any:
    nodes = fw.nodes
    columns: dict[str, list[Any]] = {"ref": [n.ref for n in nodes], "edition": [n.edition for n in nodes]}
    for name in _TEXTS:
        columns[name] = [getattr(n, name) for n in nodes]
    columns["depth"] = [n.depth for n in nodes]
    columns["parent"] = [None if n.parent is None else n.parent.ref for n in nodes]
    columns["standard"] = [None if n.standard is None else n.standard.ref for n in nodes]
    columns["tags"] = ["|".join(n.tags) or "none" for n in nodes]
    columns["placeholder"] = [n.placeholder for n in nodes]
    columns["code_is_ours"] = [n.code_is_ours for n in nodes]
    refs = columns["ref"]
    return _frame(columns, {"ref": refs, "parent": refs, "standard": refs}, frame)


def _frame(columns: dict[str, list[Any]], ordered: Mapping[str, list[str]], frame: Optional[str]) -> Any:
    """`ordered`: columns of references and all their values in framework order."""
    known = ("pandas", "polars", "pyarrow")
    if frame is not None and frame not in known:
        raise ValueError(f"frame is pandas, polars or pyarrow, not {frame!r}")
    library = None
    for name in known if frame is None else (frame,):
        try:
            library = importlib.import_module(name)
            break
        except ImportError:
            if frame is not None:
                raise
    if library is None:
        raise ImportError("a frame needs pandas, polars or pyarrow: install one of them")
    if library.__name__ == "pandas":
        made = {}
        for name, values in columns.items():
            if name in ordered:
                made[name] = library.Categorical(values, categories=ordered[name], ordered=True)
            elif all(v is None or isinstance(v, str) for v in values):
                made[name] = library.array(values, dtype="string")
            else:
                made[name] = values
        return library.DataFrame(made)
    if library.__name__ == "polars":
        series = []
        for name, values in columns.items():
            if name in ordered:
                series.append(library.Series(name, values, dtype=library.Enum(ordered[name])))
            else:
                series.append(library.Series(name, values, dtype=library.String if all(v is None for v in values) else None))
        return library.DataFrame(series)
    arrays = {}
    for name, values in columns.items():
        if all(v is None or isinstance(v, str) for v in values):
            array = library.array(values, library.string())
            arrays[name] = array.dictionary_encode() if name in ordered else array
        else:
            arrays[name] = library.array(values)
    return library.table(arrays)


def html(what: Union[Framework, Node]) -> str:
    """Nested <details>: every level folds open. Written without recursion, since a tree may be deep."""
    top = what.root if isinstance(what, Framework) else what
    most = 5000
    parts: list[str] = []
    open_until: list[Node] = []
    nodes = (top, *top.descendants)
    for n in nodes[:most]:
        while open_until and n not in open_until[-1]:
            parts.append("</details>")
            open_until.pop()
        label = f"<b>{_html.escape(n.code)}</b> {_html.escape(n.display)}"
        about = [w for w in (n.confidence_word, "not recovered" if n.placeholder else None, *n.tags) if w]
        if about:
            label += f' <small style="opacity:.65">{_html.escape(", ".join(about))}</small>'
        if n.children:
            opened = " open" if n == top else ""
            parts.append(f'<details{opened} style="margin-left:1em"><summary>{label}</summary>')
            open_until.append(n)
        else:
            parts.append(f'<div style="margin-left:2em">{label}</div>')
    parts += ["</details>"] * len(open_until)
    if len(nodes) > most:
        parts.append(f"<div>and {len(nodes) - most} more</div>")
    return "".join(parts)
