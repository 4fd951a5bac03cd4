#!/usr/bin/env python3
"""Runs bench_policy, and python_ifs.py and json_logic.mjs beside it, and prints what deciding costs, as a
Markdown table of ratios.

    cmake --preset bench && cmake --build --preset bench
    npm install --prefix build/node json-logic-engine
    NODE_PATH=build/node/node_modules python3 benchmarks/policy/report.py build/bench/bin/bench_policy

Without node or the package JSON logic is left out.
Best of the repetitions, in processor time of the deciding thread (with threads: elapsed time). What a
figure is compared with is measured in the same run. Exits with 1 if a target is missed.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def measure(program, repetitions, only):
    command = [program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
               "--benchmark_min_time=0.2", "--benchmark_enable_random_interleaving=true"]
    if only:
        command.append(f"--benchmark_filter={only}")
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    best = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        clock = "real_time" if "real_time" in run["name"] else "cpu_time"
        ns = run[clock] * NANOSECONDS[run["time_unit"]] / run["rows"]
        name = run["run_name"]
        if name not in best or ns < best[name]["ns"]:
            best[name] = {"ns": ns, "label": run.get("label", "")}
    return best


def rival(command):
    done = subprocess.run(command, stdout=subprocess.PIPE)
    if done.returncode == 3:  # not installed
        return None
    done.check_returncode()
    return json.loads(done.stdout)


def figure(ns):
    return f"{ns:.2f} ns" if ns < 10 else f"{ns:.0f} ns"


def rows_of(best, rivals):
    """What, its cost a row, what it is compared with, the ratio, the target, and whether it is met."""
    out = []

    def at_most(what, name, copy, most):
        if name not in best or copy not in best:
            return
        mine, theirs = best[name]["ns"], best[copy]["ns"]
        target = "" if most is None else f"at most {most}"
        out.append((what, mine, f"memcpy {figure(theirs)}", f"{mine / theirs:.2f}", target,
                    most is None or mine <= most * theirs))

    def at_least(what, name, whom, way, least):
        if name not in best or rivals.get(whom) is None:
            return
        if best[name]["label"] != rivals[whom]["hash"]:
            sys.exit(f"report.py: the outcomes of {whom} are others")
        mine, theirs = best[name]["ns"], rivals[whom][way]
        target = "" if least is None else f"at least {least}"
        out.append((what, mine, f"{whom}, {way} {figure(theirs)}", f"{theirs / mine:.0f}", target,
                    least is None or theirs >= least * mine))

    def below(what, name, most):
        if name in best:
            mine = best[name]["ns"]
            out.append((what, mine, "", "", f"at most {figure(most)}", mine <= most))

    at_most("20 M rows, 5 columns of codes, 59,049 combinations", "batch_codes/9", "memcpy_codes", 2.5)
    at_most("the same, 7,776 combinations", "batch_codes/6", "memcpy_codes", 2.5)
    at_most("the same, 243 combinations", "batch_codes/3", "memcpy_codes", 2.5)
    at_most("59,049 combinations, two threads", "batch_codes_threads/real_time", "memcpy_codes", None)
    at_most("59,049 combinations, with status, rule, near rule, near input and matched", "batch_reasons",
            "memcpy_codes_reasons", 3)
    at_most("20 M rows, 5 columns of doubles, 59,049 combinations", "batch_numbers", "memcpy_numbers", 4)
    at_most("codes, one value in ten null", "batch_codes_null", "memcpy_codes", None)
    at_most("codes, one value in ten null by a bitmap", "batch_codes_bitmap", "memcpy_codes", None)
    at_most("doubles, one value in ten null", "batch_numbers_null", "memcpy_numbers", None)
    at_most("doubles, one value in ten null by a bitmap", "batch_numbers_bitmap", "memcpy_numbers", None)
    at_most("10,000 rows, 5 columns of codes", "batch_codes_small", "memcpy_codes_small", None)
    at_most("10,000 rows, codes, with the five reasons", "batch_reasons_small", "memcpy_codes_reasons_small", None)
    at_most("10,000 rows, 5 columns of doubles", "batch_numbers_small", "memcpy_numbers_small", None)
    for whom, way, held in (("Python", "rules", True), ("Python", "tree", False), ("Python", "plain", False),
                            ("JSON logic", "compiled", True), ("JSON logic", "interpreted", False)):
        at_least("13 rules, 3 inputs: from doubles", "risk_numbers", whom, way, 40 if held else None)
        at_least("13 rules, 3 inputs: from codes", "risk_codes", whom, way, 300 if held else None)
    below("13 rules, 3 inputs: one by one", "risk_one_by_one", 50)
    below("16,369 rules, 7 inputs: one by one", "large_one_by_one/0", 1000)
    below("the same, rules in random order", "large_one_by_one/1", 1000)
    below("16,369 rules, 7 inputs: in a batch", "large_batch/0", 1000)
    below("the same, rules in random order", "large_batch/1", 1000)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="the path of bench_policy")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", help="a regular expression of benchmarks to run")
    parser.add_argument("--json", type=Path, help="also write what was measured to this file")
    args = parser.parse_args()

    best = measure(args.program, args.repetitions, args.only)
    rivals = {}
    if any(name.startswith("risk_") for name in best):
        rivals["Python"] = rival([sys.executable, str(HERE / "python_ifs.py")])
        if shutil.which("node"):
            rivals["JSON logic"] = rival(["node", str(HERE / "json_logic.mjs")])
    if args.json:
        args.json.write_text(json.dumps({"benchmarks": best, "rivals": rivals}, indent=1) + "\n")
    print("| what | a row | beside it | ratio | target |")
    print("|---|---|---|---|---|")
    missed = False
    for what, ns, beside, ratio, target, met in rows_of(best, rivals):
        missed = missed or not met
        print(f"| {what} | {figure(ns)} | {beside} | {ratio} | {target}{'' if met else ' (missed)'} |")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
