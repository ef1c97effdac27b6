"""What a build asks the system for, under strace: no socket, no program, and no file that is none of its business.

Nothing confines these builds: what they do not open they do not want.
"""

from __future__ import annotations

import io
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.project import GUIDES, Project

import guidepress

pytestmark = pytest.mark.slow

STRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "-s", "4096", "-e", "signal=none",
          "-e", "trace=open,openat,openat2,creat,socket,connect,execve,execveat"]  # fmt: skip
_OPENED = re.compile(
    r'(?:open|openat|openat2|creat)\((?:[A-Z_0-9]+(?:<[^>]*>)?, )?"((?:[^"\\]|\\.)*)".* = (-?\d+)'
)
_STARTED = re.compile(r'execve(?:at)?\("([^"]*)".* = 0$')
# Libraries and what loads them, fonts, time zones, kinds of files; the kernel's words about this machine and process.
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/fontconfig", "/usr/share/fonts",
    "/usr/local/share/fonts", "/etc/fonts", "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/mime",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload", "/etc/localtime", "/etc/ssl/openssl.cnf", "/proc/self", "/proc/cpuinfo", "/proc/meminfo",
    "/proc/filesystems",
    "/sys/devices/system/cpu", "/sys/fs/cgroup", "/dev/null", "/dev/urandom", "/dev/shm",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _traceable() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run([*STRACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody trace")


class Traced:
    """A build under strace: its status, what it printed, and which files, sockets and programs it asked for."""

    def __init__(self, folder: Path, project: Project, *arguments: str) -> None:
        log = folder / "strace.log"
        (folder / "home").mkdir(exist_ok=True)
        # Short, or there is no room for the address of a socket in it.
        temporary = Path(tempfile.mkdtemp(prefix="gp-", dir="/tmp"))
        environment = {
            **os.environ,
            "HOME": str(folder / "home"),
            "XDG_CACHE_HOME": str(folder / "home/.cache"),
            "TMPDIR": str(temporary),
            "GUIDEPRESS_CACHE": str(folder / "cache"),
        }
        command = [
            sys.executable,
            "-P",
            "-m",
            "guidepress",
            "build",
            str(project.folder),
            *arguments,
        ]
        done = subprocess.run(
            [*STRACE, "-o", str(log), *command],
            capture_output=True, text=True, check=False, env=environment, cwd=folder,
        )  # fmt: skip
        shutil.rmtree(temporary)
        self.status, self.err = done.returncode, done.stderr
        self.lines = log.read_text(errors="replace").splitlines()
        self.allowed = [
            *map(Path, SYSTEM), *map(Path, mimetypes.knownfiles), *_environment(),
            project.folder, temporary, folder / "cache",
        ]  # fmt: skip

    @property
    def sockets(self) -> list[str]:
        return [line for line in self.lines if re.search(r"\b(?:socket|connect)\(", line)]

    @property
    def programs(self) -> list[str]:
        """What was started, the build itself apart."""
        started = [match[1] for line in self.lines if (match := _STARTED.search(line))]
        return started[1:]

    @property
    def foreign(self) -> list[str]:
        """The files that were opened and are none of the build's business."""
        return sorted({str(path) for path in self._opened() if not self._is_own(path)})

    def _opened(self) -> Iterator[Path]:
        for line in self.lines:
            if (match := _OPENED.search(line)) and int(match[2]) >= 0:
                yield Path(os.path.normpath(match[1].encode().decode("unicode_escape")))

    def _is_own(self, path: Path) -> bool:
        if not path.is_absolute():
            return True  # relative to an open folder, which was seen
        return any(path.is_relative_to(one) for one in self.allowed) or _is_folder_above(
            path, self.allowed
        )


def _is_folder_above(path: Path, allowed: list[Path]) -> bool:
    """Whether it is one of the folders on the way to what may be opened, listed to find that."""
    return path.is_dir() and any(one.is_relative_to(path) for one in allowed)


def _environment() -> list[Path]:
    package = Path(guidepress.__path__[0])
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = [Path(sysconfig.get_path(name)) for name in names]
    return [
        *found,
        Path(sys.prefix),
        Path(sys.base_prefix, "lib"),
        package,
        package.parents[1] / "layouts",
    ]


SECRET = "secret"
# Ways out that are problems of the source; each must be one, by its code.
REFUSED = {
    "![x](../../../secret/a.png)": "image-outside",
    "![x](/../secret/a.png)": "image-outside",
    "![x](../images/link.png)": "image-outside",
    "![x](https://127.0.0.1:9/a.png)": "image-remote",
    "/// code | ../../secret/a.txt\n///": "code-outside",
    "/// code | images/link.txt\n///": "code-outside",
}
# Ways out of a layout's, which the products are made without.
STYLES = """
@import url("http://127.0.0.1:9/a.css");
@import url("file://{secret}/a.css");
@font-face {{ font-family: x; src: url("file://{secret}/a.ttf"), url("https://127.0.0.1:9/a.ttf"); }}
h1 {{ background: url("file://{secret}/a.png"), url("//127.0.0.1:9/a.png"); }}
h2 {{ list-style: url("../../../../secret/a.png"); content: url("{secret}/a.png"); }}
"""
MARKUP = """
<p><img alt="" src="file://{secret}/a.png"><img alt="" src="{secret}/a.png"><img alt="" src="http://127.0.0.1:9/a.png"></p>
<link rel="stylesheet" href="file://{secret}/a.css"><link rel="attachment" href="file://{secret}/a.txt">
<object data="file://{secret}/a.png"></object><embed src="http://127.0.0.1:9/a.png">
"""
DRAWING = """<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}/a.txt">
<!ENTITY % y SYSTEM "http://127.0.0.1:9/a.dtd"> %y;]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 90"
width="90" height="90">
<?xml-stylesheet href="file://{secret}/a.css"?><style>@import url("http://127.0.0.1:9/a.css");</style>
<image href="file://{secret}/a.png" width="9" height="9"/>
<use xlink:href="file://{secret}/a.svg#x"/><rect width="9" height="9"/></svg>"""


def hostile(folder: Path) -> Project:
    """A guide beside a folder of secrets, with links to them among its files."""
    secret = folder / SECRET
    secret.mkdir()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    (secret / "a.png").write_bytes(picture.getvalue())
    for name in ("a.txt", "a.css", "a.ttf", "a.svg", "a.dtd"):
        (secret / name).write_text("secret")
    project = Project(folder / "guide")
    (project.source / "images").mkdir()
    (project.source / "images/link.png").symlink_to(secret / "a.png")
    (project.source / "images/link.txt").symlink_to(secret / "a.txt")
    return project


def test_a_guide_that_tries_each_way_and_is_built(tmp_path: Path) -> None:
    """By a drawing, links and typed HTML: all three products are made, of nothing else."""
    project = hostile(tmp_path)
    drawing = DRAWING.format(secret=tmp_path / SECRET)
    project.write("images/a.svg", re.sub(r"<!DOCTYPE.*?\]>\s*", "", drawing, flags=re.DOTALL))
    project.chapter(
        '# One\n\n<a href="file:///etc/passwd">x</a> <iframe src="http://127.0.0.1:9/"></iframe> '
        "<link rel='stylesheet' href='http://127.0.0.1:9/a.css'> [x](file:///etc/passwd)\n\n"
        "![A drawing](../images/a.svg)\n\n/// card | Which is it?\n    id: a\n\n![A drawing](../images/a.svg)\n///\n"
    )
    traced = Traced(tmp_path, project, "--jobs", "1")
    assert traced.status == 0, traced.err
    assert traced.sockets == []
    assert traced.programs == []
    assert traced.foreign == []
    assert {"handbook.pdf", "deck.apkg", "cards.pdf"} <= set(project.artifacts)
    assert not (tmp_path / "home/.cache").exists()


def test_workers_talk_to_their_build_alone(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide", "full")
    traced = Traced(tmp_path, project, "--jobs", "2")
    assert traced.status == 0, traced.err
    addresses = [line for line in traced.sockets if "AF_UNIX" not in line]
    assert addresses == []
    connected = [line for line in traced.sockets if "connect(" in line and "sun_path" in line]
    # In the build's own folder for temporary files, which nobody else may enter.
    assert all(
        re.search(r'sun_path="/tmp/gp-[^"]*/pymp-\w+/listener-\w+"', line) for line in connected
    )
    assert {os.path.realpath(one) for one in traced.programs} <= {os.path.realpath(sys.executable)}
    assert traced.foreign == []


def test_what_is_refused_is_not_even_opened(tmp_path: Path) -> None:
    """Each way an error or a warning at its line, in one guide."""
    project = hostile(tmp_path)
    project.write("images/x.svg", DRAWING.format(secret=tmp_path / SECRET))
    text = "\n\n".join(REFUSED)
    project.chapter(f"# One\n\n{text}\n\n![A drawing](../images/x.svg)\n")
    traced = Traced(tmp_path, project, "--jobs", "1", "--all")
    for code in set(REFUSED.values()):
        assert traced.err.count(f"[{code}]"), traced.err
    assert traced.sockets == []
    assert traced.foreign == []


def test_a_layout_that_tries_each_way(tmp_path: Path) -> None:
    """By style sheets and templates, while its pages are laid out: errors that name what was wanted."""
    project = hostile(tmp_path)
    secret = str(tmp_path / SECRET)
    layout = project.folder / "layouts/default/handbook"
    layout.mkdir(parents=True)
    ours = GUIDES.parents[1] / "layouts/default/handbook"
    sheet = (ours / "prose.css").read_text()
    (layout / "prose.css").write_text(STYLES.format(secret=secret) + sheet)
    template = (ours / "chapter.html").read_text()
    (layout / "chapter.html").write_text(
        template.replace("</h1>", "</h1>" + MARKUP.format(secret=secret), 1)
    )
    traced = Traced(tmp_path, project, "--jobs", "1", "--only", "handbook", "--all")
    assert traced.status == 1
    for name in ("a.css", "a.png", "a.ttf"):
        assert f"Refused to read file://{secret}/{name}" in traced.err
        assert re.search(rf"Refused to read https?://127.0.0.1:9/{name}", traced.err)
    assert traced.sockets == []
    assert traced.foreign == []
