"""What a stranger gets: the sdist, the wheel made from it, installed, far from any checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sdist, as an installer would: so the sdist must be complete as well."""
    dist = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "hatchling", "build")
    run(*build, "-t", "sdist", "-d", dist, cwd=ROOT)
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        # extractall's argument `filter` came with Python 3.11.4
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(dist)
    run(*build, "-t", "wheel", "-d", dist, cwd=dist / sdist.name.removesuffix(".tar.gz"))
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a virtual environment with the wheel; it borrows the libraries, but not guidepress, of this one."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv)
    python = venv / "bin" / "python"
    options = ("--no-deps", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel, cwd=venv)
    # A path of a .pth file is not searched for .pth files in turn: this one's editable install stays out.
    site = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=venv
    ).strip()
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(site, "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n")
    return python.parent


def test_wheel_holds_the_layouts_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"guidepress/_layouts/{path.relative_to(ROOT / 'layouts').as_posix()}"
        for path in (ROOT / "layouts").rglob("*")
        if path.is_file()
    }
    assert expected
    assert expected <= names
    assert "guidepress/py.typed" in names
    assert {name.partition("/")[0] for name in names} == {
        "guidepress",
        "guidepress-0.1.0.dist-info",
    }


def test_installed_wheel_builds_a_guide(bin_folder: Path, tmp_path: Path) -> None:
    where = run(
        bin_folder / "python", "-c", "import guidepress; print(guidepress.__file__)", cwd=tmp_path
    )
    assert Path(where).is_relative_to(bin_folder.parent)

    (tmp_path / "chapters").mkdir()
    (tmp_path / "guide.yaml").write_text(
        "id: far-away\n"
        "title: Far away\n"
        'edition: "1"\n'
        "language: en\n"
        "contents:\n"
        "  parts:\n"
        "    - title: All\n"
        "      chapters: [chapters/one.md]\n"
    )
    (tmp_path / "chapters" / "one.md").write_text(
        "# One\n\nA chapter.\n\n/// card | Which chapter?\n    id: which\nThe first.\n///\n"
    )
    run(bin_folder / "guidepress", "build", cwd=tmp_path)
    assert (tmp_path / "build" / "handbook.pdf").read_bytes().startswith(b"%PDF-")
    assert zipfile.is_zipfile(tmp_path / "build" / "deck.apkg")
