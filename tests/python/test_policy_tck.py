"""The decision tables of the public DMN TCK, transcribed, with the cases that it tests."""

import json
import os
import re
from pathlib import Path

import ectp
import pytest

HERE = Path(__file__).parent.parent / "data" / "policy" / "tck"
TABLES = sorted(HERE.glob("*.csv"))


def cases():
    for table in TABLES:
        path = HERE / (table.name[: -len(".csv")] + ".cases.json")
        for i, case in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
            yield pytest.param(table, case, id=f"{table.name[:-4]}-{i}")


@pytest.mark.parametrize(("table", "case"), list(cases()))
def test_case(table, case):
    policy = ectp.Policy.load(table)
    assert policy.decide(case["input"]).value == case["expected"]


@pytest.mark.parametrize(("table", "case"), list(cases()))
def test_case_as_dmn(table, case, tmp_path):
    """The same table as any modeller would write it: in FEEL, without what only we know."""
    xml = ectp.Policy.load(table).to_dmn()
    plain = re.sub(r' ectp:\w+="[^"]*"', "", xml)
    assert "ectp:" not in plain.split("<inputData", 1)[1]
    path = tmp_path / f"{table.stem}.dmn"
    path.write_text(plain, encoding="utf-8")
    assert ectp.Policy.load(path).decide(case["input"]).value == case["expected"]


def test_there_are_tables():
    assert len(TABLES) > 40


CONFORMANCE = os.environ.get("ECTP_CONFORMANCE_DIR")
SIX = [
    "0004-simpletable-U",
    "0006-simpletable-P1",
    "0108-first-hitpolicy",
    "0110-outputOrder-hitpolicy",
    "0115-sum-collect-hitpolicy",
    "0119-multi-collect-hitpolicy",
]


@pytest.mark.skipif(not CONFORMANCE, reason="6 conformance files: ECTP_CONFORMANCE_DIR is not set")
@pytest.mark.parametrize("name", SIX)
def test_conformance_file(name):
    policy = ectp.Policy.load(Path(CONFORMANCE) / "dmn-tck" / name / f"{name}.dmn")
    for case in json.loads((HERE / f"{name}.cases.json").read_text(encoding="utf-8")):
        assert policy.decide(case["input"]).value == case["expected"]
