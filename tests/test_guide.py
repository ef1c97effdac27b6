"""The shipped guide: whole, without a problem, and true to the text that it grew from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from guidepress.book.compiler import compile_book
from guidepress.book.model import Book
from guidepress.content import Content
from guidepress.content.html import read
from guidepress.content.walk import words as words_of
from guidepress.content.working import parse
from guidepress.source.project import read_guide
from tests.project import run, words_in

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "source"
ORIGINALITY = Path(__file__).parents[2] / "shared/tools/originality.py"
TEXTS = sorted(p for p in SOURCE.rglob("*") if p.suffix in {".md", ".yaml", ".svg"})


@pytest.fixture(scope="module")
def book() -> Book:
    guide = read_guide(ROOT)
    assert guide.value is not None
    compiled = compile_book(guide.value, words_in())
    assert (*guide.diagnostics, *compiled.diagnostics) == ()
    assert compiled.value is not None
    return compiled.value


# Section of the text the guide grew from -> the ids that hold it, each with words that must be there.
# "stage-x" means the record and the chapter that teaches it, "a#b" the section b of the chapter a.
SECTIONS: dict[str, dict[str, str]] = {
    "Introduction": {
        "preface": "Python|Java|Node.js|Django|Spring|Express.js|MySQL|PostgreSQL|MongoDB|RESTful|encrypted|roadmap",
    },
    "Who is a backend developer?": {
        "who": "server|database|application logic|Java|Python|Ruby|JavaScript|Node.js|PHP|front end|APIs|permissions",
    },
    "What is back-end development?": {
        "what": "Python|Java|Ruby|PHP|Node.js|Django|Express|MySQL|PostgreSQL|MongoDB|APIs|integrity",
    },
    "Eight skills": {
        "skill-cs-foundation": "Algorithms|data structures|operating systems|computer architecture",
        "skill-programming-languages": "Java|Python|JavaScript|Node.js|Ruby|PHP",
        "skill-web-technologies": "HTML|CSS|JavaScript|HTTP|HTTPS",
        "skill-database-experience": "MySQL|PostgreSQL|Oracle|MongoDB|Cassandra",
        "skill-version-control-systems": "Git|tracks every change",
        "skill-api-understanding": "RESTful|SOAP|GraphQL",
        "skill-backend-frameworks": "Django|Spring Boot|Express.js|Ruby on Rails",
        "skill-devops-basics": "Docker|CI/CD|infrastructure as code|IaC",
    },
    "Roadmap of twelve stages": {
        "stage-fundamentals": "Python|JavaScript|Java|Ruby|PHP|Go|array|linked list|tree|graph|sort|search|"
        "LeetCode|HackerRank",
        "stage-version-control": "Git|commit|branch|merge|conflict|GitHub|GitLab|Bitbucket",
        "stage-databases": "MySQL|PostgreSQL|SQLite|normal|transaction|MongoDB|Cassandra|Redis",
        "stage-http-apis": "GET|POST|PUT|DELETE|status code|header|stateless|JSON|Postman",
        "stage-web-frameworks": "Django|Flask|Express.js|Koa|Spring Boot|Ruby on Rails|Laravel|Symfony|Gin|Echo|"
        "middleware|routing",
        "stage-auth": "OAuth 2.0|JWT|Passport.js|HTTPS|CORS|CSRF|encrypt",
        "stage-caching": "client|server|reverse proxy|Redis|Memcached|Varnish|invalidat",
        "stage-testing": "unittest|pytest|Mocha|Jest|JUnit|RSpec|PHPUnit|integration test",
        "stage-containers": "Docker|Kubernetes|scaling|load",
        "stage-ci-cd": "Jenkins|GitHub Actions|GitLab CI|CircleCI|continuous integration|continuous deployment",
        "stage-monitoring": "Elasticsearch|Logstash|Kibana|Fluentd|Prometheus|Grafana|New Relic|alert|dashboard",
        "stage-cloud": "Amazon Web Services|Google Cloud Platform|Microsoft Azure|EC2|S3|RDS|Lambda|serverless",
    },
    "Three tables of salaries": {
        "data-salaries-countries-usd": "United States|Singapore",
        "data-salaries-india-inr": "Bangalore|Chandigarh",
        "data-salaries-countries-local": "United States|China",
        "salaries": "negotiat",
    },
    "Ten drivers of demand": {
        "demand#demand-digitalization": "online",
        "demand#demand-ecommerce": "pandemic|stock|payment",
        "demand#demand-cloud": "AWS|Azure|Google Cloud",
        "demand#demand-data": "data",
        "demand#demand-security": "encrypt|access",
        "demand#demand-apis": "APIs",
        "demand#demand-microservices": "microservices",
        "demand#demand-remote": "remote",
        "demand#demand-ai": "machine learning|training",
        "demand#demand-sustainability": "energy",
    },
    "Six steps to start with": {
        "start#start-foundations": "Arrays|linked lists|trees|graphs|operating system|network",
        "start#start-language": "Python|Java|JavaScript|Node.js|C#|.NET",
        "start#start-databases": "MySQL|PostgreSQL|SQLite|MongoDB|Cassandra|Redis|normalized",
        "start#start-apis": "RESTful|GraphQL",
        "start#start-servers": "Apache|Nginx|IIS|load",
        "start#start-frameworks": "Django|Flask|Express.js|Spring Boot",
    },
    "Thirteen technologies": {
        "skill-internet-basics": "DNS|HTTP|HTTPS|World Wide Web|Internet",
        "skill-languages": "JavaScript|Python|Java|Ruby|PHP|WordPress|Django|Flask",
        "skill-git-github": "Git|GitHub|review",
        "skill-relational-databases": "MySQL|PostgreSQL|Oracle|RDBMS|integrity",
        "skill-apis": "RESTful|GraphQL|document",
        "skill-api-security": "Authentication|Authorization|Encryption|Rate limiting|audits",
        "skill-software-design": "design patterns|architectural styles|principles",
        "skill-message-brokers": "RabbitMQ|Kafka|asynchronously|decoupled",
        "skill-containerization": "Docker|Kubernetes|isolated",
        "skill-nginx": "static files|reverse proxy|load balancing",
        "skill-graphql": "query language|REST|resolver",
        "skill-mongodb": "NoSQL|documents|JSON",
        "skill-firebase": "real-time databases|authentication|hosting|Start-ups",
    },
    "Ten companies": {
        "profile-google": "Mountain View, California|search|advertising|cloud",
        "profile-aws": "Seattle, Washington|Cloud computing",
        "profile-meta": "Facebook|Menlo Park, California|Social media|virtual reality",
        "profile-microsoft": "Redmond, Washington|Azure|Office 365",
        "profile-netflix": "Los Gatos, California|streaming",
        "profile-apple": "Cupertino, California|iCloud|Apple Music",
        "profile-spotify": "Sweden|Stockholm|podcast|recommendation",
        "profile-linkedin": "Sunnyvale, California|network",
        "profile-ibm": "Armonk, New York|consulting|artificial intelligence",
        "profile-salesforce": "San Francisco, California|CRM",
    },
    "Ten cities": {
        "profile-san-francisco": "United States|Silicon Valley|Google|Meta|Salesforce",
        "profile-seattle": "Amazon|Microsoft",
        "profile-new-york": "financ|media|health",
        "profile-london": "United Kingdom|financ",
        "profile-berlin": "Germany|start-up",
        "profile-toronto": "Canada",
        "profile-austin": "United States|music",
        "profile-singapore": "Asia",
        "profile-sydney": "Australia",
        "profile-bangalore": "India|start-ups|IT sector|Lower cost of living",
    },
    "Nine countries": {
        "profile-ireland": "Dublin|Google|Facebook|Amazon",
        "profile-estonia": "Tallinn|e-governance",
        "profile-finland": "Helsinki|social security",
        "profile-south-korea": "Seoul|Gaming|electronics",
        "profile-new-zealand": "Auckland|Wellington",
        "profile-united-arab-emirates": "Dubai|Abu Dhabi|tax",
        "profile-denmark": "Copenhagen|sustainability",
        "profile-norway": "Oslo|public services",
        "profile-france": "Paris",
    },
    "The academy": {
        "academy": "Fynd Academy|Java|Python|Node.js|Spring|Django|Express|portfolio|online|interviews|Community",
    },
    "Conclusion": {
        "conclusion": "2025|JavaScript|Python|Java|Node.js|Django|Spring Boot|DevOps|version control|testing",
    },
    "Six questions": {
        "faq-what-is-a-backend-developer": "server|database|application logic",
        "faq-prerequisites": "computer science|HTML|CSS|JavaScript|databases|APIs|Python|Java",
        "faq-languages": "JavaScript|Node.js|Python|Java|Ruby|PHP",
        "faq-frameworks": "Express.js|NestJS|Django|Flask|Spring Boot|Ruby on Rails|Laravel",
        "faq-databases": "relational|MySQL|PostgreSQL|MongoDB|Cassandra",
        "faq-version-control": "Git|history|integrity",
    },
}  # fmt: skip

PARTS = [(section, name) for section, names in SECTIONS.items() for name in names]


def plain(html: Content | str) -> str:
    return words_of(read(str(html)))


def text(book: Book, name: str) -> str:
    """The words that stand under an id."""
    chapters = {chapter.id: chapter for chapter in book.chapters()}
    name, _, section = name.partition("#")
    if section:
        root = parse(chapters[name].body.html)
        words: list[str] = []
        inside = False
        for element in root:
            if element.tag == "h2":
                inside = element.get("id") == section
            if inside:
                words.append(element.text_content())
        return " ".join(words)
    if name in chapters:
        return plain(chapters[name].body.html)
    kind, _, id = name.partition("-")
    if kind == "stage":
        assert book.roadmap is not None
        stage = next(s for s in book.roadmap.stages if s.id == id)
        record = (
            stage.title,
            *map(str, (stage.promise, *stage.objectives, *stage.topics, *stage.practice)),
        )
        return plain(" ".join((*record, chapters[stage.chapter].body.html)))
    if kind == "skill":
        skill = next(s for s in book.skills if s.id == id)
        return plain(f"{skill.name} {skill.summary} {skill.details}")
    if kind == "faq":
        question = next(q for q in book.questions if q.id == id)
        return plain(f"{question.question} {question.answer}")
    if kind == "data":
        table = next(t for t in book.tables if t.id == id)
        return " ".join(cell for row in table.rows for cell in row)
    profile = next(p for s in book.profiles for p in s.profiles if p.id == id)
    return plain(
        f"{profile.name} {profile.place} {profile.summary} {' '.join(v for _, v in profile.facts)}"
    )


def test_nothing_is_wrong_with_it(book: Book) -> None:
    """Neither an error nor a warning, of the rules for good cards either."""
    result = run("check", ROOT, "--strict")
    assert (result.status, result.out, result.err) == (0, "", "")
    assert book.id == "backend-developer"
    assert (book.edition, book.language) == ("2025.1", "en")


def test_sections_are_complete() -> None:
    """As many of each as the text counts."""
    counts = {section: len(names) for section, names in SECTIONS.items()}
    assert counts["Eight skills"] == 8
    assert counts["Roadmap of twelve stages"] == 12
    assert counts["Ten drivers of demand"] == counts["Ten companies"] == counts["Ten cities"] == 10
    assert (counts["Six steps to start with"], counts["Six questions"]) == (6, 6)
    assert (counts["Thirteen technologies"], counts["Nine countries"]) == (13, 9)


@pytest.mark.parametrize(("section", "name"), PARTS, ids=[name for _, name in PARTS])
def test_section_is_in_the_book(book: Book, section: str, name: str) -> None:
    """Under an id that references use, with its facts."""
    anchor = name.rpartition("#")[2]
    assert anchor in book.labels, section
    found = text(book, name).casefold()
    missing = [word for word in SECTIONS[section][name].split("|") if word.casefold() not in found]
    assert missing == [], section


def test_records_are_those_of_the_text(book: Book) -> None:
    """No more stages, skills or technologies than it names, in its order."""
    assert book.roadmap is not None
    assert [f"stage-{s.id}" for s in book.roadmap.stages] == list(
        SECTIONS["Roadmap of twelve stages"]
    )
    assert [f"skill-{s.id}" for s in book.skills if s.kind == "skill"] == list(
        SECTIONS["Eight skills"]
    )
    assert [f"skill-{s.id}" for s in book.skills if s.kind == "technology"] == list(
        SECTIONS["Thirteen technologies"]
    )
    sets = {s.id: [f"profile-{p.id}" for p in s.profiles] for s in book.profiles}
    assert sets["companies"] == list(SECTIONS["Ten companies"])
    assert sets["cities"] == list(SECTIONS["Ten cities"])
    assert sets["countries"] == list(SECTIONS["Nine countries"])


SALARIES: dict[str, tuple[list[str], list[tuple[str, ...]]]] = {
    "salaries-countries-usd": (
        ["", "USD a year"],
        [
            ("United States", "120,000"), ("Canada", "80,000"), ("United Kingdom", "75,000"),
            ("Germany", "70,000"), ("Australia", "85,000"), ("Switzerland", "115,000"), ("Sweden", "72,000"),
            ("Netherlands", "75,000"), ("Norway", "90,000"), ("Singapore", "95,000"),
        ],
    ),
    "salaries-india-inr": (
        ["", "INR a year"],
        [
            ("Bangalore", "1,200,000"), ("Mumbai", "1,100,000"), ("Delhi", "1,000,000"), ("Hyderabad", "950,000"),
            ("Pune", "900,000"), ("Chennai", "850,000"), ("Kolkata", "800,000"), ("Ahmedabad", "750,000"),
            ("Jaipur", "700,000"), ("Chandigarh", "650,000"),
        ],
    ),
    "salaries-countries-local": (
        ["", "USD a year", "", "a year"],
        [
            ("United States", "95,000", "USD", "95,000"), ("Canada", "75,000", "CAD", "100,000"),
            ("United Kingdom", "70,000", "GBP", "52,000"), ("Germany", "65,000", "EUR", "55,000"),
            ("Australia", "80,000", "AUD", "120,000"), ("India", "20,000", "INR", "1,600,000"),
            ("Brazil", "30,000", "BRL", "160,000"), ("Japan", "60,000", "JPY", "6,500,000"),
            ("South Africa", "35,000", "ZAR", "500,000"), ("China", "40,000", "CNY", "260,000"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SALARIES)
def test_every_salary(book: Book, name: str) -> None:
    """Figure by figure, with what they count, of when they are, where from, and how far to trust them."""
    table = next(t for t in book.tables if t.id == name)
    units, rows = SALARIES[name]
    assert [c.unit for c in table.columns] == units
    assert sorted(table.rows) == sorted(rows)
    assert table.as_of == "2025"
    assert "no survey" in table.source
    assert len(plain(table.note)) > 100
    assert 'class="ref"' in table.note.html


def test_contradictions_are_named(book: Book) -> None:
    """Two tables give the same country two salaries; each says so, with the figures of both."""
    notes = {t.id: plain(t.note) for t in book.tables}
    for name in ("salaries-countries-usd", "salaries-countries-local"):
        assert "120,000" in notes[name] or "95,000" in notes[name]
    assert "120,000" in notes["salaries-countries-local"]
    assert "1,600,000" in notes["salaries-india-inr"]


def test_profiles_say_what_is_known(book: Book) -> None:
    """At least two facts each, and of when they are and where from; what the text does not say is not made up."""
    for profiles in book.profiles:
        assert profiles.as_of == "2025"
        assert profiles.source
        assert all(len(profile.facts) >= 2 for profile in profiles.profiles)


def test_stages_are_ready_to_be_studied(book: Book) -> None:
    """Each has a promise, objectives, hours, topics, practice, and a chapter that teaches it."""
    assert book.roadmap is not None
    known: set[str] = set()
    for stage in book.roadmap.stages:
        assert stage.promise
        assert stage.hours
        for items in (stage.objectives, stage.topics, stage.practice):
            assert len(items) >= 2, stage.id
        assert stage.chapter == stage.id
        assert set(stage.needs) <= known, "a stage builds on earlier ones"
        known.add(stage.id)


def test_each_objective_and_topic_has_its_section(book: Book) -> None:
    """In the chapter of the stage."""
    assert book.roadmap is not None
    sections = {c.id: {h.anchor for h in c.headings} for c in book.chapters()}
    for stage in book.roadmap.stages:
        assert len(stage.objective_places) == len(stage.objectives) >= 3
        assert len(stage.topic_places) == len(stage.topics) >= 5
        assert {*stage.objective_places, *stage.topic_places} <= sections[stage.chapter], stage.id


def test_everything_is_asked(book: Book) -> None:
    """At least 550 cards, and one for each skill, stage, technology and question that is not kept out of the deck."""
    assert len(book.cards) >= 550
    stages, skills = {c.stage for c in book.cards}, {c.skill for c in book.cards}
    assert book.roadmap is not None
    assert {s.id for s in book.roadmap.stages} <= stages
    assert {s.id for s in book.skills} <= skills
    asked = {c.id for c in book.cards if c.origin == "faq"}
    guide = read_guide(ROOT).value
    assert guide is not None
    assert {f"faq-{q.id}" for q in guide.questions if q.card} <= asked
    assert set(SECTIONS["Six questions"]) <= asked
    assert {f"term-{t.id}" for t in book.terms} <= {c.id for c in book.cards}


def test_every_chapter_has_a_place_for_its_cards(book: Book) -> None:
    """No card of a record is left without a chapter that prints it."""
    assert [c.id for c in book.cards if not c.chapter] == []


def test_every_chapter_is_in_the_index(book: Book) -> None:
    """By entries of its own, besides those that records make."""
    assert [c.id for c in book.chapters() if c.number and not c.index] == []


def test_everything_is_printed(book: Book) -> None:
    """Each record has a label, which only a printed one has; and each image is used."""
    wanted = {f"skill-{s.id}" for s in book.skills} | {f"faq-{q.id}" for q in book.questions}
    wanted |= {f"term-{t.id}" for t in book.terms} | {f"data-{t.id}" for t in book.tables}
    wanted |= {f"profile-{p.id}" for s in book.profiles for p in s.profiles}
    assert wanted <= book.labels.keys()
    images = {p.relative_to(SOURCE).as_posix() for p in (SOURCE / "images").iterdir()}
    assert set(book.images) == images


def test_every_chapter_file_is_in_the_contents(book: Book) -> None:
    """None was forgotten."""
    files = {p.relative_to(ROOT).as_posix() for p in (SOURCE / "chapters").glob("*.md")}
    assert {c.file for c in book.chapters()} == files


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_names_no_host_and_no_machine(path: Path) -> None:
    """Addresses are those of licences, standards, makers' own documentation and examples; no machine's paths."""
    content = path.read_text()
    hosts = {urlsplit(url).hostname or "" for url in re.findall(r"https?://[^\s)>\"'`;]+", content)}
    allowed = re.compile(
        r"(.*\.)?example\.(org|com|net)|creativecommons\.org|www\.w3\.org|www\.rfc-editor\.org|app|"
        r"docs\.python\.org|git-scm\.com|www\.postgresql\.org|www\.sqlite\.org|spec\.openapis\.org|"
        r"flask\.palletsprojects\.com|(cheatsheetseries\.|www\.)?owasp\.org|pages\.nist\.gov|"
        r"openid\.net|127\.0\.0\.1"
    )
    assert not [host for host in hosts if not allowed.fullmatch(host)]
    assert not re.search(
        r"pypi|pythonhosted|npmjs|crates\.io|proxy\.golang|docker\.io|ghcr\.io", content
    )
    assert not re.search(r"(?<![\w.])/(home|root|Users|work|tmp)/|\b[A-Z]:\\\\", content)


@pytest.mark.skipif(not ORIGINALITY.exists(), reason="the tool is not beside the repository")
def test_sentences_are_its_own() -> None:
    """Facts were taken over from the text it grew from, sentences were not."""
    result = subprocess.run(
        [sys.executable, ORIGINALITY, SOURCE], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
