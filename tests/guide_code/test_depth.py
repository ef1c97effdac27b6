"""Stages that are taught to be studied from: each topic in a section, examples, practice, cards."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from tests.guide_code.fences import SOURCE, chapter_fences

# Stage -> for each topic of roadmap.yaml, in order, the section that teaches it and words that it needs.
TOPICS: dict[str, list[tuple[str, str]]] = {
    "caching": [
        ("caching-worth", "hit rate"),
        ("caching-http", "ETag|max-age|If-None-Match"),
        ("caching-aside", "Redis|get_book"),
        ("caching-proxy", "Nginx|X-Cache"),
        ("caching-writing", "write-through|write-behind"),
        ("caching-invalidation", "time to live|delete"),
        ("caching-not", "Rights"),
    ],
    "testing": [
        ("testing-automation", "regression"),
        ("testing-unit", "arrange|limits"),
        ("testing-languages", "unittest|pytest|Mocha|Jest|JUnit|RSpec|PHPUnit"),
        ("testing-integration", "real database|fixture"),
        ("testing-doubles", "stub|fake|mock"),
        ("testing-quality", "Coverage|survived"),
        ("testing-automation", "pipeline"),
    ],
    "containers": [
        ("containers-vm", "Namespaces|Control groups"),
        ("containers-images", "Docker|image"),
        ("containers-images", "base image|build steps|start command"),
        ("containers-network", "volume|network|port|environment"),
        ("containers-compose", "services:|depends_on|healthcheck"),
        ("containers-manifest", "Deployment|Scaling|Load balancing"),
        ("containers-not", "Kubernetes"),
    ],
    "ci-cd": [
        ("ci-cd-hook", "unittest|refused"),
        ("ci-cd-halves", "Continuous deployment"),
        ("ci-cd-file", "Jenkins|GitHub Actions|GitLab CI|CircleCI"),
        ("ci-cd-file", "build, test, package, deploy"),
        ("ci-cd-file", "secret|artifact|cache"),
        ("ci-cd-releasing", "Rolling|Canary|Feature flags"),
        ("ci-cd-rules", "Keep it fast|Build once"),
    ],
    "monitoring": [
        ("monitoring-logging", "Levels|JSON"),
        ("monitoring-collecting", "ELK|Elasticsearch|Logstash|Kibana|Fluentd"),
        ("monitoring-metrics", "counter|gauge|histogram"),
        ("monitoring-metrics", "Prometheus|Grafana|New Relic"),
        ("monitoring-dashboards", "dashboard|error budget"),
        ("monitoring-alerts", "alert|for: 10m"),
        ("monitoring-redaction", "Passwords|personal data"),
    ],
    "cloud": [
        ("cloud-services", "Amazon Web Services|Microsoft Azure|Google Cloud Platform"),
        ("cloud-services", "EC2"),
        ("cloud-object-storage", "presigned"),
        ("cloud-backups", "Managed databases|restore"),
        ("cloud-functions", "Lambda|cold start"),
        ("cloud-scaling", "autoscaling|zone"),
        ("cloud-tools", "CloudWatch|Secrets|build and deploy"),
        ("cloud-cost", "prices|formula"),
    ],
}
STAGES: dict[str, Any] = {
    x["id"]: x
    for x in yaml.safe_load((SOURCE / "roadmap.yaml").read_text(encoding="utf-8"))["stages"]
}
APPLIED = {"predict", "find-the-bug", "complete", "read", "symptom", "command", "compare"}
APPLIED |= {"why", "when-not", "estimate"}


def chapter(stage: str) -> str:
    return (SOURCE / "chapters" / f"{stage}.md").read_text(encoding="utf-8")


def taught(stage: str) -> str:
    """The chapter without its cards."""
    return re.sub(r"^/// (card|cloze).*?^///$", "", chapter(stage), flags=re.M | re.S)


def section(stage: str, name: str) -> str:
    """From a heading to the next of its level or above."""
    text = taught(stage)
    heading = re.search(rf"^(##+) [^\n]*\{{#{name}(?: [^\n]*)?\}}$", text, re.M)
    assert heading, name
    rest = text[heading.end() :]
    end = re.search(rf"^#{{2,{len(heading.group(1))}}} ", rest, re.M)
    return rest[: end.start()] if end else rest


@pytest.mark.parametrize("stage", TOPICS)
def test_each_topic_has_a_section(stage: str) -> None:
    """And the section speaks of it."""
    assert len(TOPICS[stage]) == len(STAGES[stage]["topics"])
    for name, words in TOPICS[stage]:
        text = " ".join(section(stage, name).replace("*", "").split()).casefold()
        missing = [x for x in words.split("|") if x.casefold() not in text]
        assert missing == [], name


@pytest.mark.parametrize("stage", TOPICS)
def test_chapter_is_long_enough_to_study_from(stage: str) -> None:
    """By its prose: code, cards and exercises are not counted."""
    prose = re.sub(r"^```.*?^```$|^/// (?:exercise).*?^///$", "", taught(stage), flags=re.M | re.S)
    assert len(prose.split()) >= (2500 if STAGES[stage]["hours"] >= 40 else 2000)


@pytest.mark.parametrize("stage", TOPICS)
def test_chapter_has_all_that_a_stage_needs(stage: str) -> None:
    """Examples with output, two figures, mistakes, when not, exercises with criteria and solutions."""
    text = taught(stage)
    outputs = [x for x in chapter_fences(stage) if x.language == "output"]
    assert len(outputs) >= (6 if stage in ("testing", "cloud") else 4)
    assert all(x.code.strip() for x in outputs)
    assert text.count("/// figure") >= 2
    for part in ("mistakes", "not", "practice", "reading"):
        assert section(stage, f"{stage}-{part}").strip()
    exercises = re.findall(r"^/// exercise.*?^///$", text, re.M | re.S)
    assert len(exercises) >= 4
    assert all("*Done when*" in x for x in exercises)
    solutions = chapter("solutions-operations").partition(f"{{#solutions-{stage} ")[2]
    solved = re.findall(r"^\*\*(.+?)\.?\*\*$", solutions.partition("\n## ")[0], re.M)
    titles = [x.splitlines()[0].partition("| ")[2] for x in exercises]
    assert [x.rstrip("?") for x in titles] == [x.rstrip("?") for x in solved]


@pytest.mark.parametrize("stage", TOPICS)
def test_stage_has_25_cards_of_which_10_are_applied(stage: str) -> None:
    tags = re.findall(
        r"^/// (?:card|cloze)[^\n]*\n    id: \S+\n    tags: \[(.*)\]$", chapter(stage), re.M
    )
    assert len(tags) + len(STAGES[stage]["cards"]) >= 25
    assert sum(bool(APPLIED & set(x.split(", "))) for x in tags) >= 10
