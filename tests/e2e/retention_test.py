"""A retention run that did not happen for a day raises an alarm: log, /readyz, metric."""
import glob
import sqlite3
import unittest

from faketime import LIBRARY, later
from service import EndToEnd, wait_for

A_DAY = 86400


@unittest.skipUnless(glob.glob(LIBRARY), "no libfaketime")
class RetentionAlarm(EndToEnd):
    def movable(self, service):
        """The environment of a process whose clock goes by a file, and what sets it ahead."""
        file = service.folder / "clock"
        environment = {**later(0), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}
        environment.pop("FAKETIME")

        def ahead(seconds):
            draft = file.with_suffix(".new")
            draft.write_text(f"+{seconds}")
            draft.rename(file)

        ahead(0)
        return environment, ahead

    def detail(self, service):
        return service.call("GET", "/readyz").json().get("detail", "")

    def test_a_run_that_fails_for_a_day_is_an_alarm_until_one_succeeds(self):
        service = self.service()
        environment, ahead = self.movable(service)
        service.start(environment)
        key = service.key("stats")
        database = sqlite3.connect(service.database, timeout=60)
        self.addCleanup(database.close)
        database.execute("ALTER TABLE erasure_receipt RENAME TO mislaid")
        wait_for(lambda: "retention: " in self.detail(service), "the failure")
        ahead(A_DAY - 600)
        self.assertNotIn("retention overdue", self.detail(service))
        ahead(A_DAY + 600)
        wait_for(lambda: "retention overdue: no run has come to its end for 24 hours" in self.detail(service), "the alarm")
        self.assertEqual(service.event("retention_overdue")["level"], "error")
        self.assertIn(b"\noptledger_retention_overdue 1\n", service.call("GET", "/metrics", headers=key).body)
        database.execute("ALTER TABLE mislaid RENAME TO erasure_receipt")
        wait_for(lambda: not self.detail(service), "its end")
        self.assertIn(b"\noptledger_retention_overdue 0\n", service.call("GET", "/metrics", headers=key).body)

    def test_after_more_than_a_day_down_the_first_run_is_said_to_be_late(self):
        service = self.service().start()
        service.terminate()
        service.start(later(0.9))
        self.assertFalse(service.event("retention_late"))
        service.terminate()
        service.start(later(3))
        late = service.event("retention_late")
        self.assertIn(late["hours_since_last_run"], (50, 51))
        self.assertLess(service.text_of_log().index("retention_late"), service.text_of_log().index("listening"))
        self.assertFalse(service.event("retention_overdue"), "it ran at once")

    def test_a_run_by_command_counts(self):
        service = self.service().start()
        service.terminate()
        self.assertEqual(service.cli("retention", environment=later(2))[0], 0)
        service.start(later(2))
        self.assertFalse(service.event("retention_late"))
