"""A guide with everything in it, made into pages once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.project import Project


class Site(Project):
    """A guide that wants pages and an EPUB."""

    def __init__(self, folder: Path, guide: str = "full") -> None:
        super().__init__(folder, guide)
        text = (self.source / "guide.yaml").read_text()
        wanted = "products:\n  web: true\n  epub: true\n"
        joined = text.replace("products:\n", wanted, 1) if "products:\n" in text else text + wanted
        self.write("guide.yaml", joined)

    @property
    def web(self) -> Path:
        return self.folder / "build" / "web"

    @property
    def pages(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in sorted(self.web.glob("*.html"))}

    def make(self, *options: str) -> None:
        done = self.build("--only", "web", "--only", "epub", "--jobs", "1", *options)
        assert done.status == 0, done.err


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("site") / "guide")
    made.make()
    return made
