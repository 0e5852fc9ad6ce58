#!/usr/bin/env bash
# Executes the notebooks on one sample center, into a temporary directory.
# Says so and ends well where Jupyter or Go is not installed.
set -euo pipefail
cd "$(dirname "$0")"

if grep -l '"output_type"' ./*.ipynb; then
  echo "notebooks: the files above hold outputs; strip them with"
  echo "  jupyter nbconvert --clear-output --inplace notebooks/*.ipynb"
  exit 1
fi
if ! command -v jupyter >/dev/null || ! jupyter nbconvert --version >/dev/null 2>&1; then
  echo "notebooks: SKIPPED, jupyter nbconvert is not installed (notebooks/README.md names the packages)"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1 PYDEVD_DISABLE_FILE_VALIDATION=1 # no cache here, no debugger hints

# Whether the kernel has the packages, only the kernel can tell.
cat >"$work/probe.ipynb" <<'PROBE'
{"cells": [{"cell_type": "code", "execution_count": null, "id": "probe", "metadata": {}, "outputs": [],
  "source": ["import matplotlib, pandas"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
PROBE
if ! jupyter nbconvert --execute --to html --log-level ERROR "$work/probe.ipynb" >/dev/null 2>&1; then
  echo "notebooks: SKIPPED, a kernel with pandas and matplotlib is not installed (notebooks/README.md names the packages)"
  exit 0
fi

# One binary and one center for all: go run would link for every call.
if [ -z "${RINGTIDE:-}" ]; then
  if ! command -v go >/dev/null; then
    echo "notebooks: SKIPPED, there is neither a ringtide command in RINGTIDE nor Go to build one"
    exit 0
  fi
  (cd .. && go build -o "$work/ringtide" ./cmd/ringtide)
  export RINGTIDE="$work/ringtide"
fi
if [ -z "${RINGTIDE_CENTER:-}" ]; then
  $RINGTIDE demo "$work/center" >/dev/null
  export RINGTIDE_CENTER="$work/center"
fi

for notebook in *.ipynb; do
  jupyter nbconvert --execute --to html --log-level WARN --output-dir "${NOTEBOOKS_OUT:-$work}" "$notebook"
  echo "notebooks: $notebook runs"
done
