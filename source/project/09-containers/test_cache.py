import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import test_api
from cache import Memory, Redis, aside


class MemoryTest(unittest.TestCase):
    def setUp(self):
        self.now = 0.0
        self.cache = Memory(size=2, clock=lambda: self.now)

    def test_an_entry_ends(self):
        self.cache.put("a", b"1", 10)
        self.now = 9.9
        self.assertEqual(self.cache.get("a"), b"1")
        self.now = 10
        self.assertIsNone(self.cache.get("a"))

    def test_the_entry_longest_unused_goes(self):
        self.cache.put("a", b"1", 10)
        self.cache.put("b", b"2", 10)
        self.cache.get("a")
        self.cache.put("c", b"3", 10)
        self.assertEqual([self.cache.get(key) for key in "abc"], [b"1", None, b"3"])

    def test_nothing_is_a_value_too(self):
        made = []
        for _ in range(2):
            self.assertIsNone(aside(self.cache, "n", 10, lambda: made.append(1)))
        self.assertEqual(len(made), 1)

    def test_many_at_once_make_it_once(self):
        made, together = [], threading.Barrier(8, timeout=60)

        def make():
            made.append(1)
            time.sleep(0.05)
            return 5

        def ask():
            together.wait()
            self.assertEqual(aside(self.cache, "slow", 10, make), 5)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(made), 1)


class CachedTest(test_api.ApiTest):
    def loans(self):
        return [book["loans"] for book in self.ask("GET", "/popular")[2]["books"]]

    def test_popular_books_are_counted_again_after_a_loan(self):
        book = self.book()
        self.assertEqual(self.loans(), [])
        self.made("/loans", {"book": book})
        self.assertEqual(self.loans(), [1])

    def test_an_answer_that_did_not_change_is_not_sent_again(self):
        book = self.book()
        status, headers, _ = self.ask("GET", f"/books/{book}")
        tag = {"If-None-Match": headers["ETag"]}
        self.assertEqual(self.ask("GET", f"/books/{book}", headers=tag)[::2], (304, None))
        self.made("/loans", {"book": book})
        status, _, answer = self.ask("GET", f"/books/{book}", headers=tag)
        self.assertEqual((status, answer["available"]), (200, False))


class RedisTest(unittest.TestCase):
    """With REDIS_URL, or with a server of the test's own: `redis-server --port PORT`."""

    def setUp(self):
        try:
            import redis
        except ImportError:
            self.skipTest("the package redis is not installed")
        self.url = os.environ.get("REDIS_URL")
        if not self.url:
            if not shutil.which("redis-server"):
                self.skipTest("redis-server is not installed, and REDIS_URL names none")
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            words = [
                "redis-server",
                "--port",
                str(port),
                "--save",
                "",
                "--dir",
                folder.name,
            ]
            server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
            self.addCleanup(server.wait)
            self.addCleanup(server.terminate)
            self.url = f"redis://127.0.0.1:{port}"
        client = redis.Redis.from_url(self.url)
        self.addCleanup(client.close)
        for _ in range(1200):
            try:
                client.ping()
                break
            except redis.RedisError:
                time.sleep(0.05)
        self.cache = Redis(self.url, 60)
        self.addCleanup(self.cache._client.close)
        self.addCleanup(client.delete, "test:a")

    def test_it_keeps_drops_and_ends(self):
        self.cache.put("test:a", b"1", 10)
        self.assertEqual(Redis(self.url, 60).get("test:a"), b"1")
        self.cache.drop("test:a")
        self.assertIsNone(self.cache.get("test:a"))
        self.assertEqual(aside(self.cache, "test:a", 10, lambda: [1]), [1])
        self.assertEqual(aside(self.cache, "test:a", 10, lambda: [2]), [1])
        self.assertLessEqual(self.cache._client.pttl("test:a"), 10_000)

    def test_without_a_server_values_are_made(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            gone = Redis(f"redis://127.0.0.1:{closed.getsockname()[1]}")
        self.assertEqual(aside(gone, "test:a", 10, lambda: 7), 7)
        gone.drop("test:a")


if __name__ == "__main__":
    unittest.main()
