"""Every period of the real program one second before its end, at it and one second behind it, on machines in UTC and in
Berlin: deleted when now >= T, counted in UTC. The clock stands still, so that seconds are exact."""
import datetime
import glob
import json
import subprocess
import unittest

from faketime import LIBRARY, at, utc
from leaving_test import FORM, ONE_CLICK, Readers
from service import wait_for
from traces import traces

SECOND, DAY = datetime.timedelta(seconds=1), datetime.timedelta(days=1)
EXAMPLE = "example.org"


class Boundaries:
    """The tests of both machines."""

    zone, noon = None, None

    def at(self, instant):
        return at(instant, self.zone)

    def serving(self, instant, service=None):
        service = service or self.service()
        service.start(self.at(instant))
        return service

    def retention(self, service, instant, *flags):
        """What the command deletes at that instant."""
        code, out, error = service.cli("retention", "--accept-clock", "--json", *flags, environment=self.at(instant))
        self.assertEqual(code, 0, error)
        return json.loads(out)

    def test_the_clock_of_the_process_stands_where_these_tests_put_it(self):
        said = subprocess.run(["date", "+%s.%N %H:%M"], env=self.at(utc("2028-02-29 12:00:00")),
                              capture_output=True, text=True, check=True)
        self.assertEqual(said.stdout.strip(), f"1835438400.000000000 {self.noon}")
        service = self.serving(utc("2028-02-29 12:00:00"))
        service.sign_up("anna@example.org")
        service.maildir.letter_to("anna@example.org")
        service.terminate()
        self.serving(utc("2028-02-29 12:00:01"), service)
        (record,) = service.records("anna@example.org", "signup_requested")
        self.assertEqual(record["at"], "2028-02-29T12:00:00.000Z")

    def test_a_link_confirms_until_its_last_second_and_not_in_the_next(self):
        # Ends on the leap day, on the night that has no 02:30 in Berlin, and on the one that has it twice.
        for end in ("2028-02-29 23:30:00", "2027-03-28 01:00:00", "2026-10-25 00:30:00"):
            # Nothing is deleted meanwhile, so that the link alone is what ends.
            service = self.service({"retention": {"max_clock_jump": "1d"}})
            self.serving(utc(end) - 7 * DAY, service)
            tokens = {}
            for name in ("before", "at", "behind"):
                service.sign_up(f"{name}@{EXAMPLE}")
                tokens[name] = service.maildir.letter_to(f"{name}@{EXAMPLE}").token
            service.terminate()
            self.serving(utc(end) - SECOND, service)
            self.assertEqual(service.call("GET", f"/confirm/{tokens['before']}").status, 200)
            self.assertEqual(service.confirm(tokens["before"]).status, 200)
            service.terminate()
            self.serving(utc(end), service)
            for method in ("GET", "POST"):
                self.assertEqual(service.call(method, f"/confirm/{tokens['at']}").status, 410, (end, method))
            self.assertEqual(service.confirm(tokens["before"]).status, 200, "confirmed is confirmed")
            service.terminate()
            self.serving(utc(end) + SECOND, service)
            self.assertEqual(service.confirm(tokens["behind"]).status, 410, end)
            self.assertEqual(len(service.records(f"behind@{EXAMPLE}", "signup_requested")), 1, "still there")
            service.close()

    def test_an_unconfirmed_sign_up_is_erased_at_its_end_and_not_a_second_before(self):
        end = utc("2028-02-29 12:00:00")
        service = self.serving(end - 7 * DAY)
        service.sign_up(f"geht.verloren@{EXAMPLE}")
        service.maildir.letter_to(f"geht.verloren@{EXAMPLE}")
        service.terminate()
        self.assertEqual(self.retention(service, end - SECOND)["unconfirmed"], 0)
        self.assertTrue(traces(service.state, ["geht.verloren"]))
        for moment in (end, end + SECOND):
            self.assertEqual(self.retention(service, moment, "--dry-run")["unconfirmed"], 1)
        self.assertEqual(self.retention(service, end)["unconfirmed"], 1)
        self.assertEqual(traces(service.state, ["geht.verloren"]), [])

    def left(self, instant):
        """Somebody who subscribes and leaves within that second."""
        service = self.serving(instant)
        link = self.subscribed(service, f"geht.ganz@{EXAMPLE}")
        self.assertEqual(service.call("POST", link, ONE_CLICK, FORM).status, 200)
        wait_for(lambda: service.records(f"geht.ganz@{EXAMPLE}", "unsubscribed"), "the record")
        conclusion = service.look_up(f"geht.ganz@{EXAMPLE}").json()["conclusion"]
        service.terminate()
        return service, conclusion["held_until"]

    def check_window(self, left_at, gone_at):
        service, held_until = self.left(utc(left_at))
        self.assertEqual(held_until, gone_at.replace(" ", "T") + ".000Z")
        before = self.retention(service, utc(gone_at) - SECOND)
        self.assertEqual((before["held"], before["suppressions"]), (0, 0), left_at)
        self.assertTrue(traces(service.state, ["geht.ganz"]))
        for moment in (utc(gone_at), utc(gone_at) + SECOND):
            self.assertEqual(self.retention(service, moment, "--dry-run")["held"], 1, left_at)
        gone = self.retention(service, utc(gone_at))
        self.assertEqual((gone["held"], gone["suppressions"]), (1, 1), left_at)
        self.assertEqual(traces(service.state, ["geht.ganz"]), [])
        service.close()

    def test_who_leaves_on_29_february_is_forgotten_on_28_february(self):
        self.check_window("2028-02-29 12:00:00", "2031-02-28 12:00:00")
        # 29 February in Berlin already, and 1 March in Berlin already.
        self.check_window("2028-02-28 23:30:00", "2031-02-28 23:30:00")
        self.check_window("2028-02-29 23:30:00", "2031-02-28 23:30:00")

    def test_who_leaves_on_a_day_of_a_clock_change_is_forgotten_at_the_same_time_in_utc(self):
        # In Berlin 01:30 and then 02:30, 02:30 for the second time and then 03:30.
        self.check_window("2026-03-29 00:30:00", "2029-03-29 00:30:00")
        self.check_window("2026-10-25 01:30:00", "2029-10-25 01:30:00")

    def test_a_clock_ahead_by_exactly_the_allowed_jump_is_trusted_and_by_a_second_more_it_is_not(self):
        # Over a clock change, so that 31 days are not 31 times the same hour in Berlin.
        known = utc("2027-03-01 12:00:00")
        allowed = known + 31 * DAY
        service = self.serving(known)
        service.sign_up(f"geht.verloren@{EXAMPLE}")
        service.maildir.letter_to(f"geht.verloren@{EXAMPLE}")
        service.terminate()
        code, _, error = service.cli("retention", environment=self.at(allowed + SECOND))
        self.assertEqual(code, 1)
        self.assertIn("--accept-clock", error)
        self.serving(allowed + SECOND, service)
        self.assertIn("--accept-clock", service.call("GET", "/readyz").json()["detail"])
        self.assertTrue(traces(service.state, ["geht.verloren"]))
        service.terminate()
        code, out, error = service.cli("retention", "--json", environment=self.at(allowed))
        self.assertEqual((code, json.loads(out or "{}").get("unconfirmed")), (0, 1), error)
        self.assertEqual(traces(service.state, ["geht.verloren"]), [])
        # Known again since the last run.
        self.serving(allowed + 31 * DAY, service)
        self.assertNotIn("detail", service.call("GET", "/readyz").json())
        service.close()


@unittest.skipUnless(glob.glob(LIBRARY), "no libfaketime")
class InUtc(Boundaries, Readers):
    zone, noon = "UTC", "12:00"


@unittest.skipUnless(glob.glob(LIBRARY), "no libfaketime")
class InBerlin(Boundaries, Readers):
    zone, noon = "Europe/Berlin", "13:00"
