"""The authored guide: one pydantic model for each kind of source file, and the Guide that holds them all."""

from guidepress.model.base import Record, SpanIndex
from guidepress.model.brand import Brand
from guidepress.model.cards import CardRecord
from guidepress.model.data import Column, Profile, Profiles, Table
from guidepress.model.faq import Faq, Question
from guidepress.model.glossary import Glossary, Term
from guidepress.model.guide import (
    ChapterEntry,
    Contents,
    Edition,
    GuideFile,
    PartEntry,
    Products,
)
from guidepress.model.project import Chapter, Guide
from guidepress.model.roadmap import Roadmap, Stage
from guidepress.model.skills import Skill, Skills

__all__ = [
    "Brand",
    "CardRecord",
    "Chapter",
    "ChapterEntry",
    "Column",
    "Contents",
    "Edition",
    "Faq",
    "Glossary",
    "Guide",
    "GuideFile",
    "PartEntry",
    "Products",
    "Profile",
    "Profiles",
    "Question",
    "Record",
    "Roadmap",
    "Skill",
    "Skills",
    "SpanIndex",
    "Stage",
    "Table",
    "Term",
]
