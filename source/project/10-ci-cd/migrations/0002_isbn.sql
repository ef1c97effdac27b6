-- Expand: the release before goes on working while this one comes up beside it. It never names the new column.
ALTER TABLE book ADD COLUMN isbn TEXT;

CREATE UNIQUE INDEX book_isbn ON book (isbn);
