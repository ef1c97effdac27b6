"""How problems are shown: to people with an excerpt and a caret, to machines in their formats."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from guidepress import console
from guidepress.diagnostics import Diagnostic, Fix, Related, Severity, Span, error, warning

FORMS = ("json", "github", "sarif")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text(folder: Path, *problems: Diagnostic, form: str = "text") -> str:
    out = io.StringIO()
    console.print_diagnostics(problems, folder, form, out)
    return out.getvalue()


def excerpt(folder: Path, line: str, column: int, length: int = 1) -> list[str]:
    """The marked line and the line of carets below it."""
    (folder / "a.md").write_text(line + "\n")
    shown = text(folder, error("x-y", "m", Span("a.md", 1, column, length))).split("\n")
    return [shown[3], shown[4]]


def test_problem_as_a_compiler_shows_it(folder: Path) -> None:
    """Code and message, place, the line with a caret, what else is concerned, help, and a count."""
    (folder / "guide.yaml").write_text("id: g\n" * 8 + "title: A\nid: h\ntitel: B\n")
    problems = (
        warning(
            "file-unread", "`x.yaml` is not read", Span("x.yaml"), hints=("did you mean `y`?",)
        ),
        error(
            "yaml-duplicate-key",
            "the key `id` is repeated here",
            Span("guide.yaml", 10, 1, 2),
            hints=("keep one of the two", "and only one"),
            related=(
                Related(Span("guide.yaml", 1, 1, 2), "first here"),
                Related(Span("x.md"), "and there"),
            ),
        ),
        error("key-unknown", "unknown key `titel`", Span("guide.yaml", 11, 1, 5)),
        error("machine-broken", "no place at all"),
    )
    assert (
        text(folder, *problems)
        == """\
warning[file-unread]: `x.yaml` is not read
 --> x.yaml
  = help: did you mean `y`?

error[machine-broken]: no place at all

error[yaml-duplicate-key]: the key `id` is repeated here
  --> guide.yaml:10:1
   |
10 | id: h
   | ^^
  ::: guide.yaml:1:1
   |
 1 | id: g
   | ^^ first here
  ::: x.md
   | and there
   = help: keep one of the two
   = help: and only one

error[key-unknown]: unknown key `titel`
  --> guide.yaml:11:1
   |
11 | titel: B
   | ^^^^^

3 errors and 1 warning
"""
    )


@pytest.mark.parametrize(
    ("line", "column", "length", "shown", "carets"),
    [
        ("plain [x](y)", 7, 6, "plain [x](y)", "      ^^^^^^"),
        ("日本語 [x](y)", 5, 3, "日本語 [x](y)", "       ^^^"),
        ("日本語", 2, 1, "日本語", "  ^^"),
        ("😀 x", 3, 1, "😀 x", "   ^"),
        ("e\u0301le\u0301ve x", 7, 2, "e\u0301le\u0301ve x", "    ^^"),
        ("\tx\ty", 4, 1, "    x    y", "         ^"),
        ("\tx", 1, 1, "    x", "^^^^"),
        ("short", 6, 1, "short", "     ^"),
        ("short", 90, 3, "short", "     ^"),
        ("short", 3, 90, "short", "  ^^^"),
        ("short", 0, 0, "short", "^"),
        ("", 1, 1, "", "^"),
        ("שלום עולם", 6, 4, "שלום עולם", "     ^^^^"),
    ],
)
def test_caret_stands_under_its_words(
    folder: Path, line: str, column: int, length: int, shown: str, carets: str
) -> None:
    """Whatever the width of the characters before it, and wherever a span ends."""
    assert excerpt(folder, line, column, length) == [f"1 | {shown}", f"  | {carets}"]


def test_long_line_is_cropped_around_the_caret(folder: Path) -> None:
    """A paragraph on one line shows the words in question."""
    line = " ".join(f"word{n}" for n in range(1000))
    for word in ("word0 ", "word500", "word999"):
        shown, carets = excerpt(folder, line, line.index(word) + 1, len(word.strip()))
        start = carets.index("^")
        assert shown[start : start + len(word.strip())] == word.strip()
        assert len(shown) <= 124
    shown, carets = excerpt(folder, line, 1, len(line))
    assert len(carets) <= 124
    assert shown.endswith("…")


@pytest.mark.parametrize(
    "character", ["\x1b[31m", "\x07", "\x9b31m", "\x00", "\u202e", "\u2066", "\x7f", "\ud800"]
)
def test_nothing_in_the_source_reaches_the_terminal_as_a_command(
    folder: Path, character: str
) -> None:
    """Escape sequences, and characters that turn the order of letters, are replaced wherever they stand."""
    name = "a\x1b[2Jb\u202e.md"
    (folder / name).write_text(f"one {character} two\n", errors="surrogatepass")
    one = error(
        "x-y", f"message {character}", Span(name, 1, 5), hints=(f"hint {character}",),
        related=(Related(Span(name, 1, 1), f"related {character}"), Related(Span(name), f"no line {character}")),
    )  # fmt: skip
    for form in ("text", *FORMS):
        shown = text(folder, one, form=form)
        assert not [c for c in shown if not c.isprintable() and c != "\n"], form
    shown = (
        f"<U+{ord(character):04X}>" if character in "\u202e\u2066" else "\N{REPLACEMENT CHARACTER}"
    )
    assert f"message {shown}" in text(folder, one)


def test_line_break_in_a_message_starts_no_line(folder: Path) -> None:
    """A message is a line; one that a source made up cannot add annotations to a pull request."""
    one = error("x-y", "first\n::error::second", Span("a\n::error::b.md", 1))
    assert text(folder, one, form="github").count("\n") == 1
    assert "\n::error" not in text(folder, one)


def test_file_that_cannot_be_shown(folder: Path) -> None:
    """The place is named all the same: of a missing file, a folder, and a line behind the end."""
    (folder / "a.md").write_text("one\n")
    (folder / "dir").mkdir()
    for span in (
        Span("gone.md", 3, 2),
        Span("gone.md", 1),
        Span("dir", 1, 1),
        Span("a.md", 7, 1),
        Span("nul\0.md", 1),
    ):
        shown = text(folder, error("x-y", "m", span))
        assert shown.count("\n") == 4
        assert f":{span.line}:{span.column}\n" in shown


def test_excerpt_counts_lines_as_spans_do(folder: Path) -> None:
    """Byte order mark, and line ends of other systems."""
    for ends in ("\n", "\r\n", "\r"):
        (folder / "a.md").write_bytes(f"\ufeffone{ends}two{ends}".encode())
        assert "2 | two\n  | ^^^\n" in text(folder, error("x-y", "m", Span("a.md", 2, 1, 3)))
        assert "1 | one\n  | ^\n" in text(folder, error("x-y", "m", Span("a.md", 1, 1)))


def test_file_of_another_encoding_is_shown_as_far_as_it_goes(folder: Path) -> None:
    """The caret of an encoding error stands at the bad byte."""
    (folder / "a.md").write_bytes("café au lait\n".encode("latin-1"))
    assert "1 | caf\ufffd au lait\n  |    ^\n" in text(
        folder, error("x-y", "m", Span("a.md", 1, 4))
    )


def test_paths_start_where_the_user_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a terminal or an editor can open them."""
    (folder / "books/one/source").mkdir(parents=True)
    one = error("x-y", "m", Span("source/a.md"))
    assert "--> books/one/source/a.md\n" in text(folder / "books/one", one)
    monkeypatch.chdir(folder / "books/one")
    assert "--> source/a.md\n" in text(Path(), one)
    monkeypatch.chdir(folder / "books/one/source")
    assert "--> a.md\n" in text(folder / "books/one", one)
    monkeypatch.chdir("/")
    assert f"--> {folder.relative_to('/')}/books/one/source/a.md\n" in text(
        folder / "books/one", one
    )


def test_problems_are_ordered_and_told_once(folder: Path) -> None:
    """By file and line, whatever order they were found in."""
    problems = [error("x-y", f"{f}{n}", Span(f, n)) for f in ("b", "a") for n in (10, 2)]
    shown = text(folder, *problems, *problems)
    places = [line.split()[1] for line in shown.split("\n") if line.lstrip().startswith("-->")]
    assert places == ["a:2:1", "a:10:1", "b:2:1", "b:10:1"]
    assert shown.endswith("\n4 errors\n")


def test_one_cause_is_one_message(folder: Path) -> None:
    """With a count and the first three places; the same words for another reason are another message."""
    problems = [warning("x-y", "m", Span("a.md", n), hints=("h",)) for n in range(40, 0, -1)]
    other = warning("x-y", "m", Span("a.md", 7), hints=("another way out",))
    shown = text(folder, *problems, other)
    assert shown.count("warning[x-y]: m") == 2
    assert "warning[x-y]: m (40 places)\n" in shown
    first = shown.partition("\n\n")[0]
    assert re.findall(r"--> (\S+)", first) == ["a.md:1:1", "a.md:2:1", "a.md:3:1"]
    assert "help: there are 37 more; `--all` shows every one" in first
    assert shown.endswith("\n41 warnings\n")


def test_every_place_is_shown_on_demand(folder: Path) -> None:
    """`--all`: each problem by itself."""
    problems = [warning("x-y", "m", Span("a.md", n)) for n in range(1, 41)]
    out = io.StringIO()
    console.print_diagnostics(problems, folder, out=out, everything=True)
    assert len(re.findall(r"^ *--> a.md:\d+:1$", out.getvalue(), re.M)) == 40
    assert "--all" not in out.getvalue()


def test_few_messages_of_one_code_are_shown(folder: Path) -> None:
    """Three warnings and ten errors; how many more there are stands above the summary."""
    problems = [
        *(warning("w-w", f"m{n}", Span("a.md", n)) for n in range(1, 9)),
        *(error("e-e", f"m{n}", Span("a.md", n)) for n in range(1, 13)),
    ]
    shown = text(folder, *problems)
    assert re.findall(r"^(?:warning|error)\[.-.\]: (m\d+)$", shown, re.M) == [
        *("m1", "m2", "m3"), *(f"m{n}" for n in range(1, 11))
    ]  # fmt: skip
    assert shown.endswith(
        "5 more of warning[w-w]; `--all` shows every one\n\n"
        "2 more of error[e-e]; `--all` shows every one\n\n"
        "12 errors and 8 warnings\n"
    )


def test_errors_come_last(folder: Path) -> None:
    """Above the summary, where they are seen first."""
    problems = [
        error("x-y", "bad", Span("a.md", 1)),
        warning("x-y", "dubious", Span("b.md", 1)),
        Diagnostic("x-y", Severity.NOTE, "by the way", Span("c.md", 1)),
    ]
    shown = text(folder, *problems)
    assert re.findall(r"^(\w+)\[", shown, re.M) == ["warning", "note", "error"]
    for form in FORMS:
        assert text(folder, *problems, form=form).index("bad") < text(
            folder, *problems, form=form
        ).index("dubious")


def test_without_problems(folder: Path) -> None:
    """Silence for people, an empty list for machines."""
    assert text(folder) == ""
    assert text(folder, form="github") == ""
    assert json.loads(text(folder, form="json")) == {"diagnostics": []}
    assert json.loads(text(folder, form="sarif"))["runs"][0]["results"] == []


PROBLEM = Diagnostic(
    "reference-unknown", Severity.ERROR, "nothing is called `#é, 50%`", Span("source/a é,b.md", 3, 7, 4),
    ("did you mean `#x`?", "or not"), (Related(Span("source/b.md", 1, 2, 3), "first here"),),
)  # fmt: skip


def test_json(folder: Path) -> None:
    """Everything a diagnostic holds."""
    note = Diagnostic("some-note", Severity.NOTE, "by the way")
    assert json.loads(text(folder, PROBLEM, note, form="json")) == {
        "diagnostics": [
            {"code": "some-note", "severity": "note", "message": "by the way", "span": None, "hints": [],
             "related": [], "fix": None},
            {
                "code": "reference-unknown",
                "severity": "error",
                "message": "nothing is called `#é, 50%`",
                "span": {"file": "source/a é,b.md", "line": 3, "column": 7, "length": 4},
                "hints": ["did you mean `#x`?", "or not"],
                "related": [
                    {"message": "first here", "file": "source/b.md", "line": 1, "column": 2, "length": 3}
                ],
                "fix": None,
            },
        ]
    }  # fmt: skip


def test_github(folder: Path) -> None:
    """Workflow commands, their special characters escaped."""
    problems = (
        PROBLEM,
        warning("file-unread", "m", Span("x.yaml")),
        Diagnostic("some-note", Severity.NOTE, "by the way"),
    )
    assert text(folder, *problems, form="github").splitlines() == [
        "::notice title=some-note::by the way",
        "::error file=source/a é%2Cb.md,line=3,col=7,title=reference-unknown::"
        "nothing is called `#é, 50%25`; did you mean `#x`?; or not",
        "::warning file=x.yaml,title=file-unread::m",
    ]


def test_sarif(folder: Path) -> None:
    """SARIF 2.1.0: the required properties, places as URIs, columns in characters."""
    problems = (PROBLEM, warning("file-unread", "m", Span("x.yaml")), error("machine-broken", "m"))
    log = json.loads(text(folder, *problems, form="sarif"))
    check_sarif(log)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [r["id"] for r in run["tool"]["driver"]["rules"]] == [
        "file-unread", "machine-broken", "reference-unknown"
    ]  # fmt: skip
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("machine-broken", "error"), ("reference-unknown", "error"), ("file-unread", "warning")
    ]  # fmt: skip
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "source/a%20%C3%A9%2Cb.md"},
        "region": {"startLine": 3, "startColumn": 7, "endColumn": 11},
    }
    assert run["results"][1]["relatedLocations"][0]["message"] == {"text": "first here"}
    assert "region" not in run["results"][2]["locations"][0]["physicalLocation"]


FIXABLE = error(
    "card-id-missing", "m", Span("source/a.md", 2, 3, 7), fix=Fix(Span("source/a.md", 2, 10, 0), "\n  id: x")
)  # fmt: skip


def test_a_fix_is_data(folder: Path) -> None:
    """Machines get its place and its text; people read of the option that applies it."""
    (found,) = json.loads(text(folder, FIXABLE, form="json"))["diagnostics"]
    place = {"file": "source/a.md", "line": 2, "column": 10, "length": 0}
    assert found["fix"] == {**place, "text": "\n  id: x"}
    log = json.loads(text(folder, FIXABLE, PROBLEM, form="sarif"))
    check_sarif(log)
    other, fixable = log["runs"][0]["results"]
    assert "fixes" not in other
    assert fixable["fixes"] == [
        {
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "source/a.md"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 2, "startColumn": 10, "endColumn": 10},
                            "insertedContent": {"text": "\n  id: x"},
                        }
                    ],
                }
            ]
        }
    ]
    annotated = text(folder, FIXABLE, PROBLEM, form="github").splitlines()
    assert ["check --fix" in line for line in annotated] == [False, True]
    shown = text(folder, FIXABLE, PROBLEM)
    assert shown.endswith("\n2 errors; `guidepress check --fix` corrects 1\n")


def test_sarif_of_a_project_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that does not start where the user stands is a `file:` URI."""
    (folder / "a b").mkdir()
    (folder / "other").mkdir()
    monkeypatch.chdir(folder / "other")
    log = json.loads(text(folder / "a b", PROBLEM, form="sarif"))
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
        "uri"
    ]
    assert uri == f"file://{folder}/a%20b/source/a%20%C3%A9%2Cb.md"


def check_sarif(log: dict[str, Any]) -> None:
    """What the SARIF schema requires of the properties used here."""
    assert log["version"] == "2.1.0"
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert isinstance(driver["name"], str)
        rules = [rule["id"] for rule in driver["rules"]]
        assert len(rules) == len(set(rules))
        for result in run["results"]:
            assert isinstance(result["message"]["text"], str)
            assert result["ruleId"] in rules
            assert result["level"] in ("none", "note", "warning", "error")
            for location in (*result["locations"], *result["relatedLocations"]):
                physical = location["physicalLocation"]
                assert physical["artifactLocation"]["uri"]
                region = physical.get("region", {"startLine": 1, "startColumn": 1, "endColumn": 1})
                assert region["startLine"] >= 1
                assert region["endColumn"] >= region["startColumn"] >= 1


def test_output_that_holds_ascii_only(folder: Path) -> None:
    """A pipe with another encoding never ends a command."""
    for form in ("text", *FORMS):
        raw = io.BytesIO()
        out = io.TextIOWrapper(
            raw, encoding="ascii", errors="backslashreplace" if form == "text" else "strict"
        )
        console.print_diagnostics([PROBLEM], folder, form, out)
        out.flush()
        assert b"reference-unknown" in raw.getvalue()
    assert json.loads(raw.getvalue())


def test_progress_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each step, on standard error, however often it reports."""
    with console.reporter() as reporter:
        reporter.step("reading")
        for done in range(3):
            reporter.step("pressing", done, 3)
        reporter.step("writing")
    out, err = capsys.readouterr()
    assert (out, err.split("\n")) == ("", ["reading", "pressing", "writing", ""])


def test_results_and_complaints(capsys: pytest.CaptureFixture[str]) -> None:
    """Results go to standard output, complaints to standard error, without markup or commands."""
    console.say("build/[bold]handbook.pdf \udcff")
    console.complain("cannot read [red]x[/red] :smile: \x1b[2J")
    out, err = capsys.readouterr()
    assert out == "build/[bold]handbook.pdf \\udcff\n"
    assert err == "error: cannot read [red]x[/red] :smile: \ufffd[2J\n"


def terminal(code: str, *arguments: str | Path) -> str:
    """What a script writes to standard error when that is a terminal."""
    ours, theirs = pty.openpty()
    try:
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
        environment.pop("NO_COLOR", None)
        subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs, env=environment, check=True, timeout=60,
        )  # fmt: skip
        return os.read(ours, 100_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)


def test_terminal_shows_colours_and_obeys_nothing_in_the_source(folder: Path) -> None:
    """The only escape sequences are ours."""
    (folder / "a.md").write_text("one \x1b[2J two\n")
    code = (
        "import sys; from pathlib import Path; from guidepress import console\n"
        "from guidepress.diagnostics import error, Span\n"
        "console.print_diagnostics([error('x-y', 'm \\x1b[2J [bold]m[/bold]', Span('a.md', 1, 5))], Path(sys.argv[1]))"
    )
    shown = terminal(code, folder)
    assert "\x1b[1;31merror[x-y]" in shown
    assert "[bold]m[/bold]" in shown
    assert "\x1b[2J" not in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "\x1b" not in plain
    assert "one \ufffd[2J two\r\n" in plain


def test_progress_on_a_terminal(folder: Path) -> None:
    """A bar that counts, and is gone when the work is done."""
    code = (
        "import time; from guidepress import console\n"
        "with console.reporter() as reporter:\n"
        "    reporter.step('pressing', 1, 4); time.sleep(0.3)\n"
    )
    shown = terminal(code)
    assert "pressing" in shown
    assert "1/4" in shown
    assert shown.rstrip().endswith("\x1b[2K")


HIDING = "\u202e\u2066\u200b\u200f\u061c\u2028\ufeff\U000e0041"


def test_nothing_in_a_message_hides_or_turns_the_rest(folder: Path) -> None:
    """As text, for GitHub, as JSON and as SARIF; in the excerpt the caret stays where it belongs."""
    (folder / "a.md").write_text(f"if \u202e admin: x{HIDING}\n")
    problem = error("x-y", f"m{HIDING}", Span("a.md", 1, 6, 5), hints=(f"h{HIDING}",))
    for form in ("text", "github", "json", "sarif"):
        out = io.StringIO()
        console.print_diagnostics([problem], folder, form, out)
        assert not set(out.getvalue()) & set(HIDING), form
    out = io.StringIO()
    console.print_diagnostics([problem], folder, "text", out)
    line, caret = out.getvalue().splitlines()[3:5]
    assert line[caret.index("^") : caret.rindex("^") + 1] == "admin"
    assert "<U+202E>" in line


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("::error::x", "\\::error::x"),
        ("a\n  ::warning file=x::y\nb", "a\n  \\::warning file=x::y\nb"),
        ("x ##[command]y", "x \\##[command]y"),
        ("std::vector and \ta::b", "std::vector and \ta::b"),
        (
            "a\x1b[2Jb\x07 \u202ec",
            "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER} <U+202E>c",
        ),
        ("👩\N{ZERO WIDTH JOINER}💻", "👩<U+200D>💻"),
    ],
)
def test_a_result_is_obeyed_by_nobody(
    text: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    console.say(text)
    assert capsys.readouterr().out == f"{printed}\n"


def test_json_means_the_same_and_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"a": f"é\x7f{HIDING}", f"k{HIDING}": [1]}
    console.say_json(value)
    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert not set(out) & set(HIDING)
    assert "é" in out
