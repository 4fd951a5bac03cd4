"""For the mentor: where the cycle stands, how feedback reads, a mirror, calibration, and what an ECT is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _input
from ._answers import Answer

if TYPE_CHECKING:
    from typing import Literal

    Level = Literal["emerging", "developing", "secure"]

__all__ = ["calibrate", "cycle", "lint_feedback", "mirror", "watch"]


def _run(
    name: str,
    arguments: Mapping[str, Any],
    record: Optional[_input.Record] = None,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    from . import _run as run  # the package imports this module

    return Answer(run(name, arguments, record, tables))


def cycle(
    record: _input.Record,
    today: _input.Day,
    *,
    year: Optional[int] = None,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """Where the mentoring cycle stands: `next` (diagnose, agree_path, support, feedback or
    re_diagnose) with the rule and why, what may be done (`choices`), what each path shapes with its
    days (`paths`), minutes a half-term (`workload`), and in Year 2 the `inquiry`.

    `year` of induction is 1 or 2; without it the record's block says, else 1. Weeks and days are of
    school and in post. Raises ectp.Error for a record that is not sound or another year.
    """
    return _run("cycle", {"today": _input.day(today), "year": year}, record, tables)


def lint_feedback(feedback: Mapping[str, Any], *, tables: Optional[_input.Tables] = None) -> Answer:
    """What to mend in the wording of feedback, from mentor to ECT or the other way.

    `feedback` has `from` (mentor or ect), `about` and `given_on` (days), `seen`, `effect`, `question`
    and perhaps `offer` and `statement`. `holds` is True when no finding is an error; each of
    `findings` has its rule, field and bytes, what is the matter, what would be right, and a frame to
    fill in. Raises ectp.Error for an unknown field, a wrong day, or a text of more than 400 characters.
    """
    given = {k: _input.day(v) if k in ("about", "given_on") and v is not None else v for k, v in feedback.items()}
    return _run("feedback_lint", {"feedback": given}, None, tables)


def mirror(
    record: _input.Record,
    today: _input.Day,
    role: str,
    *,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """How the mentoring of the last term went, as `offers` with a sentence to try: no score, and kept
    nowhere. `role` is who looks, `ect` or `mentor`; raises ectp.NotAllowedError for any other role.
    """
    return _run("mirror", {"today": _input.day(today), "role": role}, record, tables)


def calibrate(
    ratings: Optional[Mapping[str, Union[Level, str]]] = None,
    *,
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """Without `ratings`, the `vignettes`: invented lessons to read. With a level (emerging, developing
    or secure) for each vignette's id, how they compare with the panel's, what is most worth talking
    about first (`compared`). Nothing is kept. Raises ectp.Error for an unknown vignette or level.
    """
    return _run("calibrate", {"ratings": dict(ratings) if ratings is not None else None}, None, tables)


def watch(
    record: _input.Record,
    today: _input.Day,
    *,
    year: Optional[int] = None,
    asked: Iterable[str] = (),
    tables: Optional[_input.Tables] = None,
) -> Answer:
    """What the ECT is due, how it stands and whom to ask: `items`, each with its state (kept, missed
    or unknown), `next` (all_well, ask_mentor, induction_tutor or named_contact) and a sentence to use.

    `year` of induction is 1 or 2; `asked` are items raised before, which are not kept. No reason for
    a miss is asked for. Raises ectp.Error for a record that is not sound or an item nobody knows.
    """
    return _run("watch", {"today": _input.day(today), "year": year, "asked": list(asked) or None}, record, tables)
