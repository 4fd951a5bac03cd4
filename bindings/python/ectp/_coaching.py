"""Coaching: the meeting in progress, the balance of stances, and the place in the programme."""

from __future__ import annotations

from typing import Optional

from . import _input
from ._answers import Answer

#: The operation of a meeting in progress, one move a call. `ectp.Walk` runs it.
COACH = "coach"


def _looked(
    name: str, record: _input.Record, today: _input.Day, tables: Optional[_input.Tables]
) -> Answer:
    from . import _run  # here: the package imports this module

    return Answer(_run(name, {"today": _input.day(today)}, record=record, tables=tables))


def balance(
    record: _input.Record, today: _input.Day, *, tables: Optional[_input.Tables] = None
) -> Answer:
    """The stances of the meetings held so far and who named the steps, counted by half-term.

    For mentor and ECT. `["half_terms"]` has for each half-term `meetings` (held), `stances`
    (directive, dialogic, facilitative: meetings that kept one) and `steps_named_by` (ect, mentor,
    together: steps). Listening is in none of them. `str()` is the page.

    Raises `ectp.Error` where the record or a table cannot be read.
    """
    return _looked("balance", record, today, tables)


def place(
    record: _input.Record, today: _input.Day, *, tables: Optional[_input.Tables] = None
) -> Answer:
    """Where a record is in the programme, and where attention went so far.

    `["year"]`, `["half_term"]`, `["weeks_left"]` (school weeks, begun ones counted), `["block"]`,
    `["inquiry"]`, `["agenda"]` (who leads it, and what stands in the block's place), `["focus"]`,
    `["coverage"]` (days on which each theme was touched, by half-term), `["touched"]` (statements,
    by standard) and `["handover"]` (what the ECT brought along from initial training; None without
    one). Nothing of it says how well anything is done. `str()` is the page.

    Raises `ectp.Error` where the record or a table cannot be read.
    """
    return _looked("place", record, today, tables)
