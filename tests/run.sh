#!/bin/sh
# Builds everything and runs every test. tests/long.sh has what takes longer.
set -eu
script=tests
root=$(cd "$(dirname "$0")/.." && pwd -P)
mkdir -p "$root/build"
. "$root/src/cmake/prepare.sh"
cd "$root"

begin 'Debian packages'
need_packages g++ clang-14 cmake ninja-build catch2 libboost-dev libboost-serialization-dev \
  nlohmann-json3-dev libcli11-dev libpugixml-dev librange-v3-dev libz3-dev python3 python3-dev python3-venv

begin 'generated headers are what src/content gives'
/usr/bin/python3 src/content/generate.py --check

begin 'g++: build'
configure dev build/dev
build build/dev
begin 'g++: tests'
ctest --preset dev --parallel "$(jobs)"

begin 'clang: build'
configure clang build/clang
build build/clang
begin 'clang: tests'
ctest --preset clang --parallel "$(jobs)" -LE consumer

begin 'Python: package'
python_environment 'scikit-build-core>=0.10' 'pybind11>=2.11' 'numpy>=1.22' 'pytest>=7' 'hypothesis>=6' 'jsonschema>=4' 'rfc3339-validator>=0.1' 'pandas>=1.5' 'polars>=1'
python_package
begin 'Python: tests'
export ECTP_PROGRAM="$root/build/dev/bin/ectp"
build/venv/bin/python -m pytest -q tests/python >build/pytest.log 2>&1 || {
  cat build/pytest.log
  exit 1
}
cat build/pytest.log

begin 'count'
cases() {
  sed -n 's/^All tests passed (.* in \([0-9]*\) test cases*)$/\1/p' "build/$1/Testing/Temporary/LastTest.log" |
    awk '{ n += $1 } END { print n + 0 }'
}
python=$(sed -n 's/^\([0-9]*\) passed.*/\1/p' build/pytest.log)
echo "tests: all passed: $(cases dev) C++ test cases with g++, $(cases clang) with clang, ${python:?} in Python"
