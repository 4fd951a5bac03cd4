# shellcheck shell=sh
# What the scripts share: stages, Debian packages, build trees, the Python environment.
# To be sourced by a script that has set `script` (its name) and `root` (the project's folder).
: "${script:?}" "${root:?}"
unset PYTHONHOME PYTHONPATH CDPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
stage='start'
trap 'at_exit $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

at_exit() {
  [ "$1" -eq 0 ] || echo "$script: FAILED in stage: $stage" >&2
}

begin() {
  stage=$1
  echo "== $1"
}

fail() {
  echo "$script: $1" >&2
  exit 1
}

# As many compilers at once as there are processors and memory (1.5 GB each) for.
jobs() {
  n=$(nproc 2>/dev/null || echo 1)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || echo 1)
  [ "${memory:-1}" -ge "$n" ] || n=${memory:-1}
  [ "$n" -ge 1 ] || n=1
  echo "${ECTP_JOBS:-$n}"
}

# need_packages NAME...: installs the Debian packages that are missing, if any.
need_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "no apt here: these must be there already, by whatever name they have: $*"
    return 0
  fi
  missing=''
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
  done
  if [ -z "$missing" ]; then
    echo "all here"
    return 0
  fi
  echo "to install:$missing"
  sudo=''
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "not root, and there is no sudo. Run this as root once: apt-get install$missing"
    sudo=sudo
  fi
  $sudo apt-get update -q || echo 'the lists of packages could not be renewed: trying with those there are'
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# configure PRESET FOLDER [OPTION...]: a CMake tree; one that was made elsewhere is made anew.
configure() {
  preset=$1
  tree=$2
  shift 2
  if [ -f "$tree/CMakeCache.txt" ] &&
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$tree/CMakeCache.txt"; then
    rm -rf "$tree"
  fi
  cmake --preset "$preset" -S "$root" -B "$tree" "$@" >"$root/build/configure.log" 2>&1 || {
    cat "$root/build/configure.log" >&2
    fail "CMake could not configure $tree"
  }
}

# build FOLDER [TARGET...]
build() {
  tree=$1
  shift
  if [ $# -eq 0 ]; then
    cmake --build "$tree" --parallel "$(jobs)"
  else
    cmake --build "$tree" --parallel "$(jobs)" --target "$@"
  fi
}

# python_environment REQUIREMENT...: build/venv with the system's Python and these packages.
venv=$root/build/venv
python_environment() {
  wanted=$(printf '%s\n' "$root" "$@")
  if [ "$(cat "$venv/.wanted" 2>/dev/null)" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    echo "environment build/venv: as wanted"
    return 0
  fi
  if [ "$(head -n 1 "$venv/.wanted" 2>/dev/null)" != "$root" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    rm -rf "$venv"
    /usr/bin/python3 -m venv "$venv"
  fi
  rm -f "$venv/.wanted"
  "$venv/bin/python" -m pip install --quiet "$@"
  printf '%s\n' "$wanted" >"$venv/.wanted"
  echo "environment build/venv: ready"
}

# python_package: the package, built from these sources and installed in build/venv. Its build tree
# is build/package, where the program can be built too without compiling the library again.
python_package() {
  sources=$(cd "$root" && find CMakeLists.txt pyproject.toml LICENSE README.md include src bindings/python \
    -type f ! -path '*/__pycache__/*' -exec sha256sum {} + | LC_ALL=C sort | sha256sum)
  if [ "$(cat "$venv/.package" 2>/dev/null)" = "$sources $root" ] &&
    [ -f "$root/build/package/build.ninja" ]; then
    echo "package ectp: up to date in build/venv"
    return 0
  fi
  rm -f "$venv/.package"
  rm -f "$root/build/package.failed"
  {
    CMAKE_BUILD_PARALLEL_LEVEL=$(jobs) "$venv/bin/python" -m pip install --verbose --no-build-isolation \
      --force-reinstall --no-deps --config-settings="build-dir=$root/build/package" "$root" 2>&1 ||
      : >"$root/build/package.failed"
  } | tee "$root/build/package.log" | sed -un 's/^ *\(\*\*\* .*\)/\1/p; s/^ *\(\[[0-9]*\/[0-9]*\] .*\)/\1/p'
  if [ -e "$root/build/package.failed" ]; then
    tail -n 60 "$root/build/package.log" >&2
    fail 'the Python package could not be built'
  fi
  echo "$sources $root" >"$venv/.package"
  echo "package ectp: built and installed in build/venv"
}
