"""AnkiConnect without a desktop: its documented actions, over HTTP, on a real collection of the package `anki`.

https://git.sr.ht/~foosoft/anki-connect describes them. What Anki does is Anki's own code here too; what the
add-on does around it (the options of an import, a note that is updated field by field) is done as it does it.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import anki.collection  # noqa: F401  # before anki.cards: the two import each other
from anki.collection import (
    Collection,
    DeckIdLimit,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.scheduler.v3 import CardAnswer


class Actions:
    """The actions, named as the add-on names them."""

    def __init__(self, col: Collection, key: str | None = None) -> None:
        self.col = col
        self.key = key
        # Every action that was asked for, in order.
        self.log: list[str] = []
        # What is answered to everything, as by another program.
        self.reply: bytes | None = None

    def answer(self, request: dict[str, Any]) -> Any:
        """What the add-on replies to a request."""
        name = request.get("action", "")
        self.log.append(name)
        try:
            if request.get("key") != self.key:
                raise ValueError("valid api key must be provided")
            action = getattr(self, name, None)
            if action is None or name in ("answer", "col"):
                raise ValueError("unsupported action")
            result = action(**request.get("params", {}))
        except Exception as problem:
            return {"result": None, "error": str(problem)}
        # Before version 5 an answer has no frame.
        return {"result": result, "error": None} if request.get("version", 4) > 4 else result

    def version(self) -> int:
        return 6

    def multi(self, actions: list[dict[str, Any]]) -> list[Any]:
        return [self.answer(one) for one in actions]

    def deckNames(self) -> list[str]:
        return [deck.name for deck in self.col.decks.all_names_and_ids()]

    def getDecks(self, cards: list[int]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for card in cards:
            found.setdefault(self.col.decks.name(self.col.get_card(card).did), []).append(card)
        return found

    def changeDeck(self, cards: list[int], deck: str) -> None:
        self.col.set_deck(cards, self.col.decks.id(deck))

    def modelNamesAndIds(self) -> dict[str, int]:
        return {model.name: model.id for model in self.col.models.all_names_and_ids()}

    def _model(self, name: str) -> dict[str, Any]:
        model = self.col.models.by_name(name)
        if model is None:
            raise ValueError(f"model was not found: {name}")
        return model

    def modelFieldNames(self, modelName: str) -> list[str]:
        return [field["name"] for field in self._model(modelName)["flds"]]

    def modelFieldAdd(self, modelName: str, fieldName: str) -> None:
        model = self._model(modelName)
        self.col.models.add_field(model, self.col.models.new_field(fieldName))
        self.col.models.update_dict(model)

    def modelTemplates(self, modelName: str) -> dict[str, dict[str, str]]:
        return {
            t["name"]: {"Front": t["qfmt"], "Back": t["afmt"]}
            for t in self._model(modelName)["tmpls"]
        }

    def modelStyling(self, modelName: str) -> dict[str, str]:
        return {"css": self._model(modelName)["css"]}

    def updateModelTemplates(self, model: dict[str, Any]) -> None:
        own = self._model(model["name"])
        for template in own["tmpls"]:
            given = model["templates"].get(template["name"], {})
            template["qfmt"] = given.get("Front") or template["qfmt"]
            template["afmt"] = given.get("Back") or template["afmt"]
        self.col.models.update_dict(own)

    def updateModelStyling(self, model: dict[str, Any]) -> None:
        own = self._model(model["name"])
        own["css"] = model["css"]
        self.col.models.update_dict(own)

    def findNotes(self, query: str) -> list[int]:
        return list(self.col.find_notes(query))

    def notesInfo(self, notes: list[int]) -> list[dict[str, Any]]:
        found = []
        for id_ in notes:
            note = self.col.get_note(id_)
            fields = {
                name: {"value": value, "order": order}
                for order, (name, value) in enumerate(note.items())
            }
            model = note.note_type()
            assert model is not None
            found.append(
                {
                    "noteId": id_,
                    "tags": note.tags,
                    "fields": fields,
                    "modelName": model["name"],
                    "cards": list(note.card_ids()),
                }
            )
        return found

    def updateNoteFields(self, note: dict[str, Any]) -> None:
        own = self.col.get_note(note["id"])
        for name, value in note["fields"].items():
            if name in own:
                own[name] = value
        self.col.update_note(own)

    def addTags(self, notes: list[int], tags: str) -> None:
        self.col.tags.bulk_add(notes, tags)

    def removeTags(self, notes: list[int], tags: str) -> None:
        self.col.tags.bulk_remove(notes, tags)

    def deleteNotes(self, notes: list[int]) -> None:
        self.col.remove_notes(notes)

    def findCards(self, query: str) -> list[int]:
        return list(self.col.find_cards(query))

    def suspend(self, cards: list[int]) -> bool:
        return self.col.sched.suspend_cards(cards).count > 0

    def unsuspend(self, cards: list[int]) -> bool:
        self.col.sched.unsuspend_cards(cards)
        return True

    def cardsInfo(self, cards: list[int]) -> list[dict[str, Any]]:
        found = []
        for id_ in cards:
            card = self.col.get_card(id_)
            found.append(
                {
                    "cardId": id_,
                    "deckName": self.col.decks.name(card.did),
                    "interval": card.ivl,
                    "due": card.due,
                    "reps": card.reps,
                    "type": card.type,
                    "queue": card.queue,
                    "factor": card.factor,
                    "ord": card.ord,
                }
            )
        return found

    def setSpecificValueOfCard(
        self, card: int, keys: list[str], newValues: list[int], warning_check: bool = False
    ) -> list[bool]:
        assert warning_check
        changed = self.col.get_card(card)
        for key, value in zip(keys, newValues, strict=True):
            setattr(changed, key, value)
        self.col.update_card(changed)
        return [True for _ in keys]

    def answerCards(self, answers: list[dict[str, int]]) -> list[bool]:
        ratings = {1: CardAnswer.AGAIN, 2: CardAnswer.HARD, 3: CardAnswer.GOOD, 4: CardAnswer.EASY}
        for one in answers:
            card = self.col.get_card(one["cardId"])
            card.start_timer()
            states = self.col._backend.get_scheduling_states(card.id)
            self.col.sched.answer_card(
                self.col.sched.build_answer(card=card, states=states, rating=ratings[one["ease"]])
            )
        return [True for _ in answers]

    def getMediaFilesNames(self, pattern: str = "*") -> list[str]:
        return [path.name for path in Path(self.col.media.dir()).glob(pattern)]

    def retrieveMediaFile(self, filename: str) -> str | bool:
        path = Path(self.col.media.dir()) / Path(filename).name
        return base64.b64encode(path.read_bytes()).decode() if path.exists() else False

    def storeMediaFile(self, filename: str, data: str) -> str:
        self.col.media.trash_files([filename])
        return self.col.media.write_data(filename, base64.b64decode(data))

    def exportPackage(self, deck: str, path: str, includeSched: bool = False) -> bool:
        found = self.col.decks.by_name(deck)
        if found is None:
            return False
        options = ExportAnkiPackageOptions(
            with_scheduling=includeSched,
            with_deck_configs=includeSched,
            with_media=True,
            legacy=True,
        )
        self.col.export_anki_package(
            out_path=path, options=options, limit=DeckIdLimit(deck_id=found["id"])
        )
        return True

    def importPackage(self, path: str) -> bool:
        options = ImportAnkiPackageOptions(
            merge_notetypes=True, with_scheduling=True, with_deck_configs=True
        )
        self.col.import_anki_package(ImportAnkiPackageRequest(package_path=path, options=options))
        self.col.models._clear_cache()
        return True


@contextmanager
def serving(actions: Actions) -> Iterator[str]:
    """The address at which they are answered, one request at a time."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = json.loads(self.rfile.read(length))
            reply = actions.reply or json.dumps(actions.answer(request)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
