"""./press, in a copy of its own, on a PATH where python, pip and apt-get are stubs that write down each call."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from guidepress.cli import cli

ROOT = Path(__file__).resolve().parent.parent
PRESS_FILES = ("press", "pyproject.toml", "constraints.txt", "constraints-dev.txt")
# All that press may take for granted; `id` is a stub, so that the tests pass for root and for anyone.
TOOLS = ("cat", "cksum", "cp", "dirname", "mkdir", "rm", "sh", "sleep", "touch")

PYTHON = r"""#!/bin/sh
# A Python whose venv, pip and Pango succeed, but for what files beside this stub's log say.
case "$*" in
    *ensurepip*) [ -e "$STUBS/no-venv" ] && exit 1; echo "$STUBS/python3"; exit ;;
    *flock*) exec "$REAL_PYTHON" "$@" ;;
    *urlopen*) [ ! -e "$STUBS/offline" ]; exit ;;
    *harfbuzz_subset*) [ ! -e "$STUBS/no-pango" ]; exit ;;
    -c*) exit ;;
esac
{ printf '%s:' "${PWD##*/}"; printf ' <%s>' "$@"; echo; } >>"$STUBS/log"
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *--require-hashes*)
        mkdir "$STUBS/busy" || echo overlap >>"$STUBS/log"
        [ -e "$STUBS/slow" ] && sleep 1
        rm -r "$STUBS/busy"
        [ -e "$STUBS/killed" ] && rm "$STUBS/killed" && kill -9 "$PPID"
        [ ! -e "$STUBS/no-network" ] ;;
    *"-m mypy"*) [ ! -e "$STUBS/no-types" ] || { echo 'a wrong type'; false; } ;;
esac
"""
APT_GET = r"""#!/bin/sh
echo "apt-get $*" >>"$STUBS/log"
case "$*" in
    *update) touch "$STUBS/lists" ;;
    *python3-venv) [ -e "$STUBS/lists" ] && cp "$STUBS/python" "$STUBS/python3" ;;
    *pango*) rm "$STUBS/no-pango" ;;
    *) exit 100 ;;
esac
"""


class Checkout:
    """A copy of the checkout, and the stubs that stand for its machine."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "a check out"
        self.folder.mkdir()
        for name in PRESS_FILES:
            shutil.copy(ROOT / name, self.folder)
        self.stubs = tmp_path / "stubs"
        self.stubs.mkdir()
        for tool in TOOLS:
            path = shutil.which(tool)
            assert path
            (self.stubs / tool).symlink_to(path)
        self.path = [self.stubs]
        self.stub("id", "#!/bin/sh\necho 0\n")
        self.stub("python", PYTHON)

    def stub(self, name: str, script: str) -> None:
        path = self.stubs / name
        path.write_text(script)
        path.chmod(0o755)

    def flag(self, name: str) -> Path:
        path = self.stubs / name
        path.touch()
        return path

    def start(self, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.folder / "press"), *arguments],
            cwd=cwd or self.folder,
            env={
                "PATH": os.pathsep.join(map(str, self.path)),
                "STUBS": str(self.stubs),
                "REAL_PYTHON": sys.executable,
                "CI": "true",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, cwd: Path | None = None) -> tuple[int, str]:
        """The exit status and stderr."""
        process = self.start(*arguments, cwd=cwd)
        _, err = process.communicate(timeout=60)
        return process.returncode, err

    def calls(self) -> list[str]:
        """What was called since the last time."""
        log = self.stubs / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """On a machine that has everything."""
    checkout = Checkout(tmp_path)
    checkout.stub("python3", PYTHON)
    return checkout


def test_press_is_posix_shell_and_executable() -> None:
    press = ROOT / "press"
    assert press.read_text().startswith("#!/bin/sh\n")
    assert os.access(press, os.X_OK)
    for shell in filter(shutil.which, ("sh", "dash", "bash", "busybox")):
        command = [shell, "sh"] if shell == "busybox" else [shell]
        subprocess.run([*command, "-n", press], check=True)


@pytest.mark.parametrize(("arguments", "status"), [((), 2), (("--help",), 0), (("help",), 0)])
def test_usage_sets_nothing_up(checkout: Checkout, arguments: tuple[str, ...], status: int) -> None:
    process = checkout.start(*arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert "usage: ./press COMMAND" in (err if status else out)
    assert checkout.calls() == []
    assert not (checkout.folder / ".venv").exists()


def test_usage_lists_every_command_with_its_line(checkout: Checkout) -> None:
    """As the command line describes them, before anything is set up."""
    shutil.copytree(ROOT / "src/guidepress", checkout.folder / "src/guidepress")
    process = checkout.start("--help")
    out, _ = process.communicate(timeout=60)
    for name, command in cli.commands.items():
        line = command.short_help or (command.help or "").splitlines()[0]
        assert line
        assert re.search(rf"^  {name} +{re.escape(line)}$", out, re.M), name
    assert not (checkout.folder / ".venv").exists()


def test_set_up_is_done_once(checkout: Checkout, tmp_path: Path) -> None:
    status, err = checkout.run("build")
    assert status == 0
    assert [line.partition(": ")[0] for line in err.splitlines()] == ["press", "press"]
    venv, locked, itself, compiled, build = checkout.calls()
    assert "<-m> <venv>" in venv
    assert "<--only-binary> <:all:> <--require-hashes>" in locked
    assert locked.endswith("/constraints.txt>")
    assert "<--no-deps> <--no-build-isolation> <-e>" in itself
    assert "<-m> <compileall>" in compiled
    assert build == "a check out: <-P> <-m> <guidepress> <build>"

    # The caller's folder and arguments are handed on as they are.
    elsewhere = tmp_path / "my guide"
    elsewhere.mkdir()
    assert checkout.run("check", "a b", "*", cwd=elsewhere) == (0, "")
    assert checkout.calls() == ["my guide: <-P> <-m> <guidepress> <check> <a b> <*>"]


def slow_python(folder: Path, body: str = "") -> Path:
    """A Python in a folder of its own, built without optimizations: `body` is what it does but for saying so."""
    folder.mkdir()
    python = folder / "python3"
    python.write_text(
        f"#!/bin/sh\ncase $* in *ensurepip*) echo {python}; echo slow; exit ;; esac\n{body}"
    )
    python.chmod(0o755)
    return python


def test_a_python_built_with_optimizations_is_preferred(checkout: Checkout, tmp_path: Path) -> None:
    """Wherever on the PATH it is found."""
    slow = slow_python(tmp_path / "a first folder")
    checkout.path = [slow.parent, tmp_path / "nowhere", checkout.stubs]
    status, err = checkout.run("build")
    assert status == 0
    assert err.splitlines()[0] == f"press: making .venv with {checkout.stubs}/python3"


def test_a_slow_python_will_do_where_there_is_no_other(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    slow = slow_python(tmp_path / "slow", f'exec {checkout.stubs}/python "$@"\n')
    checkout.path = [checkout.stubs, slow.parent]
    status, err = checkout.run("build")
    assert status == 0
    assert err.splitlines()[0] == f"press: making .venv with {slow}"


def move(checkout: Checkout) -> None:
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))


def pin(name: str) -> Callable[[Checkout], None]:
    def change(checkout: Checkout) -> None:
        with (checkout.folder / name).open("a") as file:
            file.write("# changed\n")

    return change


@pytest.mark.parametrize("change", [move, *map(pin, PRESS_FILES)])
def test_set_up_follows_a_change(checkout: Checkout, change: Callable[[Checkout], None]) -> None:
    checkout.run("build")
    checkout.calls()
    change(checkout)
    assert checkout.run("build")[0] == 0
    assert len(checkout.calls()) == 4  # the lock, guidepress, its byte code, build; .venv is kept


def test_test_runs_all_tools_and_names_those_that_fail(checkout: Checkout) -> None:
    checkout.stub("pdftotext", "")
    checkout.stub("qpdf", "")
    checkout.flag("no-types")
    process = checkout.start("test", "-k", "deck", cwd=checkout.stubs)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == "a wrong type\n"
    assert err.splitlines()[-5:] == [
        "press: ruff-check: ok",
        "press: ruff-format: ok",
        "press: pytest: ok",
        "press: mypy: FAILED",
        "press: failed: mypy",
    ]
    calls = checkout.calls()
    assert calls[1].endswith("/constraints-dev.txt>")
    beside = ["<mypy> <--strict> <src>", "<pytest> <-n> <auto> <--dist> <worksteal> <-k> <deck>"]
    assert sorted(calls[-2:]) == [f"a check out: <-m> {call}" for call in beside]

    # What is there for the tests serves a build as well.
    assert checkout.run("build") == (0, "")


def test_build_then_test_does_not_install_guidepress_twice(checkout: Checkout) -> None:
    checkout.run("build")
    checkout.calls()
    assert checkout.run("test")[0] == 0
    assert not [call for call in checkout.calls() if "--no-build-isolation" in call]


def test_no_python_and_no_package_manager(tmp_path: Path) -> None:
    status, err = Checkout(tmp_path).run("build")
    assert status == 3
    assert len(err.splitlines()) == 1
    assert "Python 3.11 or later" in err


def test_no_python_and_no_rights(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.stub("apt-get", APT_GET)
    checkout.stub("id", "#!/bin/sh\necho 1000\n")
    status, err = checkout.run("build")
    assert status == 3
    assert len(err.splitlines()) == 1
    assert err.endswith("run: sudo apt-get install python3-venv\n")
    assert checkout.calls() == []


def test_python_is_installed_after_an_update_of_the_lists(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.stub("env", '#!/bin/sh\nshift\nexec "$@"\n')
    checkout.stub("apt-get", APT_GET)
    assert checkout.run("build")[0] == 0
    calls = checkout.calls()
    assert [call.split()[-1] for call in calls[:3]] == ["python3-venv", "update", "python3-venv"]
    assert calls[-1].endswith("<guidepress> <build>")


def test_pango_is_installed(checkout: Checkout) -> None:
    checkout.stub("env", '#!/bin/sh\nshift\nexec "$@"\n')
    checkout.stub("apt-get", APT_GET)
    checkout.flag("no-pango")
    assert checkout.run("build")[0] == 0


def test_pango_cannot_be_installed(checkout: Checkout) -> None:
    pango = checkout.flag("no-pango")
    checkout.stub("dnf", "#!/bin/sh\nexit 1\n")
    checkout.stub("id", "#!/bin/sh\necho 1000\n")
    status, err = checkout.run("build")
    assert status == 3
    assert err.splitlines()[-1] == "press: Pango is missing; run: sudo dnf install pango harfbuzz"
    assert err.count("Pango") == 1

    # Once a person has installed it, all goes on.
    pango.unlink()
    assert checkout.run("build")[0] == 0


def test_no_network_leaves_venv_as_it_was(checkout: Checkout) -> None:
    network = checkout.flag("no-network")
    status, err = checkout.run("build")
    assert status == 3
    assert "dependencies could not be installed" in err
    network.unlink()
    checkout.calls()
    assert checkout.run("build")[0] == 0
    assert len(checkout.calls()) == 4


def test_a_set_up_without_a_network_ends_with_one_line(checkout: Checkout) -> None:
    """pip, which would try again and again, is not even asked."""
    checkout.flag("offline")
    status, err = checkout.run("build")
    assert status == 3
    assert err.splitlines()[-1].startswith("press: the dependencies cannot be installed: ")
    assert "is there a network?" in err
    assert err.count("\n") == 1
    assert checkout.calls() == []


@pytest.mark.parametrize(
    ("index", "reached"),
    [
        ("http://127.0.0.1:9/simple", False),
        ("http://host.invalid/simple", False),
        ("file:///nowhere", True),
        ("http://127.0.0.1:{port}/simple", True),
    ],
)
def test_what_counts_as_a_network(index: str, reached: bool) -> None:
    """An answer of any kind, of the index that pip is told to use; not a page."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    script = (ROOT / "press").read_text()
    functions = script[script.index("\nindex() {") : script.index("\npip() {")]
    try:
        done = subprocess.run(
            ["sh", "-c", f"{functions}\nonline"],
            env={
                "base": sys.executable,
                "PATH": os.environ["PATH"],
                "PIP_INDEX_URL": index.format(port=server.server_port),
            },
            check=False,
        )
    finally:
        server.shutdown()
        server.server_close()
    assert (done.returncode == 0) == reached


def test_a_killed_set_up_starts_afresh(checkout: Checkout) -> None:
    checkout.flag("killed")
    assert checkout.run("build")[0] == -9
    checkout.calls()
    (checkout.folder / ".venv" / "debris").touch()
    assert checkout.run("build")[0] == 0
    assert len(checkout.calls()) == 5
    assert not (checkout.folder / ".venv" / "debris").exists()


def test_two_at_once_set_up_once(checkout: Checkout) -> None:
    checkout.flag("slow")
    processes = [checkout.start("build") for _ in range(2)]
    errors = sorted((process.communicate(timeout=60)[1] for process in processes), key=len)
    assert [process.returncode for process in processes] == [0, 0]
    assert errors[0] == "press: waiting for another set-up\n"
    calls = checkout.calls()
    assert "overlap" not in calls
    assert len(calls) == 4 + 2
