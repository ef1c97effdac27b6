"""Disks of a test's own, small or read-only, which only the processes that the test starts see under their paths."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Disks:
    """A mount namespace; a context, for it goes with all its disks in the end, even if the test is killed.

    Commands run in it behind `prefix`. Raises OSError where the system lets nobody mount anything.
    """

    def __init__(self) -> None:
        command = ["unshare", "--map-root-user", "--mount", "sh", "-c", "echo ready; exec cat"]
        # It ends when its standard input does.
        self._keeper = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != "ready\n":
            self.__exit__()
            raise OSError("no mount namespace")
        target = ["nsenter", "--target", str(self._keeper.pid)]
        self.prefix = [*target, "--user", "--preserve-credentials", "--mount"]

    def __enter__(self) -> Disks:
        return self

    def __exit__(self, *raised: object) -> None:
        self._keeper.communicate()

    def mount(self, folder: Path, **options: int | str) -> Path:
        """Put an empty disk over a folder, with tmpfs' options; where it is to be seen from outside."""
        folder.mkdir(parents=True, exist_ok=True)
        settings = ",".join(f"{key}={value}" for key, value in {"mode": 700, **options}.items())
        self._run("mount", "-t", "tmpfs", "-o", settings, "tmpfs", folder)
        return Path(f"/proc/{self._keeper.pid}/root{folder}")

    def forbid_writing(self, folder: Path) -> None:
        """From now on the disk over a folder is read-only."""
        self._run("mount", "-o", "remount,ro", folder)

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            [*self.prefix, *map(str, command)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise OSError(done.stderr)


def fill(disk: Path, leave: int = 0) -> Path:
    """Fill a disk but for `leave` bytes; the file that takes all the room."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:  # it is full
            pass
        file.truncate(max(0, file.tell() - leave))
    return ballast
