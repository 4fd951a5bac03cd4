"""The program that the package installs, and its manners."""

import os
import signal
import subprocess
import sys

import pytest
from conftest import ROOT, TODAY

import ectp
import ectp._program

RECORD = "examples/records/close-to-extend.json"


def test_version_and_help(run):
    assert run("--version").stdout.decode() == f"ectp {ectp.__version__}\n"
    assert run("version").stdout.decode() == f"ectp {ectp.__version__}\n"
    for arguments in (["--help"], ["policy", "--help"], *([*op["command"].split(), "--help"] for op in ectp.operations())):
        shown = run(*arguments)
        assert (shown.returncode, shown.stderr) == (0, b"")
        assert shown.stdout.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nope"],
        ["plan"],
        ["plan", RECORD],
        ["plan", RECORD, "--today"],
        ["plan", RECORD, "--today", TODAY, "--nope"],
        ["plan", RECORD, "--today", TODAY, "--minutes", "many"],
        ["plan", RECORD, "--today", TODAY, "--minutes", "999"],
        ["plan", RECORD, "--today", TODAY, "--format", "xml"],
        ["plan", RECORD, "--today", "tomorrow"],
        ["plan", RECORD, RECORD, "--today", TODAY],
        ["why"],
        ["why", "NOPE-1"],
        ["why", "DIA-P8", "--record", RECORD],
        ["framework"],
        ["framework", "9z"],
        ["framework", "show", "9z"],
        ["framework", "show", "4n", "--edition", "nope"],
        ["framework", "find"],
        ["framework", "diff", "ecf-2019"],
        ["framework", "export", "nope"],
        ["framework", "import", "nope.json"],
        ["framework", "reconcile", "nope.md"],
        ["framework", "audit", "nope"],
        ["policies", "nope"],
        ["practice", "nope"],
        ["policy"],
        ["policy", "nope"],
        ["policy", "decide"],
        ["policy", "decide", "pathway"],
        ["policy", "decide", "pathway", "--input", "{}"],
        ["policy", "decide", "pathway", "--input", "[]"],
        ["policy", "decide", "pathway", "--input", "{"],
        ["policy", "decide", "pathway", "--input", "@no-such-file.json"],
        ["policy", "decide", "pathway", "--rows", "no-such-file.csv"],
        ["policy", "decide", "pathway", "--input", "{}", "--rows", "no-such-file.csv"],
        ["policy", "decide", "nope", "--input", "{}"],
        ["policy", "decide", "no-such-file.csv", "--input", "{}"],
        ["policy", "decide", "README.txt", "--input", "{}"],
        ["policy", "decide", "README.md", "--input", "{}"],
        ["policy", "decide", "itt_view", "--input", '{"itt_records": 0, "itt_below_secure": 0}', "--explain"],
        ["policy", "decide", "itt_view", "--input", '{"itt_records": 0, "itt_below_secure": 0}', "--on-error", "report"],
        ["policy", "decide", "itt_view", "--input", '{"itt_records": 0, "itt_below_secure": 0}', "--format", "markdown"],
        ["policy", "explain", "pathway"],
        ["policy", "explain", "pathway", "--input", '{"occasions": -1}'],
        ["policy", "explain", "itt_view", "--input", '{"itt_records": 0, "itt_below_secure": 0}', "--format", "html"],
        ["decide", RECORD, "--today", TODAY],
        ["decide", RECORD, "--today", TODAY, "--set", "path=S4"],
        ["decide", RECORD, "--today", TODAY, "--set", "path=S4:reach"],
        ["decide", RECORD, "--today", TODAY, "--set", "path=4n:extend", "--because", "x"],
        ["decide", RECORD, "--today", TODAY, "--set", "path=S4:extend"],
        ["decide", RECORD, "--today", TODAY, "--set", "path=S4:extend", "--because", "x", "--by", "head"],
        ["decide", RECORD, "--today", TODAY, "--set", "path=S4:extend", "--because", "x", "--out", "/no/such/folder/x"],
    ],
)
def test_a_wrong_command_line(run, arguments):
    shown = run(*arguments)
    assert (shown.returncode, shown.stdout) == (2, b"")
    assert shown.stderr.strip()
    assert b"Traceback" not in shown.stderr


def test_a_record_from_standard_input(run):
    with open(ROOT / RECORD, "rb") as source:
        shown = run("plan", "-", "--today", TODAY, stdin=source)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert shown.stdout.decode() == ectp.plan(ROOT / RECORD, TODAY).text


def test_a_decision_goes_into_the_record_itself(run, tmp_path):
    file = tmp_path / "record.json"
    file.write_bytes((ROOT / RECORD).read_bytes())
    before = file.read_bytes()
    refused = run("decide", file, "--today", TODAY, "--set", "path=S4:extend", "--out", file)
    assert refused.returncode == 2 and file.read_bytes() == before
    done = run("decide", file, "--today", TODAY, "--set", "path=S4:extend", "--because", "x", "--out", file)
    assert (done.returncode, done.stderr) == (0, b"")
    assert file.read_bytes() != before and ectp.check(file, TODAY)
    assert [f.name for f in tmp_path.iterdir()] == ["record.json"]


def test_a_closed_pipe_ends_it_quietly(program):
    # More than a pipe holds, so that the program is still writing when the reader leaves.
    command = [program, "framework", "show", "--format", "json"]
    assert len(subprocess.run(command, capture_output=True, timeout=60).stdout) > 1 << 16
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as p:
        assert p.stdout.read(5)
        p.stdout.close()
        stderr = p.stderr.read()
        status = p.wait(60)
    assert stderr == b""
    assert status == -signal.SIGPIPE


def test_an_output_that_is_full_is_an_error(run, program):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program, "plan", RECORD, "--today", TODAY], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, timeout=60)
    assert done.returncode == 2 and b"io: " in done.stderr


def test_ctrl_c_ends_it(program):
    with subprocess.Popen([program, "call", "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
        p.stdin.write(b'{"ectp":1,"fn":"version"}\n')
        p.stdin.flush()
        assert b'"ok":true' in p.stdout.readline()  # it is listening
        p.send_signal(signal.SIGINT)
        assert p.wait(60) == -signal.SIGINT
        assert p.stderr.read() == b""


def test_a_conversation_is_answered_line_by_line(program):
    with subprocess.Popen([program, "call", "--lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        for n in range(3):
            p.stdin.write(b'{"ectp":1,"id":"%d","fn":"version"}\n\n' % n)
            p.stdin.flush()
            assert b'"id":"%d"' % n in p.stdout.readline()
        p.stdin.close()
        assert p.wait(60) == 0


def test_the_module_is_the_program_too():
    shown = subprocess.run([sys.executable, "-m", "ectp", "version"], capture_output=True, timeout=60)
    assert (shown.returncode, shown.stdout.decode()) == (0, f"ectp {ectp.__version__}\n")
    assert subprocess.run([sys.executable, "-m", "ectp"], capture_output=True, timeout=60).returncode == 2


def test_main_in_the_same_process(capfd):
    assert ectp._program.main(["version"]) == 0
    assert capfd.readouterr().out == f"ectp {ectp.__version__}\n"
    assert ectp._program.main(["nope"]) == 2
    assert capfd.readouterr().out == ""


def test_the_locale_changes_nothing(run):
    shown = {
        run("plan", RECORD, "--today", TODAY, env={**os.environ, "LC_ALL": locale}).stdout
        for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "POSIX")
    }
    assert shown == {ectp.plan(ROOT / RECORD, TODAY).text.encode()}
