"""A repository that a stranger made runs nothing when git is asked about it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from guidepress.git import ask_git
from guidepress.release.releasing import _uncommitted


def git(folder: Path, *arguments: str) -> None:
    names = {
        f"GIT_{who}_{what}": "x@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    subprocess.run(
        ["git", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, **names},
    )


def test_its_configuration_starts_no_program(tmp_path: Path) -> None:
    folder, mark = tmp_path / "guide", tmp_path / "mark"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "a").write_text("a")
    git(folder, "add", "a")
    git(folder, "commit", "-qm", "one")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{mark}'\nexit 1\n")
    trap.chmod(0o755)
    settings = {
        "core.fsmonitor": str(trap), "log.showSignature": "true", "gpg.program": str(trap), "core.pager": str(trap),
        "diff.external": str(trap), "core.sshCommand": str(trap), "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{trap}", "remote.origin.promisor": "true",
    }  # fmt: skip
    for name, value in settings.items():
        git(folder, "config", name, value)
    # A signed commit, which `log.showSignature` would have checked, and an object that is not there.
    commit = subprocess.run(
        ["git", "cat-file", "commit", "HEAD"], cwd=folder, capture_output=True, check=True
    ).stdout
    signed = commit.replace(
        b"\n\n", b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n", 1
    )
    command = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    done = subprocess.run(command, cwd=folder, input=signed, capture_output=True, check=True)
    made = done.stdout.decode().strip()
    git(folder, "update-ref", "HEAD", made)
    assert ask_git(folder, "log", "-1", "--format=%H") == made.encode() + b"\n"
    assert ask_git(folder, "status", "--porcelain=v1") == b""
    for one in (folder / ".git/objects").glob("??/*"):
        if one.parent.name + one.name != made:
            one.unlink()
    assert ask_git(folder, "log", "-1", "--format=%h", "--diff-filter=AM", "--", "a") in (None, b"")
    assert not mark.exists()


def test_without_a_repository_there_is_no_answer(tmp_path: Path) -> None:
    assert ask_git(tmp_path, "log") is None


def test_its_filters_and_submodules_start_no_program(tmp_path: Path) -> None:
    """To compare a file, git runs it through a filter that .gitattributes names; a submodule has its own settings."""
    folder, mark = tmp_path / "guide", tmp_path / "mark"
    inner = folder / "inner"
    inner.mkdir(parents=True)
    for repository in (inner, folder):
        git(repository, "init", "-q")
        (repository / "a").write_text("a")
        git(repository, "add", "a", *(["inner"] if repository == folder else []))
        git(repository, "commit", "-qm", "one")
    (folder / ".gitattributes").write_text("a filter=trap\n")
    (folder / ".git/info/exclude").write_text(".gitattributes\n")
    git(folder, "config", "filter.trap.clean", f"touch '{mark}'; cat")
    git(folder, "config", "filter.trap.required", "true")
    git(inner, "config", "core.fsmonitor", f"touch '{mark}'; false")
    os.utime(folder / "a", (1, 1))
    os.utime(inner / "a", (1, 1))
    assert _uncommitted(folder, folder / "deck.lock") == []
    assert not mark.exists()
    git(folder, "status")
    assert mark.exists(), "the trap would have shown it"
    (folder / "a").write_text("b")
    assert _uncommitted(folder, folder / "deck.lock") == ["a"]
