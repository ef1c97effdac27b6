"""JSON Schemas of the source files, made from their models, for editors that check while one types."""

from __future__ import annotations

from typing import Any

from guidepress.model import (
    Brand,
    Faq,
    Glossary,
    GuideFile,
    Profiles,
    Record,
    Roadmap,
    Skills,
    Table,
)
from guidepress.model.kinds import KINDS

FILES: dict[str, type[Record]] = {
    "guide.yaml": GuideFile,
    "brand.yaml": Brand,
    "roadmap.yaml": Roadmap,
    "skills.yaml": Skills,
    "faq.yaml": Faq,
    "glossary.yaml": Glossary,
    "data/*.yaml (kind: table)": Table,
    "data/*.yaml (kind: profiles)": Profiles,
}


def schemas() -> dict[str, Any]:
    """File name -> JSON Schema (draft 2020-12)."""
    others = {kind.file: kind.model for kind in KINDS.values() if kind.model}
    return {name: model.model_json_schema() for name, model in {**FILES, **others}.items()}
