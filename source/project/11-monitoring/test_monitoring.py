import io
import json
import logging
import re
import unittest
from datetime import datetime
from unittest import mock

import app
import metrics
import test_api
from logs import JsonFormatter


class LogTest(unittest.TestCase):
    def setUp(self):
        self.out = io.StringIO()
        handler = logging.StreamHandler(self.out)
        handler.setFormatter(JsonFormatter())
        self.log = logging.Logger("test")
        self.log.addHandler(handler)

    def lines(self):
        return [json.loads(line) for line in self.out.getvalue().splitlines()]

    def test_every_event_is_one_line(self):
        self.log.info(
            "said %s", "two\nlines", extra={"at": datetime(2026, 3, 2), "odd": {1, 2}}
        )
        try:
            raise ValueError("no")
        except ValueError:
            self.log.exception("failed")
        first, second = self.lines()
        self.assertEqual(
            (first["message"], first["at"]), ("said two\nlines", "2026-03-02 00:00:00")
        )
        self.assertIn("ValueError: no", second["exception"])

    def test_what_is_given_does_not_replace_what_is_ours(self):
        self.log.warning("real", extra={"level": "DEBUG", "time": 0, "logger": "x"})
        (line,) = self.lines()
        self.assertEqual((line["level"], line["logger"]), ("WARNING", "test"))


class MetricTest(unittest.TestCase):
    def test_histogram_counts_up_to_each_bound(self):
        times = metrics.Histogram("t", "T", (0.1, 1.0))
        for value in (0.05, 0.1, 0.5, 3):
            times.observe(value)
        self.assertEqual(
            list(times.lines()),
            ['t_bucket{le="0.1"} 2', 't_bucket{le="1.0"} 3', 't_bucket{le="+Inf"} 4',
             "t_sum 3.65", "t_count 4"],
        )  # fmt: skip

    def test_labels_are_escaped(self):
        count = metrics.Counter("c", "C")
        count.add(route='a"b\nc')
        self.assertEqual(list(count.lines()), ['c{route="a\\"b\\nc"} 1'])


class ObservedTest(test_api.ApiTest):
    def value(self, start):
        text = self.ask("GET", "/metrics")[2].decode()
        return sum(
            float(v) for v in re.findall(rf"^{re.escape(start)}.*? (\S+)$", text, re.M)
        )

    def test_requests_are_counted_by_route(self):
        name = (
            'library_requests_total{method="GET",route="/books/<int(max=2147483647):book>"'
        )
        before = self.value(name)
        for book in (self.book(), 98, 99):
            self.ask("GET", f"/books/{book}")
        self.assertEqual(self.value(name) - before, 3)
        # The one that reads the metrics is being answered.
        self.assertEqual(self.value("library_requests_active"), 1)

    def test_the_log_says_who_asked_what_and_no_secret(self):
        with self.assertLogs("library") as logged:
            _, headers, _ = self.ask(
                "GET", "/loans/1", headers={"X-Request-Id": "abcdefgh"}
            )
        (record,) = logged.records
        self.assertEqual(headers["X-Request-Id"], "abcdefgh")
        self.assertEqual(
            (record.request, record.status, record.member), ("abcdefgh", 404, 1)
        )
        self.assertNotIn(self.token, JsonFormatter().format(record))

    def test_forged_names_are_replaced(self):
        forged = self.ask("GET", "/health", headers={"X-Request-Id": 'a" level="x'})
        self.assertRegex(forged[1]["X-Request-Id"], "^[0-9a-f]{32}$")

    def test_a_failure_is_logged_and_not_shown(self):
        with mock.patch.object(
            app.reports, "popular", side_effect=RuntimeError("secret detail")
        ):
            with self.assertLogs("library", "ERROR") as logged:
                status, _, answer = self.ask("GET", "/popular")
        self.assertEqual(status, 500)
        self.assertNotIn("secret", json.dumps(answer))
        self.assertIn("secret detail", JsonFormatter().format(logged.records[0]))


if __name__ == "__main__":
    unittest.main()
