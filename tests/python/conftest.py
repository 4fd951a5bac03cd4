"""What the tests of the package share."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDS = sorted((ROOT / "examples" / "records").glob("*.json"))
TODAY = "2025-11-24"  # the day that the example records are written for


def programs():
    """The program that the package installs, and the C++ one where ECTP_PROGRAM names it."""
    beside = pathlib.Path(sys.executable).with_name("ectp")
    installed = str(beside) if beside.exists() else shutil.which("ectp")
    named = os.environ.get("ECTP_PROGRAM")
    found = {"package": installed or None, "c++": named or None}
    return {kind: str(pathlib.Path(path).resolve()) for kind, path in found.items() if path}


def pytest_generate_tests(metafunc):
    if "program" in metafunc.fixturenames:
        found = programs()
        assert found, "no ectp program: pip install . or set ECTP_PROGRAM"
        metafunc.parametrize("program", found.values(), ids=found.keys())
    if "example" in metafunc.fixturenames:
        assert len(RECORDS) >= 3
        metafunc.parametrize("example", RECORDS, ids=[r.stem for r in RECORDS])


@pytest.fixture
def run(program):
    """Runs the program from the project's root: run("plan", path, ...) -> CompletedProcess."""

    def run_program(*arguments, **options):
        options.setdefault("timeout", 60)
        options.setdefault("cwd", ROOT)
        if "stdin" not in options and "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        arguments = [a if isinstance(a, bytes) else str(a) for a in arguments]
        return subprocess.run([program, *arguments], capture_output=True, **options)

    return run_program
