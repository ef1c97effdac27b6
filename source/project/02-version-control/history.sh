#!/bin/sh
# Makes a repository of this folder in DIR, with two branches that change the same
# line, and resolves the conflict.
# usage: sh history.sh DIR
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$1"
cd "$1"

# region init
git init --quiet --initial-branch=main
cp "$here/.gitignore" "$here/books.py" "$here/test_books.py" .
git add .gitignore books.py
git commit --quiet -m "Keep books in a file"
git add test_books.py
git commit --quiet -m "Test the shelf"
# endregion

# region branches
git switch --quiet --create separator
sed 's/ · / | /g' books.py >changed && mv changed books.py
git commit --quiet --all -m "Separate the fields by bars"

git switch --quiet main
sed 's/{book.year}/({book.year})/' books.py >changed && mv changed books.py
git commit --quiet --all -m "Put the year in brackets"
# endregion

# region conflict
if git merge --quiet separator >/dev/null; then
    echo "a conflict was expected" >&2
    exit 1
fi
git diff --name-only --diff-filter=U
# Both changes are wanted: take the line of one side and make the other's change in it.
git checkout --quiet --ours books.py
sed 's/ · / | /g' books.py >changed && mv changed books.py
git add books.py
git commit --quiet -m "Merge the new separator"
# endregion
git branch --quiet --delete separator
git log --oneline --graph --format=%s
