"""A deck of many cards, pressed by guidepress and written by bare genanki: time and memory of both.

    python bench/deck.py [CARDS]        100000 by default

Each side runs in a process of its own and has its input ready before the clock starts: guidepress a Book,
genanki the very field values and tags that guidepress arrived at. Seconds are of the processor (user and
system), memory is the peak of the whole process with its input.
"""

from __future__ import annotations

import json
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

LIMITS = {"seconds": 1.2, "megabytes": 1.25}  # times bare genanki
CHAPTERS = 50


def _clock() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _report(seconds: float, **more: object) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, **more}))


def guidepress(count: int, folder: Path) -> None:
    """Press a book of `count` cards: questions with and without references, and clozes."""
    from tests.deck.books import FIRST, basic, book, chapter, cloze, part, templates

    from guidepress.deck.press import consumed, press

    chapters = [chapter(f"c{n}", str(n + 1), f"Chapter {n}") for n in range(CHAPTERS)]
    parts = tuple(part(f"p{n}", *chapters[n : n + 10]) for n in range(0, CHAPTERS, 10))
    cards = []
    for n in range(count):
        place = {"chapter": chapters[n * CHAPTERS // count].id}
        if n % 4 == 0:
            text = f"Server {n} keeps no [[session state {n}]] between its [[requests]]."
            cards.append(cloze(f"card-{n}", text, **place))
        elif n % 4 == 1:
            front = f'<p>What does the method {n} of <a class="ref" href="#x">HTTP</a> do?</p>'
            back = f"<p>It sends the <code>header-{n}</code> once more.</p>"
            cards.append(basic(f"card-{n}", front=front, back=back, tags=("http",), **place))
        else:
            front = f"<p>What is the answer to question number {n} of this guide?</p>"
            back = f"<p>The answer is {n}, which is one more than {n - 1}.</p>"
            extra = "<p>A line of extra words.</p>"
            cards.append(basic(f"card-{n}", front=front, back=back, extra=extra, **place))
    # As in `build --only deck`, where nothing else wants the cards.
    made, look = book(parts=parts, back=()), templates()
    start = _clock()
    deck = press(made, None, look, released=FIRST, cards=consumed(cards)).value
    assert deck is not None
    shutil.move(deck.package, folder / "ours.apkg")
    shutil.move(deck.lock_path, folder / "deck.lock")
    size, lock = ((folder / name).stat().st_size for name in ("ours.apkg", "deck.lock"))
    _report(_clock() - start, cards=deck.cards, bytes=size, lock=lock)


def prepare(count: int, folder: Path) -> None:
    """Read back what guidepress wrote, for genanki to write again."""
    from guidepress.deck.packed import read_apkg

    contents = read_apkg((folder / "ours.apkg").read_bytes()).value
    assert contents is not None
    notes = [
        (n.guid, n.type.id, list(n.values), list(n.tags), n.deck) for n in contents.notes.values()
    ]
    models = {id_: json.loads(t.json) for id_, t in contents.types.items()}
    for model in models.values():
        for template in model["tmpls"]:  # genanki does not understand the gate of withdrawn cards
            front = template["qfmt"].removeprefix("{{^Withdrawn}}")
            template["qfmt"] = front.partition("{{/Withdrawn}}")[0]
    (folder / "notes.pickle").write_bytes(pickle.dumps((notes, models)))


def genanki(count: int, folder: Path) -> None:
    """Write the same notes with genanki as its manual does."""
    import genanki

    notes, models = pickle.loads((folder / "notes.pickle").read_bytes())
    start = _clock()
    types = {
        id_: genanki.Model(
            id_, m["name"], fields=[{"name": f["name"]} for f in m["flds"]], css=m["css"],
            templates=[{k: t[k] for k in ("name", "qfmt", "afmt")} for t in m["tmpls"]],
            model_type=m["type"],
        )
        for id_, m in models.items()
    }  # fmt: skip
    decks: dict[str, genanki.Deck] = {}
    for guid, type_, fields, tags, name in notes:
        deck = decks.setdefault(name, genanki.Deck(10**12 + len(decks), name))
        deck.add_note(genanki.Note(model=types[type_], fields=fields, tags=tags, guid=guid))
    genanki.Package(list(decks.values())).write_to_file(folder / "bare.apkg", timestamp=time.time())
    _report(_clock() - start, bytes=(folder / "bare.apkg").stat().st_size)


def main() -> None:
    if len(sys.argv) == 4:
        globals()[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
        return
    count = sys.argv[1] if len(sys.argv) > 1 else "100000"
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for step in ("guidepress", "prepare", "genanki"):
            command = [sys.executable, __file__, step, count, folder]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            if out:
                found[step] = json.loads(out)
                print(f"{step:12}", out.strip())
    ours, bare = found["guidepress"], found["genanki"]
    ratios = {what: ours[what] / bare[what] for what in LIMITS}
    print(*(f"{what}: {ratio:.2f} times genanki" for what, ratio in ratios.items()), sep="\n")
    sys.exit(any(ratio > LIMITS[what] for what, ratio in ratios.items()))


if __name__ == "__main__":
    main()
