"""`build --untrusted`: the same products, and whatever runs inside reaches the project, Python, output and cache alone.

What confines a process cannot be taken back, so each test has one of its own.
"""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.project import Project, run

from guidepress.confinement import landlock

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or landlock.version() < landlock.OLDEST,
    reason="this kernel has no Landlock that will do",
)

# Everything that a stranger's code might try, by name; each gives True where it worked.
ATTEMPTS = """
import ctypes, os, pathlib, resource, signal, socket, subprocess, sys, urllib.request

HOME, OUT, SOURCE = map(pathlib.Path, (HOME, OUT, SOURCE))

def read_secret(): return (HOME / "secret").read_text()
def read_passwd(): return pathlib.Path("/etc/passwd").read_text()
def list_home(): return os.listdir(HOME)
def write_home(): return (HOME / "pwned").write_text("x")
def write_packages(): return (pathlib.Path(ctypes.__file__).parent / "pwned.pth").write_text("x")
def link_out(): return os.link(HOME / "secret", OUT / "secret")
def move_in(): return os.rename(HOME / "secret", OUT / "secret")
def read_by_link():
    (OUT / "link").symlink_to(HOME / "secret")
    return (OUT / "link").read_text()
def connect_tcp(): return socket.create_connection(("127.0.0.1", PORT), 1)
def send_udp(): return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", PORT))
def resolve(): return urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1)
def connect_unix(): return socket.socket(socket.AF_UNIX).connect(str(HOME / "socket"))
def run_shell(): return subprocess.run(["/bin/sh", "-c", "true"], check=True)
def kill_parent(): return os.kill(VICTIM, signal.SIGUSR1)
def trace_parent():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, VICTIM, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "")
def io_uring():
    if ctypes.CDLL(None, use_errno=True).syscall(425, 1, ctypes.create_string_buffer(120)) < 0:
        raise OSError(ctypes.get_errno(), "")
def make_readable(): return os.chmod(HOME / "secret", 0o666)
def give_away(): return os.chown(HOME / "secret", os.getuid(), os.getgid())
def make_old(): return os.utime(HOME / "secret", (1, 1))
def mark(): return os.setxattr(HOME / "secret", "user.mark", b"x")
def make_link(): return (OUT / "other").symlink_to(HOME / "secret")
def limit_parent():
    core = resource.RLIMIT_CORE
    return resource.prlimit(VICTIM, core, resource.prlimit(VICTIM, core))
def slow_down_parent(): return os.setpriority(os.PRIO_PROCESS, VICTIM, os.getpriority(os.PRIO_PROCESS, VICTIM))
def call(number, *arguments):
    result = ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result
def share_memory(): return call({"x86_64": 29, "aarch64": 194}[os.uname().machine], 0, 4096, 0o1600)
def make_namespace():
    # A process of its own, in a user namespace, where it is root.
    numbers = {"x86_64": 56, "aarch64": 220}
    if call(numbers[os.uname().machine], 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0) == 0:
        os._exit(0)
def environment(): return os.environ["SECRET_TOKEN"]
def environment_of_parent(): return pathlib.Path(f"/proc/{VICTIM}/environ").read_bytes()

REFUSED = [
    read_secret, read_passwd, list_home, write_home, write_packages, link_out, move_in, read_by_link, connect_tcp,
    send_udp, resolve, connect_unix, run_shell, kill_parent, trace_parent, io_uring, environment, environment_of_parent,
    make_readable, give_away, make_old, mark, make_link, limit_parent, slow_down_parent, share_memory, make_namespace,
]

def write_out(): return (OUT / "made").write_text("x")
def read_source(): return (SOURCE / "source" / "guide.yaml").read_text()
def run_python(): return subprocess.run([sys.executable, "-c", "import lxml"], check=True)

ALLOWED = [write_out, read_source, run_python]

def tried(functions):
    done = {}
    for function in functions:
        try:
            function()
            done[function.__name__] = True
        except (OSError, KeyError) as problem:
            done[function.__name__] = f"{type(problem).__name__}: {problem}"
    return done
"""


class Stranger:
    """A guide, a home with a secret in it, a port that listens, and code that runs in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder / "guide", "full")
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        self.project.write("images/dot.png", picture.getvalue())
        self.project.edit(
            "faq.yaml", "Of other plants.", "Of other plants. ![a dot](images/dot.png)"
        )
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "secret").write_text("secret")
        self.out = folder / "out"

    def run(self, code: str, port: int) -> dict[str, Any]:
        """Run code that may use ATTEMPTS and leaves what came of them in `out/tried.json`."""
        places = {"HOME": self.home, "OUT": self.out, "SOURCE": self.project.folder}
        head = "".join(f"{name} = {str(place)!r}\n" for name, place in places.items())
        # In the project, so that a worker may import it.
        script = self.project.folder / "stranger.py"
        attempts = f"PORT, VICTIM = {port}, {os.getpid()}\n{head}{ATTEMPTS}"
        (self.project.folder / "attempts.py").write_text(attempts)
        script.write_text(f"import json\nimport attempts\n{textwrap.dedent(code)}")
        environment = {**os.environ, "HOME": str(self.home), "SECRET_TOKEN": "token"}
        environment["GUIDEPRESS_CACHE"] = str(self.home / "cache")
        done = subprocess.run(
            [sys.executable, str(script)],
            capture_output=True, text=True, check=False, env=environment, cwd=self.project.folder,
        )  # fmt: skip
        assert (self.out / "tried.json").exists(), done.stderr + done.stdout
        found: dict[str, Any] = json.loads((self.out / "tried.json").read_text())
        return found


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    return Stranger(tmp_path)


@pytest.fixture
def port() -> Any:
    """A port where somebody listens."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


CONFINED = """
from pathlib import Path
from guidepress.confinement.confining import confine
confine(Path(attempts.SOURCE), Path(attempts.OUT), None)
"""
LEAVE = "Path(attempts.OUT, 'tried.json').write_text(json.dumps(found))\n"


def test_the_attempts_work_where_nothing_confines_them(stranger: Stranger, port: int) -> None:
    """Else they would prove nothing. What is harmless to try, that is."""
    tame = [
        "read_secret",
        "read_passwd",
        "list_home",
        "write_home",
        "link_out",
        "connect_tcp",
        "send_udp",
        "run_shell",
        "make_readable",
        "give_away",
        "make_old",
        "make_link",
        "limit_parent",
        "slow_down_parent",
        "share_memory",
    ]
    found = stranger.run(
        f"""
        from pathlib import Path
        Path(attempts.OUT).mkdir()
        found = attempts.tried([getattr(attempts, name) for name in {tame!r}])
        {LEAVE}
        """,
        port,
    )
    assert all(worked is True for worked in found.values()), found


def test_nothing_is_reached_from_inside(stranger: Stranger, port: int) -> None:
    found = stranger.run(
        f"{CONFINED}found = attempts.tried([*attempts.REFUSED, *attempts.ALLOWED])\n{LEAVE}", port
    )
    allowed = {"write_out", "read_source", "run_python"}
    assert {name for name, worked in found.items() if worked is True} == allowed, found
    assert sorted(path.name for path in stranger.home.iterdir()) == ["secret"]


@pytest.mark.slow
def test_a_worker_reaches_nothing_either(stranger: Stranger, port: int) -> None:
    """What lays out pages and decodes pictures is a process that the confined one starts."""
    found = stranger.run(
        f"""
        def attempt(thing):
            return attempts.tried(attempts.REFUSED)

        if __name__ == "__main__":
            from pathlib import Path
            from guidepress.confinement.confining import confine
            from guidepress.pdf.workers import Workers
            confine(Path(attempts.SOURCE), Path(attempts.OUT), None)
            with Workers(2, spawn=True) as workers:
                results = [made for _, made in workers.run(attempt, [1, 2], str)]
            found = {{f"{{name}} {{at}}": done for at, one in enumerate(results) for name, done in one.items()}}
            {LEAVE}
        """,
        port,
    )
    assert len(found) == 2 * 27
    assert not [name for name, worked in found.items() if worked is True], found


@pytest.mark.slow
def test_a_layout_and_a_decoder_that_try_reach_nothing(stranger: Stranger, port: int) -> None:
    """Code that got into what templates call, and into what reads pictures, in a whole build."""
    found = stranger.run(
        f"""
        from pathlib import Path
        from PIL import Image
        import guidepress.build
        from guidepress.cli import main
        import guidepress.handbook.composer as composer
        import sys
        found = {{}}

        def with_attempt(name, function):
            def both(*arguments, **named):
                done = attempts.tried(attempts.REFUSED)
                found.update({{f"{{name}} {{what}}": worked for what, worked in done.items()}})
                return function(*arguments, **named)
            return both

        Image.open = with_attempt("decoder", Image.open)
        composer.Composer.render = with_attempt("layout", composer.Composer.render)
        places = [str(attempts.SOURCE), "--out", str(attempts.OUT)]
        sys.argv = ["guidepress", "build", *places, "--untrusted", "--jobs", "1"]
        try:
            main()
        finally:
            {LEAVE}
        """,
        port,
    )
    assert {name.split()[0] for name in found} == {"decoder", "layout"}
    assert not [name for name, worked in found.items() if worked is True], found
    assert (stranger.out / "handbook.pdf").exists()


@pytest.mark.slow
def test_the_products_are_the_same(tmp_path: Path) -> None:
    trusted, confined = Project(tmp_path / "a", "full"), Project(tmp_path / "b", "full")
    assert trusted.build().status == 0
    environment = {**os.environ, "GUIDEPRESS_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "guidepress", "build", str(confined.folder), "--untrusted"]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
    made, wanted = confined.artifacts, trusted.artifacts
    assert made.keys() == wanted.keys()
    assert {n for n in made if made[n] != wanted[n]} <= {"manifest.json"}
    # What it kept is its own: a build of another project, or one that is trusted, does not look there.
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"untrusted"}


def test_a_system_that_cannot_is_one_line(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    ran = run("build", project.folder, "--untrusted")
    assert ran.status == 3
    assert "this system cannot confine a build: Landlock 3 is needed" in ran.err
    assert not project.artifacts


def test_nothing_is_typed_into_the_terminal(stranger: Stranger, port: int) -> None:
    """It would run in the shell of whoever builds. That there is no terminal here would be another error (ENOTTY)."""
    code = """
import fcntl
found = {}
for name, number in (("type", 0x5412), ("paste", 0x541C), ("size", 0x5413)):
    try:
        fcntl.ioctl(0, number, bytes(8))
    except OSError as problem:
        found[name] = problem.errno
"""
    found = stranger.run(f"{CONFINED}{code}{LEAVE}", port)
    assert (found["type"], found["paste"]) == (errno.EPERM, errno.EPERM)
    assert found["size"] == errno.ENOTTY


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("build", "a link of the project leads elsewhere"),
        ("source", "a link of the project leads elsewhere"),
        ("source/.git", "whose hooks are programs"),
    ],
)
def test_a_project_does_not_choose_what_may_be_written(
    project: Project, tmp_path: Path, link: str, told: str
) -> None:
    """By a link in the place of a folder that a build writes into; or by hooks beside deck.lock."""
    elsewhere = tmp_path / "elsewhere"
    if link == "source":
        project.source.rename(elsewhere)
    else:
        elsewhere.mkdir()
    (project.folder / link).symlink_to(elsewhere)
    before = sorted(path.name for path in elsewhere.rglob("*"))
    command = [sys.executable, "-m", "guidepress", "build", str(project.folder), "--untrusted"]
    done = subprocess.run([*command, "--only", "deck"], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in elsewhere.rglob("*")) == before
