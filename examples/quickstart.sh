#!/bin/sh
# From a bare Debian 12 to a mentor's next meeting: the plan from C++, and the same from Python.
set -eu
script=quickstart
root=$(cd "$(dirname "$0")/.." && pwd -P)
record=examples/records/close-to-extend.json
today=2025-11-24
mkdir -p "$root/build"
. "$root/src/cmake/prepare.sh"
cd "$root"

begin 'Debian packages'
need_packages g++ cmake ninja-build libboost-dev nlohmann-json3-dev libcli11-dev libpugixml-dev \
  python3 python3-dev python3-venv

begin 'the Python package'
python_environment 'scikit-build-core>=0.10' 'pybind11>=2.11' 'numpy>=1.22'
python_package

begin 'the program'
build build/package ectp_program

begin 'the plan, from C++ and from Python'
mkdir -p build/quickstart
build/package/bin/ectp plan "$record" --today "$today" >build/quickstart/plan.txt
build/venv/bin/python examples/python/plan.py "$record" "$today" >build/quickstart/plan_from_python.txt

begin "ectp plan $record --today $today"
cat build/quickstart/plan.txt
cmp build/quickstart/plan.txt build/quickstart/plan_from_python.txt ||
  fail 'C++ and Python gave different plans'

echo
echo "quickstart: OK. C++ (build/package/bin/ectp) and Python (examples/python/plan.py) gave this plan."
