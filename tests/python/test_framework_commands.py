"""The commands of `ectp framework`, and their files."""

import json
import os
import pathlib
import stat
import subprocess
import sys

import pytest

from test_docs import program
from test_framework import OWN, own

EDITIONS = ["ittecf-2024", "ecf-2019", "ccf-2019", "teachers-standards"]


def run(*arguments, **more):
    return subprocess.run([program(), "framework", *map(str, arguments)], capture_output=True, text=True, timeout=120, **more)


def answer(*arguments):
    done = run(*arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "own.json"
    path.write_text(json.dumps(OWN, ensure_ascii=False), encoding="utf-8")
    return path


def test_list_names_every_edition():
    listed = answer("list")
    assert [e["id"] for e in listed["editions"]] == EDITIONS
    assert listed["editions"][1]["successor"] == "ittecf-2024"
    assert {"from": "ecf-2019", "to": "ittecf-2024"} in listed["crosswalks"]
    page = run("list").stdout
    assert "replaced by ittecf-2024 from 2025-09" in page


def test_show_has_the_whole_and_one_statement(package):
    whole = answer("show")
    assert len(whole["nodes"]) == 230 and whole["counts"]["placeholders"] == 6
    one = answer("show", "2.10")
    assert one["ref"] == "ittecf-2024:2.10" and one["sources"] and one["confidence"]
    assert answer("show", "S1-LHT-01", "--edition", "ccf-2019")["itt_mode"] == "mentoring"
    mine = answer("show", "A.1", "--edition", package)
    assert mine["gist"].startswith("Learn every name") and mine["tags"] == ["welcome"]
    assert "# How we teach" in run("show", "--edition", package, "--format", "markdown").stdout
    assert "3.10 ?" in run("show").stdout


def test_find_ranks_over_all_editions_or_one():
    hits = answer("find", "wait", "time")["hits"]
    assert hits and hits == sorted(hits, key=lambda h: -h["score"])
    assert {h["ref"].split(":")[0] for h in answer("find", "2.6")["hits"] if h["match"] == "code"} == {"ittecf-2024", "ecf-2019", "ccf-2019"}
    assert all(h["ref"].startswith("ecf-2019:") for h in answer("find", "feedback", "--edition", "ecf-2019")["hits"])
    assert all("send" in h["tags"] for h in answer("find", "pupils", "--tag", "send", "--kind", "statement", "--limit", "3")["hits"])
    assert run("find", "zzzzzz").stdout == "Nothing was found for zzzzzz.\n"
    assert run("find", "x", "--limit", "0").returncode == 2


def test_crosswalk_follows_a_statement(package):
    links = answer("crosswalk", "ecf-2019", "ittecf-2024", "--code", "3f")["links"]
    assert [link["to"] for link in links] == ["3f", "3g"] and links[0]["relation"] == "split"
    assert answer("crosswalk", "ecf-2019", "ittecf-2024")["counts"]["same"] == 91
    assert run("crosswalk", "ecf-2019", "ittecf-2024", "--code", "9z").returncode == 2
    refused = run("crosswalk", "ecf-2019", package)
    assert refused.returncode == 2 and "framework diff" in refused.stderr


def test_diff_of_editions_and_of_files(package, tmp_path):
    counts = answer("diff", "ecf-2019", "ittecf-2024")["counts"]
    assert counts["added"] and counts["renumbered"] and counts["split"] == 2
    changed = own()
    changed["CFItems"][1]["fullStatement"] = "Stand at the gate in the morning"
    changed["CFItems"][2]["humanCodingScheme"] = "A.9"
    other = tmp_path / "next.json"
    other.write_text(json.dumps(changed))
    difference = answer("diff", package, other)
    kinds = sorted(k for c in difference["changes"] for k in c["changes"])
    assert kinds == ["renumbered", "reworded"]
    assert run("diff", package, other).stdout and "|" in run("diff", package, other, "--format", "markdown").stdout
    assert answer("diff", package, package)["changes"] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_export_and_import_again(edition, tmp_path):
    case, table = tmp_path / "x.json", tmp_path / "x.csv"
    assert run("export", edition, "--out", case).returncode == 0
    assert run("export", edition, "--out", table).returncode == 0
    assert json.loads(case.read_text())["CFDocument"]["caseVersion"] == "1.1"
    assert case.read_text() == run("export", edition, "--to", "case").stdout
    assert table.read_text() == run("export", edition, "--to", "csv").stdout
    assert json.loads(run("export", edition, "--to", "json").stdout)["edition"]["id"] == edition
    for file in (case, table):
        imported = answer("import", file)
        assert imported["counts"]["statements"] == answer("show", "--edition", edition)["counts"]["statements"]
    again = tmp_path / "again.json"
    assert run("import", case, "--out", again).returncode == 0
    assert json.loads(again.read_text()) == json.loads(case.read_text())
    assert answer("diff", case, table)["counts"]["same"] >= answer("import", case)["counts"]["statements"]
    assert run("export", edition, "--to", "xml").returncode == 2


def test_replaced_by_comes_from_the_difference():
    package = json.loads(run("export", "ecf-2019", "--replaced-by", "ittecf-2024").stdout)
    replaced = [a for a in package["CFAssociations"] if a["associationType"] == "replacedBy"]
    new = {i["identifier"] for i in json.loads(run("export", "ittecf-2024").stdout)["CFItems"]}
    old = {i["identifier"] for i in package["CFItems"]}
    assert len(replaced) > 100
    assert all(a["originNodeURI"]["identifier"] in old and a["destinationNodeURI"]["identifier"] in new for a in replaced)
    assert len({a["CFAssociationGroupingURI"]["title"] for a in replaced}) == 1


def test_import_says_what_is_odd_and_refuses_what_is_wrong(package, tmp_path):
    odd = own()
    odd["CFItems"][0]["notes"] = None
    file = tmp_path / "odd.json"
    file.write_text(json.dumps({"CFPackage": odd}, indent=1))
    done = run("import", file)
    assert done.returncode == 0 and "warnings" in done.stdout and "odd.json:" in done.stdout
    toy = own()
    toy["CFItems"][0]["identifier"] = "item-1"
    toy["CFAssociations"][0]["originNodeURI"]["identifier"] = "item-1"
    toy["CFAssociations"][1]["destinationNodeURI"]["identifier"] = "item-1"
    toy["CFAssociations"][2]["destinationNodeURI"]["identifier"] = "item-1"
    file.write_text(json.dumps(toy))
    out = tmp_path / "out.json"
    refused = run("import", file, "--out", out)
    assert refused.returncode == 2 and not out.exists() and "--new-identifiers" in refused.stderr
    assert run("import", file, "--out", out, "--new-identifiers").returncode == 0
    assert run("import", out, "--out", tmp_path / "same.json").returncode == 0
    for text in ("", "null", "{", '{"CFDocument": null}', "a,b\n1,2\n"):
        bad = tmp_path / ("bad.csv" if "," in text else "bad.json")
        bad.write_text(text)
        done = run("import", bad)
        assert done.returncode == 2 and "bad." in done.stderr, text
    assert run("import", tmp_path / "missing.json").returncode == 2
    assert "no framework is read" in run("import", tmp_path / "x.docx").stderr


def document_of(edition):
    """An invented official document: the codes of the edition, and words that are nobody's."""
    nodes = answer("show", "--edition", edition)["nodes"]
    lines = []
    for n in nodes:
        if n["kind"] == "standard":
            lines.append(f"\n## {n['code']} {n['title']}\n")
        elif n["kind"] == "statement":
            lines.append(f"- {n['code']} Invented wording for statement number {len(lines)}.")
    return "\n".join(lines) + "\n"


def test_reconcile_writes_an_overlay_that_is_laid_over(tmp_path):
    official, overlay = tmp_path / "official.md", tmp_path / "overlay.json"
    official.write_text(document_of("ittecf-2024"))
    done = run("reconcile", official, "--out", overlay)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(overlay.read_text())["statements"]) >= 193
    shown = answer("show", "4n", "--overlay", overlay)
    assert shown["wording"].startswith("Invented wording")
    assert "Invented wording" in run("export", "ittecf-2024", "--overlay", overlay).stdout
    assert answer("find", "invented", "--edition", "ittecf-2024", "--overlay", overlay)["hits"]
    assert answer("audit", "--overlay", overlay)["worded"] == 193
    wrong = run("show", "--edition", "ecf-2019", "--overlay", overlay)
    assert wrong.returncode == 2 and "overlay.json" in wrong.stderr
    # A document that lacks one code and has another.
    text = official.read_text().replace("- 4n ", "- 4z ")
    official.write_text(text)
    report = answer("reconcile", official)
    assert [u["code"] for u in report["only_document"]] == ["4z"] and [m["code"] for m in report["only_ours"]] == ["4n"]
    assert "4z" in run("reconcile", official).stdout
    other = answer("reconcile", official, "--edition", "ecf-2019")
    assert other["fits_better"]["edition"] == "ittecf-2024"
    official.write_text("nothing of the kind\n")
    assert run("reconcile", official).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for pdftotext")
def test_a_pdf_is_read_through_pdftotext(tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    text = tmp_path / "text"
    text.write_text(document_of("ecf-2019"))
    stand_in = folder / "pdftotext"
    stand_in.write_text(f'#!/bin/sh\n[ "$1 $2 $3" = "-layout -enc UTF-8" ] && [ "$5" = - ] && [ -f "$4" ] || exit 3\ncat "{text}"\n')
    stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    pdf = tmp_path / "it's official; $(touch bad).pdf"
    pdf.write_bytes(b"%PDF-1.4 invented")
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    done = run("reconcile", pdf, "--edition", "ecf-2019", "--format", "json", env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total"]["both"] == 181
    assert not (tmp_path / "bad").exists()
    stand_in.write_text("#!/bin/sh\necho 'Syntax Error: no trailer'\nexit 1\n")
    failed = run("reconcile", pdf, env=environment)
    assert failed.returncode == 2 and "no trailer" in failed.stderr and "poppler-utils" in failed.stderr
    stand_in.write_text("#!/bin/sh\nprintf '\\f\\f'\n")
    assert "no text" in run("reconcile", pdf, env=environment).stderr
    none = run("reconcile", pdf, env={**os.environ, "PATH": str(tmp_path / "nowhere")})
    assert none.returncode == 2 and "poppler-utils" in none.stderr
    assert "missing.pdf" in run("reconcile", tmp_path / "missing.pdf").stderr


def test_audit_names_what_it_rests_on():
    report = answer("audit")
    words = {g["word"]: g for g in report["by_confidence"]}
    assert len(words["verified_ittecf"]["codes"]) == 143 and len(words["verified_ecf2019_only"]["codes"]) == 44
    assert report["placeholders"] == ["3.10", "3.11", "5e", "5j", "7.8", "7m"]
    for edition in EDITIONS[1:]:
        assert answer("audit", edition)["placeholders"] == []


def test_every_edition_passes_the_official_schemas(tmp_path):
    folder = os.environ.get("ECTP_CONFORMANCE_DIR")
    if not folder:
        pytest.skip("ECTP_CONFORMANCE_DIR is not set: 4 editions and 4 samples not validated")
    validator = pathlib.Path(folder) / "case" / "validate_case.py"
    files = []
    for edition in EDITIONS:
        files.append(tmp_path / f"{edition}.json")
        assert run("export", edition, "--out", files[-1]).returncode == 0
    with_replaced = tmp_path / "replaced.json"
    assert run("export", "ecf-2019", "--replaced-by", "ittecf-2024", "--out", with_replaced).returncode == 0
    for sample in sorted((pathlib.Path(folder) / "case" / "samples").glob("*.json")):
        written = tmp_path / sample.name
        done = run("import", sample, "--out", written, "--new-identifiers")
        if "georgia" in sample.name:
            # Abridged: a parent is not in it. Read with a warning; strict writing names the place.
            assert done.returncode == 2 and "unknown_reference" in done.stderr
            continue
        assert done.returncode == 0, done.stderr
        files.append(written)
    done = subprocess.run([sys.executable, validator, *files, with_replaced], capture_output=True, text=True, timeout=300)
    print(done.stdout)
    assert done.returncode == 0, done.stdout
    lines = [line for line in done.stdout.splitlines() if "S11=" in line]
    assert len(lines) == 8 and all("S11=0 O11=0" in line and "G=0" in line for line in lines)
    assert all("warn=0" in line for line in lines[:4])
