#!/bin/sh
# What the pipeline does, in the same order, on your own machine. Stops at the first
# thing that fails.
set -eu
cd "$(dirname -- "$0")"

# region steps
echo "compile"
python3 - <<'CODE'
import ast, pathlib
for path in pathlib.Path().glob("*.py"):
    ast.parse(path.read_text(), str(path))
CODE

echo "test"
python3 -m unittest -q

echo "migrate a new database, and then nothing more"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 migrate.py "$folder/library.db"
test "$(python3 migrate.py "$folder/library.db")" = "applied: nothing"

if [ "${1-}" = --image ]; then
    echo "build"
    docker build --quiet --tag library:ci .
fi
# endregion
echo "ok"
