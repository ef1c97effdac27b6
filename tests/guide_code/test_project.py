"""The project of the guide: each of its twelve states starts, passes its tests, and says what it changes."""

from __future__ import annotations

import filecmp
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.guide_code.fences import SOURCE

PROJECT = SOURCE / "project"
STATES = sorted(PROJECT.glob("[0-9][0-9]-*"))
# Those on PostgreSQL and Redis, where there are such servers.
SERVED = [state for state in STATES if (state / "test_postgres.py").exists()]
QUIET = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": "1"}


def _name(state: Path) -> str:
    return state.name


def _files(state: Path) -> set[str]:
    found = (path for path in state.rglob("*") if path.is_file())
    return {
        path.relative_to(state).as_posix()
        for path in found
        if path.name != "README.md" and "__pycache__" not in path.parts
    }


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """The project as it is checked out, in a folder of its own."""
    wanted = shutil.ignore_patterns("__pycache__", "*.db", "*.db-*", ".venv", "books.json")
    return Path(shutil.copytree(PROJECT, tmp_path / "project", ignore=wanted))


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment | QUIET | more,
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_a_state_for_each_stage() -> None:
    """Named as the chapters are."""
    stages = yaml.safe_load((SOURCE / "roadmap.yaml").read_text())["stages"]
    expected = [f"{number:02}-{stage['id']}" for number, stage in enumerate(stages, 1)]
    assert [state.name for state in STATES] == expected


@pytest.mark.parametrize("state", STATES, ids=_name)
def test_state_passes_its_tests(clean: Path, state: Path) -> None:
    """With nothing but its own folder; what needs a server is skipped with its reason."""
    done = run(clean / state.name, "-m", "unittest", "-v")
    assert done.returncode == 0, done.stderr[-4000:]
    for line in done.stderr.splitlines():
        if "skipped '" in line:
            assert re.search(r"skipped '.*(installed|DATABASE_URL).*'", line), line


@pytest.mark.parametrize("state", [s for s in STATES if s.name[:2] < "04"], ids=_name)
def test_program_starts_with_one_command(clean: Path, state: Path) -> None:
    words = {"01": ["list"], "02": ["list", "--by", "year"], "03": ["popular"]}[state.name[:2]]
    done = run(clean, "run.py", state.name[:2], *words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("state", [s for s in STATES if s.name[:2] >= "04"], ids=_name)
def test_service_starts_with_one_command(clean: Path, state: Path) -> None:
    """It says where it listens, and answers there."""
    command = [sys.executable, "run.py", state.name[:2], "0"]
    with subprocess.Popen(
        command, cwd=clean, env=os.environ | QUIET, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            heard = re.search(r"http://127\.0\.0\.1:(\d+)", server.stdout.readline())
            assert heard is not None
            connection = http.client.HTTPConnection("127.0.0.1", int(heard[1]), timeout=60)
            connection.request("GET", "/books")
            answer = connection.getresponse()
            assert (answer.status, json.loads(answer.read())) == (200, {"books": []})
            connection.close()
        finally:
            # run.py waits for the service, its child.
            os.killpg(server.pid, 15)


@pytest.mark.parametrize("state", STATES, ids=_name)
def test_readme_names_what_the_stage_changes(state: Path) -> None:
    """A correction that is not carried on to the later states shows here."""
    before = STATES[STATES.index(state) - 1] if state is not STATES[0] else None
    now, old = _files(state), _files(before) if before else set()
    changed = {
        name for name in now & old
        if before and not filecmp.cmp(state / name, before / name, shallow=False)
    }  # fmt: skip
    mapped = {
        word: set(re.findall("`(.*?)`", names))
        for word, names in re.findall(
            r"^(New|Changed|Gone): (.*)\.$", (state / "README.md").read_text(), re.MULTILINE
        )
    }
    expected = {"New": now - old, "Changed": changed, "Gone": old - now}
    assert mapped == {word: names for word, names in expected.items() if names}


def test_pins_are_those_that_the_tests_run_with() -> None:
    """What a reader installs is what was tried."""
    pin = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
    ours = dict(pin.findall((PROJECT.parents[1] / "constraints-dev.txt").read_text()))
    for state in STATES:
        path = state / "requirements.txt"
        theirs = dict(pin.findall(path.read_text())) if path.exists() else {}
        assert theirs.items() <= ours.items(), state.name
        assert (state.name[:2] >= "05") == bool(theirs)


@pytest.mark.parametrize("state", STATES, ids=_name)
def test_yaml_and_json_can_be_read(state: Path) -> None:
    for path in state.rglob("*"):
        if path.suffix in (".yaml", ".yml"):
            assert yaml.safe_load(path.read_text())
        elif path.suffix == ".json":
            assert json.loads(path.read_text())


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("pg_ctl") or (homes and homes[-1] / "pg_ctl")
    if not found:
        pytest.skip("PostgreSQL is not installed")
    programs = Path(found).resolve().parent
    # The server refuses to run as root.
    user = []
    if os.geteuid() == 0:
        user = ["runuser", "-u", "postgres", "--"]
        known = shutil.which("runuser") and not subprocess.run([*user, "true"]).returncode
        if not known:
            pytest.skip("there is no user postgres")
    folder = Path("/tmp") / f"guidepress-{os.getpid()}-pg"  # a socket's path has to be short
    folder.mkdir()
    try:
        if user:
            shutil.chown(folder, "postgres")

        def call(*words: str) -> None:
            subprocess.run([*user, *words], check=True, cwd="/", stdout=subprocess.DEVNULL)

        call(
            f"{programs}/initdb",
            "-D",
            f"{folder}/data",
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        call(
            f"{programs}/pg_ctl",
            "-D",
            f"{folder}/data",
            "-o",
            options,
            "-w",
            "-l",
            f"{folder}/log",
            "start",
        )
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            call(f"{programs}/pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("state", SERVED, ids=_name)
def test_state_works_on_postgresql(clean: Path, state: Path, postgres: str) -> None:
    """The same tests on a server, and none of them skipped."""
    modules = [
        name.removesuffix(".py")
        for name in ("test_postgres.py", "test_migrate.py", "test_cloud.py")
        if (state / name).exists()
    ]
    done = run(clean / state.name, "-m", "unittest", "-v", *modules, DATABASE_URL=postgres)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "skipped" not in done.stderr
    assert done.stderr.count("OnPostgres") + done.stderr.count("test_postgres.") >= 20


@pytest.mark.slow
def test_gunicorn_serves_it_as_the_image_does(clean: Path, postgres: str) -> None:
    """The command of the Dockerfile, on a migrated database; without one, it does not start."""
    state = clean / STATES[-1].name
    words = re.findall(r'"([^"]*)"', (state / "Dockerfile").read_text().split("\nCMD ")[1])
    assert words[:3] == ["python", "-m", "gunicorn"]
    options = [word for word in words[3:] if not word.startswith("--bind")]
    command = ["-m", "gunicorn", "--bind=127.0.0.1:0", *options]
    refused = run(state, *command, DATABASE_URL="library.db")
    assert refused.returncode != 0
    assert "containers forget their files" in refused.stderr
    assert run(state, "migrate.py", DATABASE_URL=postgres).returncode == 0
    environment = os.environ | QUIET | {"DATABASE_URL": postgres}
    with subprocess.Popen(
        [sys.executable, *command], cwd=state, env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            heard = next(
                filter(
                    None,
                    (
                        re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", x)
                        for x in server.stderr
                    ),
                )
            )
            connection = http.client.HTTPConnection("127.0.0.1", int(heard[1]), timeout=60)
            connection.request("GET", "/ready")
            answer = connection.getresponse()
            assert (answer.status, json.loads(answer.read())) == (200, {"status": "ready"})
            connection.close()
        finally:
            server.terminate()


def test_pipeline_runs_on_this_machine(clean: Path) -> None:
    """ci.sh, as far as it needs no Docker."""
    state = clean / "10-ci-cd"
    # Its own tests have run above.
    for path in state.glob("test_*.py"):
        if path.name != "test_rules.py":
            path.unlink()
    done = subprocess.run(
        ["sh", "ci.sh"],
        cwd=state,
        env=os.environ | QUIET | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "ok"
    assert "applied: 1, 2" in done.stdout
