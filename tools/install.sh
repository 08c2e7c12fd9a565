#!/bin/sh
# Set up the virtual environment: what `make` calls. Says in one line what is missing on a bare machine.
set -eu
PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}
command -v "$PYTHON" >/dev/null 2>&1 || { echo "Galley needs Python 3.11 or newer: apt-get install python3 python3-venv" >&2; exit 1; }
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || { echo "Galley needs Python 3.11 or newer; $PYTHON is $("$PYTHON" -V 2>&1). Try: make PYTHON=python3.12 demo" >&2; exit 1; }
"$PYTHON" -c 'import venv, ensurepip' 2>/dev/null \
  || { echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1; }
[ -x "$VENV/bin/python" ] || "$PYTHON" -m venv "$VENV"
echo "installing Galley and its tools into $VENV (once; a few minutes on a slow line)"
# uv resolves and installs in seconds where pip needs minutes; plain pip does the same job when uv cannot be had.
if "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
  "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --constraint constraints.txt --editable ".[dev]"
else
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
fi
