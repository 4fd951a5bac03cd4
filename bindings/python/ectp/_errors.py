"""The one error type, as Python exceptions with the usual bases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional


class Location(NamedTuple):
    """Where it went wrong; what is not known is None."""

    file: Optional[str] = None
    """The file's name as it was given."""
    line: Optional[int] = None
    """The line, from 1."""
    column: Optional[int] = None
    """The column in bytes, from 1."""
    path: Optional[str] = None
    """A JSON pointer such as /entries/3/statement."""

    def __str__(self) -> str:
        """file:line:column (path), without the parts that are not known."""
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        if self.line and not self.file:
            parts[:2] = [f"line {self.line}"]
        text = ":".join(part for part in parts if part)
        return f"{text} ({self.path})".lstrip() if self.path else text


class Error(ValueError):
    """What the library refuses, and why; `str()` of it is what the program prints.

    `code` is stable and the same in C++, JSON and Python; `location` says where; `expected` what
    would have been accepted and `hint` what to do (either may be empty). `others` are the further
    errors of the same table, which were found in the same pass.
    """

    others: tuple[Error, ...] = ()

    def __init__(
        self,
        message: str,
        *,
        code: str = "internal",
        location: Location = Location(),
        expected: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.location = Location(*location)
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        """The place, the code and the message; then what was expected, and a hint."""
        lines = [": ".join(filter(None, (str(self.location), self.code, self.message)))]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        """The class, the code, the place and the message."""
        where = f" at {self.location}" if any(self.location) else ""
        return f"<{type(self).__name__} {self.code}{where}: {self.message}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes whole."""
        fields = (self.message, self.code, self.location, self.expected, self.hint)
        return _restore, (type(self), *fields), self.__dict__

    def _take_others(self, others: Sequence[Error]) -> None:
        self.others = tuple(others)
        if others and hasattr(self, "add_note"):
            self.add_note(f"and {len(others)} more in the same text: see the error's `others`")


class NotFoundError(Error, LookupError):
    """There is no such code, edition or reference."""


class FileError(Error, OSError):
    """A file could not be read; `filename` is its name."""

    def __new__(cls, *args: Any, **fields: Any) -> FileError:
        """Made as an OSError without a number: the library does not hand one on."""
        return OSError.__new__(cls)

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.filename = self.location.file


class NotAllowedError(Error):
    """Refused by one of the library's laws: advice is never judgement, and people decide."""


_classes: dict[str, type[Error]] = {
    "io": FileError,
    "unknown_code": NotFoundError,
    "unknown_edition": NotFoundError,
    "wrong_edition": NotFoundError,
    "unknown_reference": NotFoundError,
    "not_allowed": NotAllowedError,
}


def make(
    code: str,
    message: str,
    file: str = "",
    line: int = 0,
    column: int = 0,
    path: str = "",
    expected: str = "",
    hint: str = "",
) -> Error:
    """The exception for an error of the C++ library, where empty and 0 mean unknown."""
    location = Location(file or None, line or None, column or None, path or None)
    cls = _classes.get(code, Error)
    return cls(message, code=code, location=location, expected=expected, hint=hint)


def _restore(
    cls: type[Error], message: str, code: str, location: Location, expected: str, hint: str
) -> Error:
    return cls(message, code=code, location=location, expected=expected, hint=hint)
