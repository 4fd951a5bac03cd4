"""The rules of early career mentoring: evidence in, a recommendation that people can read, question
and override out. Advice, never judgement.

>>> import ectp
>>> plan = ectp.plan("examples/records/close-to-extend.json", "2025-11-24")
>>> print(plan.text)
>>> print(ectp.why("DIA-P8").text)

Nothing here reads a clock, the network, or a file that the caller did not name. Whatever is refused
is an `ectp.Error` with a code, a place, what was expected and a hint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional

from . import _core, _input, _json
from ._analysis import (
    Analysis,
    Attribution,
    Change,
    Difference,
    Finding,
    Overlap,
    Proof,
    Proofs,
    Region,
    Repair,
    Transition,
    Violation,
)
from ._answers import Answer, Check, Plan, Reason
from ._callable import CallablePolicy
from ._coaching import balance, place
from ._core import Framework, Node, Outcome, __version__, default_edition, editions
from ._errors import Error, FileError, Location, NotAllowedError, NotFoundError
from ._framework import Crosswalk, FrameworkDifference, Hit, Link, read_case
from ._mentors import calibrate, cycle, lint_feedback, mirror, watch
from ._policy import Column, Explanation, Policy, Rule
from ._rehearsal import ScriptCheck, check_script, script
from ._steps import lint_step, move_step, offer_steps, rank_steps
from ._talks import (
    AppraisalModel,
    ConversationModel,
    OpeningLint,
    Verdict,
    appraisal_model,
    lint_opening,
    opening_model,
    verdict,
)
from ._versions import PolicyVersions
from ._walk import Choice, Walk

if TYPE_CHECKING:
    from ._batch import Batch, CodeColumn

__all__ = [
    "Analysis",
    "Answer",
    "AppraisalModel",
    "Attribution",
    "Batch",
    "CallablePolicy",
    "Change",
    "Check",
    "Choice",
    "CodeColumn",
    "Column",
    "ConversationModel",
    "Crosswalk",
    "Difference",
    "Error",
    "Explanation",
    "FileError",
    "Finding",
    "Framework",
    "FrameworkDifference",
    "Hit",
    "Link",
    "Location",
    "Node",
    "NotAllowedError",
    "NotFoundError",
    "OpeningLint",
    "Outcome",
    "Overlap",
    "Plan",
    "Policy",
    "PolicyVersions",
    "Proof",
    "Proofs",
    "Reason",
    "Region",
    "Repair",
    "Rule",
    "ScriptCheck",
    "Transition",
    "Verdict",
    "Violation",
    "Walk",
    "__version__",
    "appraisal_model",
    "appraise",
    "balance",
    "calibrate",
    "call",
    "check",
    "check_script",
    "coach",
    "converse",
    "cycle",
    "decide",
    "default_edition",
    "editions",
    "framework",
    "lint_feedback",
    "lint_opening",
    "lint_step",
    "mirror",
    "move_step",
    "offer_steps",
    "opening_model",
    "operations",
    "place",
    "plan",
    "policies",
    "practice",
    "practise",
    "rank_steps",
    "read_case",
    "script",
    "verdict",
    "watch",
    "why",
]


def _run(
    name: str,
    arguments: Mapping[str, Any],
    record: Optional[_input.Record] = None,
    tables: Optional[_input.Tables] = None,
) -> Any:
    given = {k: v for k, v in arguments.items() if v is not None and v is not False}
    documents = []
    if record is not None:
        documents.append(_input.record_document(record))
    if tables is not None:
        documents += _input.table_documents(tables)
    with _input.places_in(record):
        return json.loads(_core.run(name, _json.dumps(given, "arguments"), documents))


def plan(
    record: _input.Record,
    today: _input.Day,
    *,
    tables: Optional[_input.Tables] = None,
    minutes: Optional[int] = None,
    topic: Optional[str] = None,
    risk: bool = False,
    distress: bool = False,
    asked_to_be_heard: bool = False,
    failed_probes: Optional[int] = None,
) -> Plan:
    """Plans the mentor's next meeting from a record, as of a day.

    record: a path, a mapping, or JSON text (a str that begins with `{`, or bytes).
    today: a datetime.date or YYYY-MM-DD.
    tables: your own policy tables: a folder of CSV files, or names to CSV text, paths or policies.
    minutes: length of this meeting, 5 to 240; else as the record plans it.
    topic: technique, subject_knowledge, relationship, workload, entitlement or career.
    risk, distress, asked_to_be_heard: how things are right now; used for this plan, never stored.
    failed_probes: questions in a row that led nowhere, 0 to 99.

    Raises ectp.Error. A plan is whole or there is none.
    """
    arguments = {
        "today": _input.day(today),
        "minutes": minutes,
        "topic": topic,
        "risk": risk,
        "distress": distress,
        "asked_to_be_heard": asked_to_be_heard,
        "failed_probes": failed_probes,
        "text": True,
    }
    return Plan(_run("plan", arguments, _required(record), tables))


def why(
    id: str,
    record: Optional[_input.Record] = None,
    today: Optional[_input.Day] = None,
    *,
    tables: Optional[_input.Tables] = None,
) -> Reason:
    """The rule, fact or statement behind a line of a plan, such as DIA-P8, DLP-02 or 4n.

    With a record and a day, also what the rule met there. Raises ectp.NotFoundError or ectp.Error.
    """
    arguments = {"id": id, "today": None if today is None else _input.day(today)}
    return Reason(_run("why", arguments, record, tables))


def decide(
    record: _input.Record,
    today: _input.Day,
    standard: str,
    path: str,
    *,
    because: Optional[str] = None,
    reason: Optional[str] = None,
    by: str = "together",
    entered_by: Optional[str] = None,
    id: Optional[str] = None,
    tables: Optional[_input.Tables] = None,
) -> dict[str, Any]:
    """Writes down what people decided, and returns the new record; the one given is left alone.

    standard: such as S4. path: consolidate or extend. It accepts the advice, chooses where the
    advice left it open, or overrides it; an override needs `because`, a sentence of your own, or
    `reason`, a word of the table override_reasons. Both advice and decision are kept.
    by: ect, mentor or together. entered_by: the id of whoever writes it down; the mentor if you do
    not say. id: of the new entry. tables: as for plan.

    Raises ectp.NotAllowedError or ectp.Error.
    """
    arguments = {
        "today": _input.day(today),
        "set": f"path={standard}:{path}",
        "because": because,
        "reason": reason,
        "by": by,
        "entered_by": entered_by,
        "id": id,
    }
    new: dict[str, Any] = _run("decide", arguments, _required(record), tables)["record"]
    return new


def coach(
    record: _input.Record,
    today: _input.Day,
    *,
    minutes: Optional[int] = None,
    entered_by: Optional[str] = None,
    tables: Optional[_input.Tables] = None,
) -> Walk:
    """A meeting in progress, from its first part: at each moment guide, ask or listen, with words to say.

    record, today, minutes, tables: as for `plan`. entered_by: who writes it down; the mentor if you do
    not say. What was said of distress or risk is used at that moment and kept nowhere. Once it is done,
    `record` of the walk has the meeting, its step and its rehearsal. Raises ectp.Error.
    """
    arguments = {
        "today": _input.day(today),
        "minutes": minutes,
        "entered_by": entered_by,
        "text": True,
    }
    return Walk("coach", arguments, _required(record), tables)


def practise(
    script: Any,
    today: _input.Day,
    *,
    expertise: Optional[str] = None,
    choose: Optional[str] = None,
    record: Optional[_input.Record] = None,
    entered_by: Optional[str] = None,
    tables: Optional[_input.Tables] = None,
) -> Walk:
    """A rehearsal of a practice script: model, decompose, script, rehearse, one point, redo, a twist, transfer.

    script: a built-in id such as dp-4n-secondary-1, or a whole script as a mapping. expertise: novice,
    developing or secure; it sets the level to start at. choose: the complication, by its id; else the
    first of the level. record: the outcome is added to it; nothing is, if the ECT would rather not.
    No grade, no tries and no misses are kept. Raises ectp.Error.
    """
    arguments = {
        "script": dict(script) if isinstance(script, Mapping) else script,
        "today": _input.day(today),
        "expertise": expertise,
        "choose": choose,
        "entered_by": entered_by,
        "text": True,
    }
    return Walk("practise", arguments, record, tables)


def converse(
    today: _input.Day,
    *,
    topic: Optional[str] = None,
    opened_by: Optional[str] = None,
    model: Optional[str] = None,
    raised_before: bool = False,
    record: Optional[_input.Record] = None,
    entered_by: Optional[str] = None,
    tables: Optional[_input.Tables] = None,
) -> Walk:
    """A challenging conversation: prepare, open, inquire, resolve, follow up.

    topic: teaching, relationship, mentoring, workload ...; safeguarding, conduct and capability are sent
    to whoever they belong to. opened_by: mentor or ect. model: of the opening, see `opening_model`.
    Nothing of it is kept but an agreement, if both want that. Raises ectp.Error.
    """
    arguments = {
        "today": _input.day(today),
        "topic": topic,
        "opened_by": opened_by,
        "model": model,
        "raised_before": raised_before,
        "entered_by": entered_by,
    }
    return Walk("converse", arguments, record, tables)


def appraise(
    *,
    today: Optional[_input.Day] = None,
    model: Optional[str] = None,
    record: Optional[_input.Record] = None,
    entered_by: Optional[str] = None,
    tables: Optional[_input.Tables] = None,
) -> Walk:
    """A piece of research read with care: the questions of a model, the reader's own conclusion, then a verdict.

    model: claims if you do not say; see `appraisal_model`. record, today: it is added there, joined to
    the statement or step that it informed. Raises ectp.Error.
    """
    arguments = {
        "today": None if today is None else _input.day(today),
        "model": model,
        "entered_by": entered_by,
    }
    return Walk("appraise", arguments, record, tables)


def check(record: _input.Record, today: _input.Day) -> Check:
    """Checks a record as of a day without planning. Raises ectp.Error for the first fault."""
    return Check(_run("check", {"today": _input.day(today)}, _required(record)))


def framework(edition: str = default_edition) -> Framework:
    """A framework edition as a tree. Raises ectp.NotFoundError."""
    return _core.framework(edition)


def policies() -> list[dict[str, Any]]:
    """The built-in policies and lists: name, kind, size and file of each."""
    tables: list[dict[str, Any]] = _run("policies", {})["tables"]
    return tables


def practice(id: Optional[str] = None) -> Any:
    """The practice scripts as a list of dictionaries, or one whole script by its id.

    Raises ectp.NotFoundError.
    """
    answer = _run("practice", {"id": id})
    return answer["scripts"] if id is None else answer


def call(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Answers `{"ectp": 1, "fn": "plan", "args": {...}}` as `ectp call` does.

    What is refused is part of the answer: `ok` is False and `error` says why.
    """
    answer: dict[str, Any] = json.loads(_core.call(_json.dumps(dict(envelope), "call")))
    return answer


def operations() -> list[dict[str, Any]]:
    """Every operation that `call` takes, with its parameters."""
    table: list[dict[str, Any]] = _run("operations", {})
    return table


def _required(record: Any) -> Any:
    if record is None:
        raise TypeError("a record is a path, a mapping or JSON text, not None")
    return record


def __getattr__(name: str) -> Any:
    """The classes of batches, which bring NumPy along, come when they are asked for."""
    if name in ("Batch", "CodeColumn"):
        from . import _batch

        return getattr(_batch, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
