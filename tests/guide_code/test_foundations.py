"""The chapters of the first six stages: long enough, with exercises, solutions and cards."""

from __future__ import annotations

import re

import pytest
import yaml
from tests.guide_code.fences import SOURCE

STAGES = {x["id"]: x for x in yaml.safe_load((SOURCE / "roadmap.yaml").read_text())["stages"]}
FOUNDATIONS = [
    "fundamentals",
    "version-control",
    "databases",
    "http-apis",
    "web-frameworks",
    "auth",
]


@pytest.mark.parametrize("stage", FOUNDATIONS)
def test_chapter_is_long_enough_to_study_from(stage: str) -> None:
    """Words of its text, without code and cards: 2,500 where the stage takes 40 hours or more, 2,000 elsewhere."""
    text = (SOURCE / f"chapters/{stage}.md").read_text(encoding="utf-8")
    text = re.sub(r"^(/{3,}) (card|cloze)\b.*?^\1$", "", text, flags=re.M | re.S)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    words = re.findall(r"[A-Za-z][\w’'-]*", text)
    assert len(words) >= (2500 if STAGES[stage]["hours"] >= 40 else 2000)


@pytest.mark.parametrize("stage", FOUNDATIONS)
def test_solutions_stand_for_the_exercises(stage: str) -> None:
    """Each exercise has criteria, and its name begins a paragraph of the solutions."""
    text = (SOURCE / f"chapters/{stage}.md").read_text(encoding="utf-8")
    exercises = re.findall(r"^/// exercise \| (.+?)\n(.+?)^///$", text, flags=re.M | re.S)
    assert len(exercises) >= 4
    solutions = (SOURCE / "chapters/solutions-foundations.md").read_text(encoding="utf-8")
    part = solutions.partition(f"{{#solutions-{stage} ")[2].partition("\n## ")[0]
    for title, body in exercises:
        assert "*Done when*" in body, title
        assert f"**{title}.**" in part or f"**{title}**" in part, title


@pytest.mark.parametrize("stage", FOUNDATIONS)
def test_stage_has_cards_to_learn_it_by(stage: str) -> None:
    """25 or more, at least 10 of them applied: they ask to do something with what was learnt."""
    text = (SOURCE / f"chapters/{stage}.md").read_text(encoding="utf-8")
    cards = re.findall(r"^(/{3,}) (?:card|cloze)\b(.*?)^\1$", text, flags=re.M | re.S)
    applied = {"command", "compare", "complete", "estimate", "find-the-bug", "predict", "read"}
    applied |= {"symptom", "when-not", "why"}
    tags = [
        set(re.findall(r"[\w-]+", body.partition("tags: [")[2].split("]")[0])) for _, body in cards
    ]
    assert len(cards) + len(STAGES[stage].get("cards", [])) >= 25
    assert sum(bool(x & applied) for x in tags) >= 10
