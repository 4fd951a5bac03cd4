"""Practice scripts: whole, checked, and your own."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any, Union

from ._answers import Answer
from ._errors import Error, Location

ScriptLike = Union[str, "os.PathLike[str]", Mapping[str, Any]]
"""A script's id, the path of a file that ends in .json, or a script as a mapping."""


class ScriptCheck(Answer):
    """What a check of a script found; true when nothing is wrong. `str()` of it is the page."""

    __slots__ = ()

    @property
    def sound(self) -> bool:
        """Is nothing wrong?"""
        return bool(self["sound"])

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Every error, at most 50, each with code, message, file, line, column, path and expected."""
        return list(self["errors"])

    def __bool__(self) -> bool:
        """Is nothing wrong?"""
        return self.sound

    def _title(self) -> str:
        return f"{self['id']} is sound" if self.sound else f"{len(self.errors)} errors"


def _text_of(given: ScriptLike) -> str:
    if isinstance(given, Mapping):
        return json.dumps(dict(given), ensure_ascii=False)
    return pathlib.Path(given).read_text(encoding="utf-8")


def _is_id(given: ScriptLike) -> bool:
    return isinstance(given, str) and not given.lower().endswith(".json")


def _error_of(found: Mapping[str, Any], given: ScriptLike) -> Error:
    file = None if isinstance(given, Mapping) else os.fspath(given)
    place = Location(file, found.get("line") or None, found.get("column") or None, found.get("path") or None)
    return Error(
        found["message"],
        code=found["code"],
        location=place,
        expected=found.get("expected", ""),
        hint=found.get("hint", ""),
    )


def script(script: ScriptLike) -> dict[str, Any]:
    """A practice script as a dictionary, with everything in it (docs/schema/script.schema.json).

    One of the library's by its id, such as dp-4n-secondary-1, or one of your own from a file or a mapping, checked.
    Raises ectp.NotFoundError for an unknown id, ectp.Error for the first thing wrong with a script of your own, and
    OSError for a file that cannot be read.
    """
    from . import _run

    if _is_id(script):
        found: dict[str, Any] = _run("practice", {"id": script})
        return found
    text = _text_of(script)
    answer = ScriptCheck(_run("script_check", {"script": text}))
    if not answer:
        raise _error_of(answer.errors[0], given=script)
    whole: dict[str, Any] = json.loads(text)
    return whole


def check_script(script: ScriptLike) -> ScriptCheck:
    """Checks a practice script, a file or a mapping, and lists everything that is wrong with it, at most 50 errors.

    An id of the library's own is looked up first. Raises ectp.NotFoundError for an unknown id, OSError for a file
    that cannot be read.
    """
    from . import _run

    if _is_id(script):
        return ScriptCheck(_run("script_check", {"script": json.dumps(_run("practice", {"id": script}))}))
    return ScriptCheck(_run("script_check", {"script": _text_of(script)}))
