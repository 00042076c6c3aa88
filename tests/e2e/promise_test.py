"""The sentences that a company promises its readers, one test each, on the real program. Those with a test of the same
name elsewhere are in leaving_test.py (leaving, three years, deletion requests) and sync_test.py (changes at the dispatch
provider); docs/promise.md lists all of them."""
import glob
import json
import os
import time
import unittest

from expiry_test import PROXY, VISITOR
from faketime import LIBRARY, later
from leaving_test import FORM, JSON
from rights_test import ANNA, Rights
from service import wait_for


class Promise(Rights):
    def test_registration_is_by_double_opt_in(self):
        service = self.service().start()
        service.sign_up(ANNA)
        token = service.maildir.letter_to(ANNA).token
        for method in ("GET", "HEAD"):
            service.call(method, f"/confirm/{token}")
        self.assertEqual(service.cli("export", "--kind", "subscribers")[1], "")
        self.assertEqual(service.confirm(token).status, 200)
        (subscriber,) = map(json.loads, service.cli("export", "--kind", "subscribers")[1].splitlines())
        self.assertEqual((subscriber["email"], subscriber["basis"]), (ANNA, "double_opt_in"))

    def test_the_registration_is_logged_so_that_it_can_be_proven_time_of_sign_up_time_of_confirmation_ip(self):
        service = self.service(PROXY).start()
        before = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
        self.subscribed(service, ANNA, VISITOR)
        wait_for(lambda: service.records(ANNA, "letter_sent"), "the record of the letter")
        requested, letter, confirmed = service.records(ANNA)
        self.assertEqual([one["kind"] for one in (requested, letter, confirmed)],
                         ["signup_requested", "letter_sent", "confirmed"])
        for record in (requested, confirmed):
            self.assertGreaterEqual(record["at"], before)
            self.assertRegex(record["at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", "with clock time and zone")
            self.assertEqual((record["ip"], record["ip_source"]), ("203.0.113.99", "forwarded"))

    def test_only_an_email_address_is_needed_a_name_is_optional(self):
        service = self.service().start()
        self.assertEqual(service.call("POST", "/v1/signups", json.dumps({"email": ANNA}), JSON).status, 202)
        named = json.dumps({"email": "ben@example.org", "name": "Ben"})
        self.assertEqual(service.call("POST", "/v1/signups", named, JSON).status, 202)
        self.assertEqual(service.call("POST", "/v1/signups", json.dumps({"name": "Ben"}), JSON).status, 422)

    @unittest.skipUnless(glob.glob(LIBRARY), "no libfaketime")
    def test_web_server_ips_are_kept_seven_days_at_most(self):
        service = self.service(PROXY).start()
        service.call("GET", "/signup/news", headers=VISITOR)
        log = service.state / "log"
        held = lambda: any(b"203.0.113.99" in file.read_bytes() for file in log.iterdir())
        wait_for(held, "the access line")
        service.terminate()
        service.start(later(6))
        self.assertTrue(held(), "the search itself works")
        service.terminate()
        service.start(later(7))
        self.assertFalse(held(), "before the first answer")

    def test_people_have_access_correction_deletion_restriction_portability_and_objection(self):
        service = self.service().start()
        self.subscribed(service, ANNA, name="Ana")
        page = self.ask(service, ANNA)
        self.assertIn(ANNA, service.call("GET", page).body.decode())
        self.assertEqual(service.call("GET", page + "/data").json()["format"], "optledger-personal-data/1")
        for action, fields in (("correction", {"name": "Anna"}), ("restriction", {}), ("lifting", {}), ("objection", {})):
            self.assertTrue(self.act(service, page, action, **fields).headers["Location"].endswith(action), action)
        self.assertEqual(self.act(service, page, "erasure", consent_confirmed="on").status, 200)
        self.assertEqual(service.look_up(ANNA).json()["format"], "optledger-erasure-receipt/1")

    def test_their_data_is_protected_against_loss_destruction_and_disclosure(self):
        service = self.service().start()
        link = self.subscribed(service, ANNA)
        service.kill9()
        service.start()
        self.assertEqual(service.look_up(ANNA).json()["conclusion"]["state"], "confirmed", "a power cut loses nothing")
        backup = service.folder / "backup.db"
        self.assertEqual(service.cli("backup", str(backup))[0], 0)
        for path in [*service.state.rglob("*"), backup]:
            mode = os.stat(path).st_mode & 0o077
            self.assertEqual(mode, 0, f"{path} is for its owner alone")
        self.assertNotIn(ANNA, service.text_of_log())
        token = link.rsplit("/", 1)[1]
        held = b"".join(path.read_bytes() for path in service.state.glob("optledger.db*") if path.is_file())
        self.assertNotIn(token.encode(), held, "a stolen database opens no link")
        self.assertEqual(service.call("POST", link, "List-Unsubscribe=One-Click", FORM).status, 200)
