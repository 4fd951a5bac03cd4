#!/bin/sh
# What tests/run.sh leaves out because it takes long: clang 19, sanitizers with both compilers, every
# header by itself, clang-tidy, and a minute of fuzzing for each target.
set -eu
script=long
root=$(cd "$(dirname "$0")/.." && pwd -P)
mkdir -p "$root/build"
. "$root/src/cmake/prepare.sh"
cd "$root"

begin 'Debian packages'
need_packages g++ clang-14 libclang-rt-14-dev clang-tidy-14 clang-19 cmake ninja-build catch2 libboost-dev \
  libboost-serialization-dev nlohmann-json3-dev libcli11-dev libpugixml-dev librange-v3-dev libz3-dev shellcheck

begin 'shell scripts'
shellcheck -x examples/*.sh src/cmake/*.sh tests/*.sh

begin 'clang-19'
configure clang-19 build/clang-19
build build/clang-19
ctest --preset clang-19 --parallel "$(jobs)" -LE consumer

for preset in asan-ubsan asan-ubsan-clang; do
  begin "$preset"
  configure "$preset" "build/$preset"
  build "build/$preset"
  ctest --preset "$preset" --parallel "$(jobs)"
done

for preset in dev clang; do
  begin "$preset: every header by itself"
  configure "$preset" "build/headers-$preset" -DCMAKE_VERIFY_INTERFACE_HEADER_SETS=ON
  build "build/headers-$preset" all_verify_interface_header_sets
done

begin 'clang-tidy'
configure tidy build/tidy
build build/tidy

begin 'fuzzing'
configure fuzz build/fuzz
build build/fuzz
for fuzzer in build/fuzz/bin/fuzz_*; do
  name=$(basename "$fuzzer")
  name=${name#fuzz_}
  echo "-- $name, ${ECTP_FUZZ_SECONDS:-60} s"
  mkdir -p "build/fuzz/corpus/$name"
  "$fuzzer" -max_total_time="${ECTP_FUZZ_SECONDS:-60}" -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/$name-" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name"
done

echo 'long: all passed'
