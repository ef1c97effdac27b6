"""A guide for screens: a folder of pages for a browser, and an EPUB for readers of books. Nothing of paper or Anki."""
