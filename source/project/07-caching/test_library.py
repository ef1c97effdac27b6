import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

from library import main


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_command(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(["--db", str(self.folder / "library.db"), *arguments])
        return status, out.getvalue(), err.getvalue()

    def write(self, books):
        path = self.folder / "books.json"
        path.write_text(json.dumps(books))
        return str(path)

    def test_a_day_at_the_desk(self):
        books = [{"title": "Dune", "author": "Frank Herbert", "year": 1965}]
        self.assertEqual(
            self.run_command("import", self.write(books)), (0, "1 books\n", "")
        )
        self.assertEqual(
            self.run_command("member", "Ada", "ada@example.org")[1], "member 1\n"
        )
        self.assertEqual(self.run_command("borrow", "1", "1"), (0, "loan 1\n", ""))
        refused = self.run_command("borrow", "1", "1")
        self.assertEqual(refused, (1, "", "library: book 1 is lent to somebody\n"))
        self.assertEqual(self.run_command("return", "1"), (0, "", ""))
        self.assertEqual(self.run_command("popular")[1], "Dune · Frank Herbert · 1 · 1\n")
        self.assertEqual(self.run_command("overdue"), (0, "", ""))

    def test_a_file_is_imported_whole_or_not(self):
        good = {"title": "Dune", "author": "Frank Herbert", "year": 1965}
        status, _, err = self.run_command("import", self.write([good, good | {"year": 3}]))
        self.assertEqual((status, err[:9]), (1, "library: "))
        self.assertEqual(self.run_command("popular")[1], "")


if __name__ == "__main__":
    unittest.main()
