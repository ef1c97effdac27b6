import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
SOMEBODY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "Reader"), ("EMAIL", "reader@example.org"))
}


@unittest.skipUnless(shutil.which("git"), "Git is not installed")
class HistoryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "books"

    def run_command(self, *words, cwd=None):
        environment = os.environ | SOMEBODY | {"GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            words, cwd=cwd, env=environment, capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_both_changes_are_in_the_merged_file(self):
        out = self.run_command("sh", str(HERE / "history.sh"), str(self.folder))
        self.assertEqual(out.splitlines()[0], "books.py")
        text = (self.folder / "books.py").read_text()
        self.assertIn("{book.title} | {book.author} | ({book.year})", text)
        self.assertNotIn("<<<<", text)
        merge = self.run_command(
            "git", "rev-list", "--merges", "--count", "HEAD", cwd=self.folder
        )
        self.assertEqual(merge.strip(), "1")
        status = self.run_command("git", "status", "--porcelain", cwd=self.folder)
        self.assertEqual(status, "")


if __name__ == "__main__":
    unittest.main()
