"""The Anki deck: notes with permanent identities, a lock that remembers them, a package of fixed bytes.

    Book ─► notes ─► revision (against deck.lock) ─► package ─► .apkg
                              └─► the new deck.lock

Nothing here writes a file: `press.press` returns bytes and the new lock.
"""
