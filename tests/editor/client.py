"""An editor, as the server sees one: pygls's client over standard input and output, in a loop of its own thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import Awaitable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
# Seconds until the server must have answered; it takes a fraction of one, on a machine with nothing else to do.
PATIENCE = 60


class Editor:
    """Speaks with one server; texts are opened and edited as whole texts, and problems kept as they are published."""

    def __init__(self, cache: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = LanguageClient("test", "1")
        self._news = threading.Condition()
        self.published: dict[str, lsp.PublishDiagnosticsParams] = {}
        self._versions: dict[Path, int] = {}
        self.texts: dict[Path, str] = {}

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def take(params: lsp.PublishDiagnosticsParams) -> None:
            with self._news:
                self.published[params.uri] = params
                self._news.notify_all()

        command = (sys.executable, "-m", "guidepress", "lsp")
        environment = {**os.environ, "GUIDEPRESS_CACHE": str(cache)}
        self.await_(self.client.start_io(*command, env=environment))
        wanted = lsp.InitializeParams(capabilities=lsp.ClientCapabilities())
        self.server = self.await_(self.client.initialize_async(wanted))
        self.client.initialized(lsp.InitializedParams())

    def await_(self, answer: Awaitable[T]) -> T:
        async def wait() -> T:
            return await asyncio.wait_for(answer, PATIENCE)

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result()

    def close(self) -> int:
        """Say goodbye; the exit status of the server."""
        self.await_(self.client.shutdown_async(None))
        process = self.client._server
        assert process is not None
        self._loop.call_soon_threadsafe(self.client.exit, None)
        status = self.await_(process.wait())
        with contextlib.suppress(Exception):
            self.await_(self.client.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        return status

    def notify(self, send: Any, params: Any) -> None:
        self._loop.call_soon_threadsafe(send, params)

    def type(self, path: Path, text: str) -> list[lsp.Diagnostic]:
        """Have a text in the editor, opened or changed; the problems of that version of it."""
        self.send(path, text)
        return self.problems(path, self.version(path))

    def version(self, path: Path) -> int:
        """The version of a text in the editor."""
        return self._versions[path]

    def send(self, path: Path, text: str) -> None:
        """Have a text in the editor, opened or changed, and wait for nothing."""
        version = self._versions[path] = self._versions.get(path, 0) + 1
        uri = path.as_uri()
        if path in self.texts:
            identifier = lsp.VersionedTextDocumentIdentifier(version=version, uri=uri)
            change = lsp.TextDocumentContentChangeWholeDocument(text)
            self.notify(
                self.client.text_document_did_change,
                lsp.DidChangeTextDocumentParams(identifier, [change]),
            )
        else:
            item = lsp.TextDocumentItem(uri, "markdown", version, text)
            self.notify(self.client.text_document_did_open, lsp.DidOpenTextDocumentParams(item))
        self.texts[path] = text

    def open(self, path: Path) -> list[lsp.Diagnostic]:
        """Open a file as it is."""
        return self.type(path, path.read_bytes().decode())

    def save(self, path: Path) -> None:
        """Tell that a file was saved."""
        identifier = lsp.TextDocumentIdentifier(path.as_uri())
        self.notify(self.client.text_document_did_save, lsp.DidSaveTextDocumentParams(identifier))

    def shut(self, path: Path) -> None:
        """Close a text without saving it."""
        del self.texts[path]
        identifier = lsp.TextDocumentIdentifier(path.as_uri())
        self.notify(self.client.text_document_did_close, lsp.DidCloseTextDocumentParams(identifier))

    def problems(self, path: Path, version: int | None = None) -> list[lsp.Diagnostic]:
        """The problems of a file, once the server has those of a version (None: as it is saved)."""
        uri, end = path.as_uri(), time.monotonic() + PATIENCE
        with self._news:
            while (found := self.published.get(uri)) is None or found.version != version:
                left = end - time.monotonic()
                assert left > 0, f"no problems of {uri} in version {version}"
                self._news.wait(left)
            return list(found.diagnostics)

    def at(self, path: Path, marked: str) -> tuple[lsp.TextDocumentIdentifier, lsp.Position]:
        """The place of the `‸` in some words of a text."""
        words = marked.replace("‸", "")
        text = self.texts[path]
        assert text.count(words) == 1, f"{words!r} stands {text.count(words)} times in {path.name}"
        before = text[: text.index(words) + marked.index("‸")]
        line = before.rsplit("\n", 1)[-1]
        position = lsp.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)
        return lsp.TextDocumentIdentifier(path.as_uri()), position

    def complete(self, path: Path, marked: str) -> Mapping[str, lsp.CompletionItem]:
        found = self.await_(
            self.client.text_document_completion_async(lsp.CompletionParams(*self.at(path, marked)))
        )
        assert isinstance(found, lsp.CompletionList)
        return {item.label: item for item in found.items}

    def hover(self, path: Path, marked: str) -> str:
        found = self.await_(
            self.client.text_document_hover_async(lsp.HoverParams(*self.at(path, marked)))
        )
        if found is None:
            return ""
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value

    def definition(self, path: Path, marked: str) -> tuple[str, int] | None:
        """The file's name and the line, from 1."""
        found = self.await_(
            self.client.text_document_definition_async(lsp.DefinitionParams(*self.at(path, marked)))
        )
        if found is None:
            return None
        assert isinstance(found, lsp.Location)
        return found.uri.rpartition("/")[2], found.range.start.line + 1

    def rename(self, path: Path, marked: str, new: str) -> Mapping[str, list[lsp.TextEdit]]:
        """The edits by the name of the file."""
        document, position = self.at(path, marked)
        found = self.await_(
            self.client.text_document_rename_async(lsp.RenameParams(document, position, new))
        )
        assert found is not None
        return edits_of(found)

    def renamable(self, path: Path, marked: str) -> str | None:
        found = self.await_(
            self.client.text_document_prepare_rename_async(
                lsp.PrepareRenameParams(*self.at(path, marked))
            )
        )
        assert found is None or isinstance(found, lsp.PrepareRenamePlaceholder)
        return found.placeholder if found else None

    def fixes(self, path: Path, only: str | None = None) -> list[lsp.CodeAction]:
        """The code actions of a whole text."""
        everything = lsp.Range(lsp.Position(0, 0), lsp.Position(10_000, 0))
        context = lsp.CodeActionContext([], [only] if only else None)
        found = self.await_(
            self.client.text_document_code_action_async(
                lsp.CodeActionParams(lsp.TextDocumentIdentifier(path.as_uri()), everything, context)
            )
        )
        return [one for one in found or () if isinstance(one, lsp.CodeAction)]


def edits_of(edit: lsp.WorkspaceEdit) -> Mapping[str, list[lsp.TextEdit]]:
    found = {}
    for change in edit.document_changes or ():
        assert isinstance(change, lsp.TextDocumentEdit)
        own = [one for one in change.edits if isinstance(one, lsp.TextEdit)]
        found[change.text_document.uri.rpartition("/")[2]] = own
    return found


def applied(text: str, edits: list[lsp.TextEdit]) -> str:
    """A text after edits, as an editor applies them."""
    lines = text.split("\n")
    for edit in sorted(
        edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True
    ):
        start, end = edit.range.start, edit.range.end
        assert start.line == end.line
        units = lines[start.line].encode("utf-16-le")
        new = edit.new_text.encode("utf-16-le")
        lines[start.line] = (
            units[: start.character * 2] + new + units[end.character * 2 :]
        ).decode("utf-16-le")
    return "\n".join(lines)


@contextlib.contextmanager
def editor(cache: Path) -> Iterator[Editor]:
    """An editor with a server of its own, which must leave in order."""
    made = Editor(cache)
    try:
        yield made
    except BaseException:
        made.close()
        raise
    assert made.close() == 0
