"""The versions of one policy, each valid for some days."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _core, _input
from ._analysis import Finding, Page
from ._policy import Policy

if TYPE_CHECKING:
    from ._batch import Batch


class PolicyVersions:
    """The versions of one policy, and the one that is valid on a day.

    >>> versions = ectp.PolicyVersions(["pathway-2024.csv", "pathway-2025.csv"])
    >>> versions.as_of("2025-09-10").decide(row)
    >>> versions.decide_batch(columns, as_of=dates)["version"].counts()

    They are in the order of the days from which they are valid, then of their version numbers. Where
    several are valid on a day, the last of them in that order is used; `findings` says so.
    """

    __slots__ = ("_all", "_page", "_shape", "_versions")

    def __init__(self, policies: Iterable[Union[Policy, str, os.PathLike[Any]]]) -> None:
        """policies: Policies, or paths as `Policy.load` takes them.

        Raises ectp.Error for none, and for two with different ids.
        """
        if isinstance(policies, (str, bytes, os.PathLike, Policy)):
            raise TypeError(f"versions are several policies or paths, not one {type(policies).__name__}")
        given = [p if isinstance(p, Policy) else Policy.load(p) for p in policies]
        self._versions = _core.Versions([p._table for p in given])
        self._all = tuple(given[i] for i in self._versions.given)
        self._page: Optional[Page] = None
        self._shape: Any = None

    @property
    def id(self) -> Optional[str]:
        """The id that all of them have, or None."""
        return self._versions.id

    @property
    def versions(self) -> tuple[Policy, ...]:
        """The versions, in their order."""
        return self._all

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with them, errors first: days on which two are valid or none is, versions that do
        not say when they are valid, numbers that do not rise, and columns that changed."""
        return tuple(Finding._of(f) for f in self._whole()["findings"])

    @property
    def sound(self) -> bool:
        """Is nothing an error?"""
        return bool(self._whole()["sound"])

    @property
    def text(self) -> str:
        """The versions and the findings as a page, as the program prints it."""
        return self._whole().text

    @property
    def markdown(self) -> str:
        """The page as Markdown."""
        return self._whole().markdown

    def as_of(self, day: _input.Day) -> Optional[Policy]:
        """The version that is valid on a day, a datetime.date or YYYY-MM-DD; None where none is.

        Raises ectp.Error for what is no day.
        """
        position = self._versions.find(_input.day(day))
        return None if position is None else self.versions[position]

    def decide_batch(
        self,
        columns: Mapping[str, Any],
        *,
        as_of: Any,
        explain: Union[bool, str] = False,
        threads: int = 1,
        progress: Optional[Callable[[int, int], Any]] = None,
    ) -> Batch:
        """Decides many rows at once, each by the version that is valid on its day, exactly as that
        version would.

        columns: as `Policy.decide_batch` takes them, one for each input of each version that some row's
            day calls for. Codes of an input that lists words are those of each version's own list;
            texts suit all.
        as_of: a day for each row: datetime64, or datetime.date or ISO text. A moment is on its day.
            None and NaT are no day.
        explain, threads, progress: as for `Policy.decide_batch`.

        Beside the usual columns, which go by the first output, there is `version`: the number of the
        version that decided the row, null where none was valid; the row then has the status no_rule.
        Where some version may answer with several rules, all answers are tuples, unless each of them
        makes one number of them. Raises ectp.Error as `Policy.decide_batch` does.
        """
        from . import _batch

        if self._shape is None:
            self._shape = _batch.VersionsShape(self._versions, self.versions)
        return _batch.decide_versions(self._shape, columns, as_of, explain, threads, progress)

    def _whole(self) -> Page:
        if self._page is None:
            self._page = Page._of(*self._versions.pages())
        return self._page

    def __len__(self) -> int:
        """How many versions there are."""
        return len(self.versions)

    def __iter__(self) -> Iterator[Policy]:
        """The versions, in their order."""
        return iter(self.versions)

    def __repr__(self) -> str:
        """The id, and the versions' numbers."""
        numbers = ", ".join(p.version or "no number" for p in self.versions)
        return f"<PolicyVersions {self.id or self.versions[0].name}: {numbers}>"

    def _repr_markdown_(self) -> str:
        """The page, for notebooks."""
        return self.markdown

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as its policies."""
        return type(self), (list(self.versions),)
