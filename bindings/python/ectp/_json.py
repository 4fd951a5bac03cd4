"""JSON in and out of the C++ library, with its errors."""

from __future__ import annotations

import datetime
import json
from typing import Any, Optional

from ._errors import make


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON: {value!r:.60}")


def dumps(value: Any, what: str, indent: Optional[int] = None) -> str:
    """JSON text in ASCII. Raises Error for what JSON cannot say, TypeError for other objects."""
    try:
        return json.dumps(value, allow_nan=False, default=_plain, indent=indent)
    except RecursionError:
        raise make("too_deep", f"{what} is nested too deep", what, expected="64 levels") from None
    except ValueError as why:
        raise make("out_of_range", f"{what} cannot be written as JSON: {why}", what) from None
