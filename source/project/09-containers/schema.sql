-- region tables
CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL CHECK (title <> ''),
    author TEXT NOT NULL CHECK (author <> ''),
    year INTEGER NOT NULL CHECK (year BETWEEN 1450 AND 2100)
);

CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    email TEXT NOT NULL UNIQUE CHECK (email LIKE '_%@_%'),
    password TEXT NOT NULL DEFAULT '',  -- as passwords.py writes it; empty: cannot sign in
    librarian INTEGER NOT NULL DEFAULT 0 CHECK (librarian IN (0, 1))
);

-- Dates are text in the order of ISO 8601, so that they compare as they should:
-- 2026-03-01.
CREATE TABLE loan (
    id INTEGER PRIMARY KEY,
    book INTEGER NOT NULL REFERENCES book (id),
    member INTEGER NOT NULL REFERENCES member (id),
    taken TEXT NOT NULL,
    due TEXT NOT NULL,
    returned TEXT,
    reminded TEXT,  -- the day of the last letter
    CHECK (due > taken),
    CHECK (returned >= taken)
);
-- endregion

-- region one-open-loan
-- A book is lent to one member at a time. The database sees to that, whatever the
-- program does.
CREATE UNIQUE INDEX one_open_loan ON loan (book) WHERE returned IS NULL;
-- endregion

-- For the loans of a member, and for the limit on them.
CREATE INDEX loans_of_member ON loan (member, returned);

-- region sessions
CREATE TABLE session (
    token TEXT PRIMARY KEY,  -- its SHA-256
    member INTEGER NOT NULL REFERENCES member (id),
    expires TEXT NOT NULL
);

CREATE TABLE failure (
    email TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX failures_of_email ON failure (email, at);
-- endregion

-- region idempotency
-- What was answered to a request that its client may send again. See Idempotency-Key in
-- server.py.
CREATE TABLE answered (
    key TEXT PRIMARY KEY,  -- with the member who sent it
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL
);
-- endregion
