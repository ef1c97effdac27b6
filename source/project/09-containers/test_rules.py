"""Unit tests: one rule each, at its limits."""

import unittest
from datetime import date, timedelta

import rules

DUE = date(2026, 3, 30)


class RuleTest(unittest.TestCase):
    def test_a_loan_lasts_four_weeks(self):
        self.assertEqual(rules.due(date(2026, 3, 2)), DUE)
        self.assertEqual(rules.due(date(2028, 2, 29)), date(2028, 3, 28))

    # region table
    def test_fees(self):
        for days, cents in [
            (-5, 0), (0, 0), (1, 0), (2, 0),  # in time, or within the days of grace
            (3, 60), (4, 80), (24, 480),  # 20 cents for each day
            (25, 500), (26, 500), (400, 500),  # and no more than 5 euros
        ]:  # fmt: skip
            with self.subTest(days=days):
                self.assertEqual(rules.fee(DUE, DUE + timedelta(days=days)), cents)

    # endregion

    def test_a_later_return_is_never_cheaper(self):
        fees = [rules.fee(DUE, DUE + timedelta(days=days)) for days in range(60)]
        self.assertEqual(fees, sorted(fees))


if __name__ == "__main__":
    unittest.main()
