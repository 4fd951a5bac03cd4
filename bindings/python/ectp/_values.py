"""NumPy's and pandas' own scalars, as Python's objects."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """A date, datetime or timedelta, a float for a number of months, or None.

    Called for NumPy's moments and for what pandas has for null, so that neither need be there.
    """
    if type(value).__name__ in ("NaTType", "NAType") or str(value) == "NaT":
        return None
    unit = str(value.dtype).partition("[")[2].rstrip("]")
    if value.dtype.kind == "M":
        return value.astype("M8[D]" if unit in "YMWD" else "M8[us]").item()
    if unit in ("Y", "M"):
        return float(value.astype("m8[M]").astype(int))
    return value.astype("m8[us]").item()
