#!/bin/sh
# Installs CaMau-G Open from this source tree into an empty folder: TARGET/venv and TARGET/web.
# Usage: deploy/install.sh TARGET. What it downloads is pinned by hash; nothing of the source tree
# is read afterwards. PYTHON chooses the Python (3.11 or newer, with pip).
set -eu
umask 022

fail() {
  echo "install: $*" >&2
  exit 1
}

[ $# -eq 1 ] || fail "it needs one folder: deploy/install.sh /app"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  fail "$python is not Python 3.11 or newer; name one by PYTHON=..."
source=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1" || fail "$1 cannot be made; choose a folder that you may write"
target=$(cd "$1" && pwd)
[ -z "$(ls -A "$target")" ] || fail "$target is not empty; choose an empty folder"
[ -w "$target" ] || fail "$target cannot be written; choose a folder that you may write"

tools=$(mktemp -d)
finish() {
  code=$?
  rm -rf "$tools"
  [ $code -eq 0 ] || fail "not complete; see above, empty $target and run it again"
}
trap finish EXIT
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_LINK_MODE=copy PYTHONUTF8=1
unset PYTHONPATH VIRTUAL_ENV || true

"$python" -m pip install -q --disable-pip-version-check --root-user-action ignore \
  --target "$tools/boot" --require-hashes -r "$source/requirements-boot.txt"
uv="$tools/boot/bin/uv"

# Tools of the build, which the installation does not keep.
"$uv" venv -q --python "$python" "$tools/venv"
"$uv" pip sync -q --python "$tools/venv" --require-hashes "$source/deploy/build.txt"
for project in "$source" "$source"/backend/sdk "$source"/plugins/*/; do
  [ ! -f "$project/pyproject.toml" ] ||
    (cd "$project" && "$tools/venv/bin/python" -m hatchling build -t wheel \
      -d "$tools/wheels" >/dev/null)
done

"$uv" venv -q --python "$python" "$target/venv"
"$uv" pip sync -q --python "$target/venv" --require-hashes "$source/deploy/requirements.txt"
"$uv" pip install -q --python "$target/venv" --no-deps --no-index "$tools"/wheels/*.whl
"$target/venv/bin/python" -m compileall -q "$target/venv/lib"

PYTHONPATH="$source/backend" "$tools/venv/bin/python" -m camaug.webbuild "$source" "$target/web"
