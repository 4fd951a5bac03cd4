#!/usr/bin/env python3
"""What including a header costs, per compiler: the best of several runs, less an empty file.

The umbrella is to cost at most half of nlohmann/json.hpp. The runs are interleaved, so that a
busy moment of the machine does not fall on one header alone.
"""
import argparse
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
YARDSTICK = "nlohmann/json.hpp"
UMBRELLA = "ectp/ectp.hpp"
HEADERS = {
    "an empty file": None,
    UMBRELLA: UMBRELLA,
    f"{UMBRELLA} (compiled form)": UMBRELLA,
    YARDSTICK: YARDSTICK,
    "string, vector": "string>\n#include <vector",
    "boost/core/nvp.hpp": "boost/core/nvp.hpp",
}


def seconds(command):
    """The processor time of the command and what it starts: steadier than the clock on the wall."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measure(compiler, repeats, flags, folder):
    best = {}
    for _ in range(repeats):
        for name, header in HEADERS.items():
            source = folder / "one.cpp"
            source.write_text(f"#include <{header}>\n" if header else "")
            form = ["-DECTP_COMPILED"] if "compiled form" in name else []
            command = [compiler, "-std=c++20", *flags, *form, "-I", str(ROOT / "include"), "-c",
                       str(source), "-o", str(folder / "one.o")]
            best[name] = min(best.get(name, 1e9), seconds(command))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compilers", nargs="+", default=["g++", "clang++-14"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--flags", nargs="*", default=["-O1"], help="for example --flags=-O2")
    parser.add_argument("--limit", type=float, help="fail above this ratio of the umbrella to "
                        f"{YARDSTICK}")
    options = parser.parse_args()
    too_dear = False
    for compiler in options.compilers:
        if not shutil.which(compiler):
            print(f"{compiler}: not here, skipped")
            continue
        with tempfile.TemporaryDirectory() as folder:
            best = measure(compiler, options.repeats, options.flags, pathlib.Path(folder))
        empty = best.pop("an empty file")
        print(f"{compiler} {' '.join(options.flags)}, best of {options.repeats}, "
              f"less an empty file ({empty * 1000:.0f} ms)")
        for name, value in best.items():
            print(f"  {(value - empty) * 1000:6.0f} ms  {name}")
        ratio = (best[UMBRELLA] - empty) / (best[YARDSTICK] - empty)
        print(f"  {ratio:9.2f}  {UMBRELLA} / {YARDSTICK}")
        too_dear = too_dear or (options.limit is not None and ratio > options.limit)
    return 1 if too_dear else 0


if __name__ == "__main__":
    sys.exit(main())
