"""Action steps: one small visible change that the ECT words and both agree on. Advice about wording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional, Union

from . import _input
from ._answers import Answer

# What is given for a step: its fields, or only the sentence that says what to do.
Step = Union[str, Mapping[str, Any]]


def _answer(
    name: str,
    arguments: Mapping[str, Any],
    record: Optional[_input.Record] = None,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    from . import _run

    return Answer(_run(name, arguments, record, tables))


def _day(today: Optional[_input.Day]) -> Optional[str]:
    return None if today is None else _input.day(today)


def lint_step(
    step: Step,
    today: Optional[_input.Day] = None,
    *,
    record: Optional[_input.Record] = None,
    carries: Optional[int] = None,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """What there is to say about the wording of a step, and the step as one sentence.

    step: a mapping of what, how, why, when_where, success_criteria, technique, statements, script,
    check_method, might_miss, agreed_on, check_on (days as YYYY-MM-DD), tier, named_by, ect_agreed,
    path, follows, id; any may be left out. A str is `what` alone.
    today: stands in for agreed_on. record: the ECT's record, read as of today: another live step,
    the next meeting, and how often it was carried forward.
    carries: times in a row, 0 to 99; else as the record has it.
    tables: your own policy tables, as for `plan`.

    The answer has `sound` (no error among the findings), `findings` (rule, severity, field, bytes
    `from` and `to`, the words found, what is said and expected) and `frame` (the sentence; where
    something is missing a gap). What is missing is a finding; what is no text, such as one of
    10 MB, raises ectp.Error.
    """
    given = {"what": step} if isinstance(step, str) else dict(step)
    return _answer(
        "step_lint", {"step": given, "today": _day(today), "carries": carries}, record, tables
    )


def rank_steps(
    steps: Iterable[Step],
    today: Optional[_input.Day] = None,
    *,
    record: Optional[_input.Record] = None,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """The order to try steps in, the one with the most leverage first, and how that was worked out.

    steps: mappings as `lint_step` takes them, with `reach` (all, most or some pupils), `frequency`
    (every_lesson, most_lessons or some_lessons), `severity` (emerging, developing or secure),
    `unlocks` (a count of statements) and `blocker` where somebody says so. A str is a statement,
    such as 4n. record: the ECT's record, read as of today: how secure each statement is.

    The answer's `ranking` has, for each, `given` (its position), `step` and `leverage` with score
    (thousandths), factors and formula. Low confidence, and people decide. Raises ectp.Error.
    """
    given = [{"statement": s} if isinstance(s, str) else dict(s) for s in steps]
    return _answer("step_rank", {"steps": {"steps": given}, "today": _day(today)}, record, tables)


def move_step(
    status: str,
    event: Optional[str] = None,
    *,
    carries: int = 0,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """Where a step goes by an event, and what can be done then; without one what can be done now.

    status: draft, agreed, rehearsed, in_use, reviewed, embedded, carried_forward, split,
    re_diagnose or abandoned. event: agree, reword, rehearse, use, review, embed, carry_forward,
    split, re_diagnose or abandon. carries: times carried forward in a row, 0 to 99.

    Raises ectp.NotAllowedError, which lists the legal events, or ectp.Error.
    """
    arguments = {"status": status, "event": event, "carries": carries}
    return _answer("step_move", arguments, None, tables)


def offer_steps(
    record: _input.Record,
    today: _input.Day,
    *,
    asked_for_none: bool = False,
    reach: Optional[str] = None,
    frequency: Optional[str] = None,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """Two or three steps to start from, the live one, or none; the ECT words it.

    asked_for_none: the ECT wants no step this week; used for this answer, never stored.
    reach, frequency: as `rank_steps` has them, for all candidates.

    The answer has `offer` (none, keep, two or three), `candidates`, the `tier` with a question to
    put, and the `live_step` with where it may go. Raises ectp.Error.
    """
    arguments = {
        "today": _input.day(today),
        "asked_for_none": asked_for_none,
        "reach": reach,
        "frequency": frequency,
    }
    return _answer("step_offer", arguments, record, tables)
