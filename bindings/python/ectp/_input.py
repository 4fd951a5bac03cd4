"""What callers may pass for a record, a day or a set of tables. Files are read only here, and only
those that the caller names."""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterator, Mapping
from typing import Any, Union

from . import _core, _json
from ._errors import Error, Location, make
from ._policy import Policy

Record = Union[str, bytes, "os.PathLike[Any]", Mapping[str, Any]]
"""A path, a mapping, or JSON text; a `str` that begins with `{` or `[` is JSON text."""

Day = Union[str, datetime.date]
"""A day, or its ISO text YYYY-MM-DD."""

Tables = Union[str, "os.PathLike[Any]", Mapping[str, Any]]
"""A folder of CSV files, or a mapping of names to CSV text, paths or policies."""

Document = tuple[str, bytes, bytes]


def file_document(name: str, path: Any) -> Document:
    """The text of a file, for a parameter of that name. Raises FileError."""
    encoded = os.fsencode(path)
    return name, encoded, _core.read_file(encoded)


def record_document(record: Record) -> Document:
    """A record as the C++ library takes it: with the name of its file, if it came from one."""
    if isinstance(record, (bytes, bytearray, memoryview)):
        return "record", b"record", bytes(record)
    if isinstance(record, Mapping):
        # Indented as a record's file is, so that one value stands on one line.
        return "record", b"record", _json.dumps(dict(record), "record", indent=2).encode()
    if isinstance(record, str):
        if record.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
            return "record", b"record", record.encode("utf-8", "surrogatepass")
        return file_document("record", record)
    if isinstance(record, os.PathLike):
        return file_document("record", record)
    raise TypeError(
        f"a record is a path, a mapping or JSON text, not {type(record).__name__}"
    )


@contextlib.contextmanager
def places_in(record: Any) -> Iterator[None]:
    """Errors in a mapping name the JSON path only: it has no lines that the caller could look up."""
    try:
        yield
    except Error as e:
        if isinstance(record, Mapping) and e.location.file == "record":
            e.location = Location("record", path=e.location.path)
        raise


def day(value: Day) -> str:
    """A day as ISO text. Whether there is such a day is for the library to say."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    raise TypeError(f"a day is a datetime.date or YYYY-MM-DD, not {type(value).__name__}")


def _table_document(name: str, table: Any) -> Document:
    key = f"tables/{name}"
    if isinstance(table, Policy):
        # A plan reads CSV.
        text = table.text if table.form == "csv" else table.to_csv()
        return key, os.fsencode(table.file or f"{name}.csv"), text.encode()
    if isinstance(table, bytes):
        return key, os.fsencode(f"{name}.csv"), table
    if isinstance(table, str) and "\n" in table:
        return key, os.fsencode(f"{name}.csv"), table.encode("utf-8", "surrogatepass")
    if isinstance(table, (str, os.PathLike)):
        return file_document(key, table)
    raise TypeError(f"a table is CSV text, a path or a Policy, not {type(table).__name__}")


def table_documents(tables: Tables) -> list[Document]:
    """Tables that stand in for the built-in ones of the same name. Raises FileError."""
    if isinstance(tables, Mapping):
        return [_table_document(str(name), table) for name, table in tables.items()]
    if not isinstance(tables, (str, os.PathLike)):
        raise TypeError(f"tables are a folder or a mapping, not {type(tables).__name__}")
    folder = os.fsdecode(tables)
    try:
        names = sorted(n for n in os.listdir(folder) if n.endswith(".csv"))
    except (OSError, ValueError) as why:
        reason = getattr(why, "strerror", None) or str(why)
        raise make(
            "io", f"the folder cannot be read: {reason}", folder, expected="a folder of CSV files"
        ) from why
    if not names:
        raise make(
            "io",
            "the folder holds no CSV file",
            folder,
            expected="a folder with tables such as pathway.csv",
            hint="ectp policies pathway > my-tables/pathway.csv",
        )
    return [file_document(f"tables/{n[:-4]}", os.path.join(folder, n)) for n in names]
