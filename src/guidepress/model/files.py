"""Which model each source file has."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.model.base import Record
from guidepress.model.brand import Brand
from guidepress.model.data import Profiles, Table
from guidepress.model.faq import Faq
from guidepress.model.glossary import Glossary
from guidepress.model.guide import GuideFile
from guidepress.model.kinds import KINDS
from guidepress.model.roadmap import Roadmap
from guidepress.model.skills import Skills

# Of each `kind:` that a file in data/ may have.
IN_DATA: Mapping[str, type[Record]] = {"table": Table, "profiles": Profiles}
_FILES: Mapping[str, type[Record]] = {
    "guide.yaml": GuideFile,
    "brand.yaml": Brand,
    "roadmap.yaml": Roadmap,
    "skills.yaml": Skills,
    "faq.yaml": Faq,
    "glossary.yaml": Glossary,
}


def source_models() -> Mapping[str, type[Record]]:
    """Name of a source file -> its model; files in data/ are named by their kind, "data/*.yaml (kind: table)"."""
    kinds = {kind.file: kind.model for kind in KINDS.values() if kind.model}
    return {
        **_FILES,
        **{f"data/*.yaml (kind: {kind})": of for kind, of in IN_DATA.items()},
        **kinds,
    }
