"""The invariants of docs/architecture.md that concern the code itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from guidepress.lint.rules import RULES
from guidepress.model.kinds import KINDS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "guidepress"

ROWS = {
    "content": 0, "diagnostics": 0, "model": 0, "source": 0, "words": 0,
    "markdown": 1, "book": 1, "card_kinds": 1, "lint": 1,
    "layouts": 2, "lengths": 2, "pdf": 2, "maths": 2, "artifacts": 2, "cache": 2, "memory": 2, "garbage": 2,
    "scratch": 2, "confinement": 2, "product": 2,
    "handbook": 3, "deck": 3, "cards": 3, "web": 3,
    "build": 4, "scaffold": 4, "schema": 4, "conversions": 4, "up_to_date": 4, "fixes": 4,
    "products": 4, "history": 4, "git": 4, "lockfile": 4, "copies": 4, "catalogue": 4, "release": 4,
    "feedback": 4, "known_pages": 4, "suggestions": 4, "exporting": 4, "every_edition": 4,
    "translating": 4, "preview": 4, "watching": 4, "editor": 4,
    "po": 4, "push": 4, "daemon": 4, "living": 4,
    "cli": 5, "console": 5, "__main__": 5, "__init__": 0,
}  # fmt: skip
# `build` names the shape of what it tells its progress to; it prints nothing.
ALLOWED = {(name, "console") for name in ("build", "release", "every_edition", "daemon")}

FILES = sorted(PACKAGE.rglob("*.py"))


def module(path: Path) -> str:
    name = path.relative_to(PACKAGE.parent).with_suffix("").as_posix().replace("/", ".")
    return name.removesuffix(".__init__")


def top(name: str) -> str:
    """`guidepress.deck.lock` -> `deck`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def read(path: Path) -> tuple[frozenset[str], bool]:
    """The modules of guidepress that a file imports, inside functions too, and whether it calls `print`."""
    found: set[str] = set()
    prints = False
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call):
            prints |= getattr(node.func, "id", "") == "print"
    return frozenset(found & MODULES - {"guidepress"}), prints


def imports(path: Path) -> frozenset[str]:
    """Modules of guidepress that a file imports."""
    return read(path)[0]


MODULES = {module(file) for file in FILES}


def test_every_module_has_a_row() -> None:
    """A new top-level module must be put into the picture."""
    assert {top(module(path)) for path in FILES} <= set(ROWS)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_imports_go_downwards(path: Path) -> None:
    """A module imports from its own row or lower ones, and no pipeline imports another."""
    here = top(module(path))
    for name in imports(path):
        there = top(name)
        if (here, there) in ALLOWED:
            continue
        assert ROWS[there] <= ROWS[here], f"{here} imports {name}"
        if here != there and ROWS[here] == 3:
            assert ROWS[there] != 3, f"the pipeline {here} imports {name}"


def test_no_cycles() -> None:
    """Modules form no circle; `TopologicalSorter` raises on one."""
    graph = {
        module(path): {i for i in imports(path) if i != module(path)}
        for path in FILES
        if path.name != "__init__.py"
    }
    tuple(TopologicalSorter(graph).static_order())


def test_one_door_to_weasyprint() -> None:
    """Only `pdf/` imports WeasyPrint, `deck/` genanki, `maths.engine` ziamath; `anki` is never needed to build."""
    for path in FILES:
        text = path.read_text()
        if re.search(r"^\s*(import|from) (weasyprint|pydyf)", text, re.MULTILINE):
            assert top(module(path)) == "pdf", path
        if re.search(r"^\s*(import|from) genanki", text, re.MULTILINE):
            assert top(module(path)) == "deck", path
        if re.search(r"^\s*(import|from) (ziamath|ziafont|latex2mathml)", text, re.MULTILINE):
            assert module(path) == "guidepress.maths.engine", path
        if re.search(r"^\s*(import|from) anki\b", text, re.MULTILINE):
            assert path.name == "verify.py", path


def test_only_console_prints() -> None:
    """`print` stands in console.py only; everything else returns what it has to say."""
    for path in FILES:
        assert not read(path)[1] or path.name == "console.py", path


def test_only_artifacts_writes() -> None:
    """No other module writes files of a project (cache, temporary folders and sockets are not of it)."""
    writing = re.compile(
        r"\.write_(text|bytes)\(|os\.replace\(|\.rename\(|open\([^)]*[\"'][wax]b?[\"']"
    )
    for path in FILES:
        if top(module(path)) not in ("artifacts", "cache", "daemon", "pdf"):
            assert not writing.search(path.read_text()), path


def test_names_say_what_a_module_is_about() -> None:
    """No utils, helpers, managers, processors."""
    vague = re.compile(r"(util|helper|manager|processor|common|misc)s?$")
    assert not [path for path in FILES if vague.search(path.stem)]


def test_book_knows_neither_pages_nor_anki() -> None:
    """The Book's own modules speak of no folio, no note type, no GUID."""
    for path in (PACKAGE / "book").rglob("*.py"):
        code = re.sub(r'""".*?"""|#.*', "", path.read_text(), flags=re.DOTALL)
        assert not re.search(
            r"\b(folio|guid|anki|genanki|pt|recto|verso)\b", code, re.IGNORECASE
        ), path


def test_reading_a_guide_needs_no_engine() -> None:
    """`check` starts fast: neither WeasyPrint nor genanki is imported for it."""
    code = (
        "import sys; import guidepress.cli, guidepress.source, guidepress.book.compiler;"
        "print([m for m in ('weasyprint', 'genanki', 'pikepdf', 'ziamath', 'pylatexenc') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_workers_load_what_they_run() -> None:
    """Every worker holds what is imported for it, and a build waits for that: nothing of guides, layouts or decks."""
    code = (
        "import sys; from importlib import import_module; from guidepress.cli import WORK;"
        "[import_module(name) for name in (*WORK, 'guidepress.pdf.engine')];"
        "own = {name.split('.')[1] for name in sys.modules if name.startswith('guidepress.')};"
        "print(own | ({'pydantic', 'markdown', 'jinja2', 'yaml', 'genanki'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(ast.literal_eval(result.stdout))
    # The first row is what the command line itself has loaded.
    assert loaded <= {"cli", "console", "artifacts", "cache", "up_to_date", "diagnostics", "source", "products"} | {
        "pdf", "scratch", "garbage", "handbook", "cards",
    }  # fmt: skip


def test_every_named_test_exists() -> None:
    """docs/architecture.md names only tests that are there."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`(tests/[\w/.]+)`", text))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_dependency_is_explained() -> None:
    """docs/architecture.md says why each dependency is there."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "docs" / "architecture.md").read_text()
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=~!\[; ]", requirement)[0]
        known = "fontpkg-*" if name.startswith("fontpkg") else name
        assert known in text, name


# Functions that make a diagnostic, with where in their arguments its code stands.
_MAKERS = {"error": 0, "warning": 0, "Diagnostic": 0, "Fault": 0}
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
# Codes that are made up of parts, by what is written where they are made -> every code that this can be.
_MADE_UP: dict[str, set[str]] = {
    "printing.code": {p.code for kind in KINDS.values() for p in kind.blocks if p.code},
    "rule.code": set(RULES),
    "fault.code": set(),  # where faults are made, they are given
    "f'deck-template-{kind}'": {"deck-template-field", "deck-template-word"},
    # docs/diagnostics.md has them once for both products, and tests/test_diagnostics.py knows them all.
    "f'handbook-{finding.code}'": set(),
    "f'handbook-{problem.kind}'": set(),
    "f'cards-{finding.code}'": set(),
    # Read from a note of an earlier build, as it was found then.
    "data['code']": set(),
}


def _given(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument of a call, by its position or its name."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return named[0] if named else call.args[position] if position < len(call.args) else None


def _options(node: ast.expr, function: ast.FunctionDef | None) -> list[ast.expr]:
    """What an expression can be: both sides of a condition, and what a local name is set to, in a row or in a loop."""
    if isinstance(node, ast.IfExp):
        return [*_options(node.body, function), *_options(node.orelse, function)]
    if isinstance(node, ast.Name) and function is not None:
        values = [
            one.value
            for one in ast.walk(function)
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id
        ]
        for one in ast.walk(function):
            if isinstance(one, ast.For) and isinstance(one.iter, ast.Tuple | ast.List):
                values += _looped(one.target, one.iter, node.id)
        return [option for value in values for option in _options(value, function)] or [node]
    return [node]


def _looped(target: ast.expr, rows: ast.Tuple | ast.List, name: str) -> list[ast.expr]:
    """What a name is in turn, in a loop over what is written out."""
    if isinstance(target, ast.Name) and target.id == name:
        return rows.elts
    names = [ast.unparse(one) for one in target.elts] if isinstance(target, ast.Tuple) else []
    at = names.index(name) if name in names else None
    return [] if at is None else [r.elts[at] for r in rows.elts if isinstance(r, ast.Tuple)]


def _functions(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    """Every call with the innermost function that it stands in."""
    todo: list[tuple[ast.AST, ast.FunctionDef | None]] = [(tree, None)]
    while todo:
        node, function = todo.pop()
        if isinstance(node, ast.Call):
            yield node, function
        inside = node if isinstance(node, ast.FunctionDef) else function
        todo += [(child, inside) for child in ast.iter_child_nodes(node)]


def codes(files: Iterable[Path] = FILES) -> set[str]:
    """Every code that some module can give. Fails where one cannot be read from the code or `_MADE_UP`.

    A function that hands its parameter on as a code makes diagnostics too, for those of its file that call it.
    """
    found: set[str] = set()
    for path in files:
        if path.name == "diagnostics.py":
            continue
        calls = [
            (ast.unparse(call.func).removeprefix("self."), call, function)
            for call, function in _functions(ast.parse(path.read_text()))
        ]
        makers, seen = dict(_MAKERS), -1
        # A reporter is one maker or the other.
        makers |= {"report": 0} if any(map(_chooses, {f for *_, f in calls})) else {}
        while seen != len(makers):
            seen = len(makers)
            for name, call, function in calls:
                code = None
                if name in makers:
                    code = _given(call, makers[name], "code")
                elif name == "replace":
                    code = _given(call, len(call.args), "code")
                for option in _options(code, function) if code is not None else ():
                    parameters = [a.arg for a in function.args.args] if function else []
                    if isinstance(option, ast.Constant):
                        assert _CODE.fullmatch(option.value), f"{path}: {option.value}"
                        found.add(option.value)
                    elif function and ast.unparse(option) in parameters:
                        at = parameters.index(ast.unparse(option))
                        makers[function.name] = at - (parameters[0] == "self")
                    else:
                        assert ast.unparse(option) in _MADE_UP, f"{path}: {ast.unparse(option)}"
                        found |= _MADE_UP[ast.unparse(option)]
    return found


def _chooses(function: ast.FunctionDef | None) -> bool:
    """Whether a function has a local `report` that is `error` or `warning`."""
    return function is not None and any(
        ast.unparse(one.targets[0]) == "report" for one in ast.walk(function) if isinstance(one, ast.Assign)
    )  # fmt: skip


def test_every_code_is_documented() -> None:
    """docs/diagnostics.md has a row for every code and for no other; its tables are in alphabetical order."""
    text = (ROOT / "docs/diagnostics.md").read_text()
    tables = [
        re.findall(r"^\| `([a-z0-9-]+)` \|", part, re.MULTILINE)
        for part in text.split("|---|---|---|")
    ]
    documented = [code for table in tables for code in table]
    assert len(documented) == len(set(documented))
    assert all(table == sorted(table) for table in tables)
    assert codes() == set(documented)


def test_codes_are_seen_however_they_are_made(tmp_path: Path) -> None:
    """Given as it is, by a function in between, one of two, or by a block's name; and what cannot be seen fails."""
    path = tmp_path / "some.py"
    path.write_text(
        """
def find(bad):
    code = "one-a" if bad else "one-b"
    yield error(code, "m")
    yield _late("m", "two-a")
    yield self._fail("three-a", "m")
    yield replace(problem, code="four-a")
    report = error if bad else warning
    yield report("five-a", "m")
    for what, name in (("x", "six-a"), ("y", "six-b")):
        yield error(name, what)
    yield error(printing.code, "m")

def _late(message, code):
    return Diagnostic(code, Severity.NOTE, message)

class Reporter:
    def _fail(self, code, message):
        return warning(code=code, message=message)
"""
    )
    seen = codes([path])
    assert {"one-a", "one-b", "two-a", "three-a", "four-a", "five-a", "six-a", "six-b"} <= seen
    assert {"stage-unknown", "data-unknown", "profiles-unknown", "skills-unknown"} <= seen
    path.write_text("error(f'{block}-unknown', 'm')")
    with pytest.raises(AssertionError, match="block"):
        codes([path])


# What English says otherwise: depends on, permanently, fix or recover, relative to, reported.
_UNIDIOMATIC = re.compile(
    r"\bhangs? on\b|\bfor ever\b|\bmend(s|ed|ing)?\b|\bseen from the\b|\bis told\b", re.IGNORECASE
)


def test_names_docs_and_messages_are_plain_english() -> None:
    """Words that crept into docstrings, messages and docs before do not come back."""
    docs = (ROOT / "docs").glob("*.md")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (*FILES, *docs, ROOT / "README.md")
        for match in _UNIDIOMATIC.finditer(path.read_text())
    ]
    assert not found
