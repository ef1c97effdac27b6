"""A catalogue on a cluster: the same bytes as here, whatever becomes of a worker; each shared section once."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalogue.test_batch import BROKEN, CORRECTED, Shelf
from tests.project import Project, Run, run

from guidepress.cache import Cache
from guidepress.catalogue.building import Outcome
from guidepress.catalogue.bundle import Bundle, bundle_of, unpack
from guidepress.catalogue.jobs import Job, build_bundle, toolchain
from guidepress.catalogue.reading import read_catalogue

pytest.importorskip("distributed")

from distributed import Client
from tests.catalogue.cluster import Cluster, granted, processing, start, stop

from guidepress.catalogue.cluster import build_on_cluster
from guidepress.catalogue.sections import SectionStore


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers."""
    made, running = start(tmp_path_factory.mktemp("cluster"))
    yield made
    stop(running)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setenv("GUIDEPRESS_CACHE", str(tmp_path / "cache"))
    return Shelf(tmp_path)


def batch(shelf: Shelf, cluster: Cluster, *options: str) -> Run:
    return run("batch", shelf.folder / "all.yaml", "--scheduler", cluster.address, *options)


def results(shelf: Shelf) -> dict[str, bytes]:
    """Everything that a catalogue leaves: products, manifests, locks."""
    found = [*(shelf.folder / "build").rglob("*"), *(shelf.folder / "guides").rglob("deck.lock")]
    return {p.relative_to(shelf.folder).as_posix(): p.read_bytes() for p in found if p.is_file()}


@pytest.mark.slow
def test_a_cluster_builds_what_one_machine_builds(
    shelf: Shelf, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes; one broken guide stops no other; once more costs what changed; a shared section is made once."""
    guides = {name: shelf.guide(name) for name in ("a", "b", "c", "d")}
    text = (guides["a"].source / "guide.yaml").read_text()
    guides["a"].write("guide.yaml", f"{text}editions:\n  acme:\n    subtitle: For Acme\n")
    guides["b"].chapter(BROKEN)
    (shelf.folder / "people.csv").write_text("name\nAda\n")
    shelf.catalogue(
        "guides:\n  - {guide: guides/a, editions: [main, acme], only: [deck]}\n"
        "  - {guide: guides/b, only: [deck]}\n  - {guide: guides/c, only: [handbook], untrusted: true}\n"
        "  - {guide: guides/d, only: [handbook], recipients: people.csv}\n"
    )
    done = batch(shelf, cluster)
    assert done.status == 1
    assert "guides/b/source/chapters/one.md:3" in done.err
    assert done.out.splitlines() == [
        "built     a", "built     a (acme)", "built     c: confined", "built     d: 1 copy", "failed    b: 1 error",
        "5 in all: 4 built, 1 failed",
    ]  # fmt: skip
    sent = results(shelf)
    assert "build/d/main/copies/0001-Ada.pdf" in sent
    again = batch(shelf, cluster)
    assert again.out.splitlines()[-1] == "5 in all: 4 unchanged, 1 failed"
    guides["b"].chapter(CORRECTED)
    assert batch(shelf, cluster).out.splitlines()[-1] == "5 in all: 1 built, 4 unchanged"
    # One build here takes over what the cluster left.
    assert shelf.statuses() == dict.fromkeys(guides, "unchanged")
    here = Shelf(tmp_path / "here")
    monkeypatch.setenv("GUIDEPRESS_CACHE", str(tmp_path / "other-cache"))
    for name in guides:
        here.guide(name)
    for source in (shelf.folder / "guides").rglob("*.*"):
        if source.is_file() and source.name != "deck.lock":
            (here.folder / source.relative_to(shelf.folder)).write_bytes(source.read_bytes())
    (here.folder / "people.csv").write_text("name\nAda\n")
    here.catalogue((shelf.folder / "all.yaml").read_text())
    assert here.batch().status == 0
    # The marks of copies are drawn anew for each register.
    built, sent = (
        {name: data for name, data in results(one).items() if "copies/" not in name}
        for one in (here, shelf)
    )
    assert len(built) > 10
    assert built == sent
    with Client(cluster.address, set_as_default=False) as client:
        given = client.run_on_scheduler(granted)
    assert len(given) > 3
    assert set(given.values()) == {1}


@pytest.mark.slow
def test_many_jobs_end_with_a_report(shelf: Shelf, cluster: Cluster) -> None:
    """More than are on their way at a time, in the order of the catalogue."""
    names = [f"g{number:03}" for number in range(60)]
    for name in names:
        folder = shelf.folder / "guides" / name
        folder.mkdir(parents=True)
        (folder / "guide.yaml").write_text(f"id: {name}\n")
    shelf.catalogue("guides: [{guide: 'guides/*', only: [deck]}]\n")
    done = batch(shelf, cluster)
    assert done.status == 1
    lines = done.out.splitlines()
    assert lines[-1] == "60 in all: 60 failed"
    assert lines[:-1] == [f"failed    {name}: 3 errors" for name in names]


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_its_task_only(shelf: Shelf, cluster: Cluster) -> None:
    """Its guides go to another; the last test, since it leaves one worker."""
    for name in ("a", "b", "c", "d"):
        shelf.guide(name)
    shelf.catalogue("guides: [{guide: 'guides/*', only: [deck]}]\n")
    victim = cluster.workers[0]
    # It takes what it is given, and gets nowhere.
    victim.send_signal(signal.SIGSTOP)
    found = read_catalogue(shelf.folder / "all.yaml").value
    assert found is not None
    done: list[Outcome] = []

    def build() -> None:
        done.extend(build_on_cluster(cluster.address, found, None, False, lambda *n: None))

    running = threading.Thread(target=build)
    with Client(cluster.address, set_as_default=False) as client:
        running.start()
        while not all((given := client.run_on_scheduler(processing)).values()):
            time.sleep(0.02)
        victim.kill()
        running.join()
        assert len(client.nthreads()) == len(given) - 1
    assert [one.status for one in done] == ["built"] * 4


def test_no_scheduler(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said in a line."""
    monkeypatch.setattr("guidepress.catalogue.cluster._PATIENCE", 0.5)
    shelf.guide("a")
    shelf.catalogue("guides: [guides/a]\n")
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        done = run("batch", shelf.folder / "all.yaml", "--scheduler", address)
        assert (done.status, "Traceback" in done.err) == (3, False)
        assert f"no Dask scheduler answers at {address}" in done.err


def test_another_guidepress_builds_nothing(tmp_path: Path) -> None:
    """It would build other bytes."""
    project = Project(tmp_path / "guide")
    packed = bundle_of(project.folder).packed()
    job = Job("guide", ("main",), ("deck",), False, toolchain())
    done = build_bundle(job, packed, Cache(tmp_path / "cache"))
    assert [one.status for one in done.outcomes] == ["built"]
    assert "deck.apkg" in done.files["main"]
    with pytest.raises(RuntimeError, match="another guidepress"):
        build_bundle(msgspec.structs.replace(job, toolchain="x"), packed, Cache(None))


parts = st.text("aä 1", min_size=1, max_size=3)
paths = st.lists(parts, min_size=1, max_size=3).map(lambda found: f"{'/'.join(found)}.md")


@settings(max_examples=25)
@given(st.dictionaries(paths, st.binary(max_size=50), max_size=6))
def test_a_bundle_comes_back(files: dict[str, bytes]) -> None:
    """Named by its content, whatever the order of its files."""
    import tempfile

    bundle = Bundle(files)
    turned = Bundle(dict(reversed(files.items())))
    assert (bundle.name, bundle.packed()) == (turned.name, turned.packed())
    with tempfile.TemporaryDirectory() as folder:
        assert unpack(bundle.packed(), Path(folder)) == bundle
        assert bundle_of(Path(folder)) == bundle


def test_what_a_bundle_holds(tmp_path: Path) -> None:
    """Not what builds write, nor what lies outside of the project."""
    project = Project(tmp_path / "guide")
    project.write("../build/handbook.pdf", b"%PDF").write("../.git/config", "x")
    (tmp_path / "secret.md").write_text("secret")
    (project.source / "out.md").symlink_to(tmp_path / "secret.md")
    (project.source / "in.md").symlink_to(project.source / "guide.yaml")
    files = bundle_of(project.folder).files
    assert sorted(files) == ["source/chapters/one.md", "source/guide.yaml", "source/in.md"]
    assert files["source/in.md"] == files["source/guide.yaml"]


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/../../x"])
def test_a_bundle_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        unpack(Bundle({name: b""}).packed(), tmp_path / "in")


def test_sections_are_given_to_one_worker() -> None:
    """Who waits for another's gets it, or the work where that one is gone; what is too much is forgotten."""

    async def play() -> None:
        store = SectionStore(limit=10)
        assert store.claim(["a", "b"], "w1 x") == []
        assert sorted(store.claim(["a", "b", "c"], "w2 y")) == ["a", "b"]
        waiting = [asyncio.ensure_future(store.wait(key, "w2 y")) for key in ("a", "b")]
        await asyncio.sleep(0)
        store.put("a", b"12345")
        assert await waiting[0] == b"12345"
        assert not waiting[1].done()
        store.remove_worker(None, "w1")  # type: ignore[arg-type]
        assert await waiting[1] is None
        assert store.owners == {"b": "w2 y", "c": "w2 y"}
        store.release("w2 y")
        assert store.claim(["b"], "w3 z") == []
        store.put("b", b"1234567")
        assert list(store.entries) == ["b"]
        assert store.claim(["a"], "w1 x") == []

    asyncio.run(play())
