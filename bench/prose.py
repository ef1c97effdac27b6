"""Words, sentences and code that read like a technical book, from a random generator that the caller seeds."""

from __future__ import annotations

from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _words(
    "request response server client cache queue index table query row column schema session token header "
    "message worker process thread lock log metric alert container image volume network port socket stream "
    "buffer record key value document field type function module package library test fixture branch commit "
    "release pipeline stage cluster node replica leader partition transaction snapshot backup policy role "
    "permission account address handler router middleware template schedule timeout"
)
VERBS = _words(
    "reads writes opens closes keeps drops sends receives checks stores copies moves counts sorts merges "
    "splits blocks wakes starts stops retries compares encodes decodes signs verifies limits balances "
    "replaces describes measures records forwards rejects accepts locks releases names follows updates"
)
ADJECTIVES = _words(
    "small large slow fast empty shared private public remote local persistent temporary stateless idle busy "
    "consistent atomic ordered random compressed encrypted nested flat optional required common rare early "
    "late durable immutable portable reliable concurrent sequential typical hidden explicit"
)
PLACES = _words("in behind before after between beside with without for near within across")
TURNS = (
    "",
    "",
    ", and nothing else changes",
    ", which is what most readers expect",
    ", although it costs a little memory",
    ", so the next one need not wait",
    " unless the configuration says otherwise",
    " as soon as there is room for it",
    ", even when the network is slow",
    "; that rule has few exceptions",
)  # fmt: skip

_LISTINGS = {
    "python": (
        'def {verb}_{a}({b}: str, limit: int = {n}) -> list[str]:\n    """Return every {a} of a {b}."""',
        '    {a}s = [item for item in load("{b}") if item.size < {n}]',
        "    for number, {a} in enumerate({a}s, start=1):",
        '        if {a}.{b} is None or {a}.name == "{c}":  # the {c} is not ready',
        "            continue",
        '        log.info("{a} %d of %d", number, len({a}s))',
        '    with open("{c}.json", encoding="utf-8") as file:',
        "        {b} = json.load(file)",
        "    return sorted({a}s, key=lambda item: (-item.{b}, item.name))[:limit]",
    ),
    "sql": (
        "SELECT {a}.id, {a}.name, count(*) AS {b}s",
        "FROM {a}s AS {a}\nJOIN {b}s AS {b} ON {b}.{a}_id = {a}.id  -- one {b} each",
        "WHERE {b}.created > '2025-01-{n}' AND {a}.state = 'open'",
        "GROUP BY {a}.id, {a}.name\nHAVING count(*) > {n}",
        "ORDER BY {b}s DESC\nLIMIT {n};",
        "CREATE INDEX {a}_by_{b} ON {a}s ({b}_id, created);",
    ),
    "bash": (
        "#!/bin/sh\nset -eu  # stop at the first {a}",
        "for {a} in $(ls {b}s | head -n {n}); do",
        '  {c}ctl {verb} --{a} "${a}" --limit {n} > "{b}-${a}.log"',
        "done\ncurl --silent --header 'Accept: application/json' http://localhost:80{n}/{a}s",
        "grep -c '{b}' *.log | sort -t: -k2 -n | tail -n {n}",
    ),
    "json": (
        '{{\n  "{a}": "{b}-{n}",',
        '  "{b}s": [{n}, true, null, "{c}"],',
        '  "{c}": {{"name": "{a}", "size": {n}, "{verb}": false}},',
        '  "limit": {n}\n}}',
    ),
}  # fmt: skip


def pick(rng: Random, words: tuple[str, ...]) -> str:
    """One of the words; the first of them more often, as words of a language are."""
    return words[int(rng.random() ** 1.5 * len(words))]


def phrase(rng: Random) -> str:
    """An adjective and a noun."""
    return f"{pick(rng, ADJECTIVES)} {pick(rng, NOUNS)}"


def an(words: str) -> str:
    """The words with the article that fits them."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def title(rng: Random) -> str:
    """A heading of a few words."""
    return f"{phrase(rng).capitalize()} and the {pick(rng, NOUNS)}"


def clause(rng: Random) -> str:
    """A sentence without its full stop, beginning with a small letter."""
    place = pick(rng, PLACES)
    return (
        f"the {phrase(rng)} {pick(rng, VERBS)} {an(phrase(rng))} "
        f"{place} every {pick(rng, NOUNS)}{pick(rng, TURNS)}"
    )


def sentence(rng: Random) -> str:
    """A sentence."""
    return f"{clause(rng).capitalize()}."


def listing(rng: Random) -> tuple[str, str]:
    """A language and a piece of code in it, of some 6 to 18 lines."""
    language = pick(rng, tuple(_LISTINGS))
    lines = []
    for _ in range(1 if language == "json" else rng.randint(1, 2)):
        for line in _LISTINGS[language]:
            words = {name: pick(rng, NOUNS) for name in "abc"}
            lines.append(line.format(**words, verb=pick(rng, VERBS), n=rng.randint(10, 28)))
    return language, "\n".join(lines)
