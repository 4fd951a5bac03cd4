"""Challenging conversations and appraisals of research: the opening, its model, the verdict, its model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from . import _input
from ._answers import Answer

Opening = Union[str, Mapping[str, str], Sequence[Union[str, Mapping[str, str]]]]


class OpeningLint(Answer):
    """What is wrong with an opening. True in a condition where nothing is an error."""

    __slots__ = ()

    @property
    def sound(self) -> bool:
        """Is there no error among the findings?"""
        return bool(self["sound"])

    @property
    def findings(self) -> Any:
        """The findings: rule, severity, field with a range of bytes, what is the matter and what to try."""
        return self["findings"]

    def __bool__(self) -> bool:
        """Sound?"""
        return self.sound

    def _title(self) -> str:
        return f"{'sound' if self.sound else 'not yet'}, {self['words']} words, {len(self['findings'])} findings"


class ConversationModel(Answer):
    """A model of the opening: its parts in order, where it comes from and how sure that is."""

    __slots__ = ()

    def _title(self) -> str:
        return f"{self['model_id']}: {len(self['parts'])} parts, confidence {self['confidence']}"


class AppraisalModel(Answer):
    """The questions to put to a piece of research, and what they rest on."""

    __slots__ = ()

    def _title(self) -> str:
        return f"{self['model_id']}: {len(self['criteria'])} criteria, {len(self['provisional'])} provisional"


class Verdict(Answer):
    """What a piece of evidence bears: about the evidence, never about its reader."""

    __slots__ = ()

    @property
    def verdict(self) -> str:
        """do_not_rely, trace_original, corroborate or use_and_check."""
        return str(self["verdict"])

    @property
    def rests_on_provisional(self) -> bool:
        """Would it be another verdict without the answers to provisional criteria?"""
        return bool(self["rests_on_provisional"])

    def _title(self) -> str:
        return f"{self.verdict} ({self['rule']})"


def _ask(name: str, arguments: Mapping[str, Any], tables: Optional[_input.Tables]) -> Any:
    from . import _run

    return _run(name, arguments, tables=tables)


def lint_opening(
    opening: Opening,
    *,
    sheet: Optional[Mapping[str, str]] = None,
    model: Optional[str] = None,
    opened_by: str = "mentor",
    topic: Optional[str] = None,
    raised_before: bool = False,
    tables: Optional[_input.Tables] = None,
) -> OpeningLint:
    """Looks through the opening of a challenging conversation: parts, order, length, wording.

    opening: a text with one part a line; or the parts by id; or a list of texts, or of mappings with
        `part` and `text`, in the order in which they would be said.
    sheet: the preparation sheet, a text by item, such as issue, notice, privacy and follow_up.
    model: a model of the list conversation_models; its first if you do not say.
    opened_by: mentor or ect.
    topic: safeguarding, conduct, capability, assessment, teaching, relationship, mentoring, workload or
        entitlement; where it is not the two of you's to settle, that is an error. Never stored.
    raised_before: it was raised before and is as it was.
    tables: your own tables, such as conversation_models, conversation_lint, phrases or boundary.

    Raises ectp.Error for what cannot be read: not UTF-8, control characters, over 1,000 characters a part.
    """
    arguments: dict[str, Any] = {
        "sheet": None if sheet is None else dict(sheet),
        "model": model,
        "opened_by": opened_by,
        "topic": topic,
        "raised_before": raised_before,
    }
    if isinstance(opening, str):
        arguments["opening"] = opening
    elif isinstance(opening, Mapping):
        arguments["parts"] = dict(opening)
    else:
        items = [dict(part) if isinstance(part, Mapping) else part for part in opening]
        arguments["opening"] = json.dumps(items, ensure_ascii=False)
    return OpeningLint(_ask("opening_lint", arguments, tables))


def opening_model(model: Optional[str] = None, *, tables: Optional[_input.Tables] = None) -> ConversationModel:
    """The parts of an opening with prompts and examples, the sheet, and what comes after it.

    model: a model of the list conversation_models; its first if you do not say.
    tables: your own tables, such as conversation_models.

    Raises ectp.Error where there is no such model.
    """
    return ConversationModel(_ask("opening_model", {"model": model}, tables))


def verdict(
    answers: Mapping[str, Union[str, Mapping[str, Any]]],
    conclusion: str,
    *,
    model: Optional[str] = None,
    tables: Optional[_input.Tables] = None,
) -> Verdict:
    """What the table makes of the answers to a model's criteria, beside the reader's own conclusion.

    answers: for each criterion ok, concern or unknown, or a mapping with answer, because and links.
    conclusion: the reader's own, in a sentence. Without it there is no verdict.
    model: a model of the list appraisal_models; its first, claims, if you do not say.
    tables: your own tables, such as appraisal_models or verdict.

    Raises ectp.Error: missing_field names every criterion without an answer, and an empty conclusion.
    """
    given = {c: dict(a) if isinstance(a, Mapping) else a for c, a in answers.items()}
    return Verdict(_ask("appraisal_verdict", {"answers": given, "conclusion": conclusion, "model": model}, tables))


def appraisal_model(model: Optional[str] = None, *, tables: Optional[_input.Tables] = None) -> AppraisalModel:
    """The criteria of a model with their questions; provisional ones say why they are.

    model: a model of the list appraisal_models; its first, claims, if you do not say.
    tables: your own tables, such as appraisal_models.

    Raises ectp.Error where there is no such model.
    """
    return AppraisalModel(_ask("appraisal_model", {"model": model}, tables))
