"""Leaving and forgetting on the real program: unsubscribe, block, erase, the proof window."""
import glob
import json
import unittest

from expiry_test import VISITOR, PROXY
from faketime import LIBRARY, later
from service import EndToEnd, a_list, wait_for
from traces import to_domain, traces, traces_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
ONE_CLICK = "List-Unsubscribe=One-Click"
GONE = "geht.ganz.größe@example.org"
WORDS = ["geht.ganz.größe", "GEHT.GANZ", "203.0.113.99", "Vanishing-Browser", "Verschwundene Person"]


class Readers(EndToEnd):
    """What people who are or were on a list do; no tests."""

    def subscribed(self, service, address="anna@example.org", headers=None, **more):
        """The path of the unsubscribe link."""
        service.sign_up(address, headers, **more)
        token = service.maildir.letter_to(address).token
        answer = service.call("POST", "/v1/confirmations", json.dumps({"token": token}), {**JSON, **(headers or {})})
        self.assertEqual(answer.status, 200)
        return "/unsubscribe/" + answer.json()["unsubscribe_url"].rsplit("/", 1)[1]

    def manage(self, service, path, **body):
        key = service.key("manage")
        return service.call("POST", path, json.dumps({"reason": "ticket 12", **body}), {**JSON, **key})

    def suppressed(self, service, address, **more):
        key = service.key("suppression")
        answer = service.call("POST", "/v1/suppressions/check", json.dumps({"emails": [address], **more}),
                              {**JSON, **key})
        self.assertEqual(answer.status, 200)
        return answer.json()["results"][0]


class Leaving(Readers):
    def test_whoever_leaves_can_leave_at_any_time_by_the_link(self):
        service = self.service().start()
        link = self.subscribed(service)
        for method in ("GET", "HEAD", "GET"):
            self.assertEqual(service.call(method, link).status, 200)
        self.assertEqual(service.records("anna@example.org", "unsubscribed"), [])
        answer = service.call("POST", link, "action=unsubscribe", FORM)
        self.assertEqual(answer.status, 200)
        self.assertIn(b"unsubscribed", answer.body)
        (record,) = service.records("anna@example.org", "unsubscribed")
        self.assertEqual((record["details"]["method"], record["ip"]), ("page", "127.0.0.1"))
        conclusion = service.look_up("anna@example.org").json()["conclusion"]
        self.assertEqual(conclusion["state"], "unsubscribed")
        self.assertEqual(conclusion["held_until"][:4], str(int(record["at"][:4]) + 3))

    def test_one_click_works_in_both_encodings_without_cookie_or_redirect_and_repeats_are_one_record(self):
        service = self.service().start()
        link = self.subscribed(service)
        multipart = {"Content-Type": "multipart/form-data; boundary=b"}
        body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
        for headers, sent in ((multipart, body), (FORM, ONE_CLICK), (FORM, ONE_CLICK)):
            answer = service.call("POST", link, sent, headers)
            self.assertEqual(answer.status, 200)
            self.assertNotIn("Set-Cookie", answer.headers)
            self.assertNotIn("Location", answer.headers)
        (record,) = service.records("anna@example.org", "unsubscribed")
        self.assertEqual(record["details"]["method"], "one_click")

    def test_a_body_that_is_no_unsubscribe_request_ends_nothing(self):
        service = self.service().start()
        link = self.subscribed(service)
        for headers, body in ((FORM, ""), (FORM, "List-Unsubscribe=Maybe"), (JSON, "{}"), ({}, ONE_CLICK)):
            self.assertEqual(service.call("POST", link, body, headers).status, 400)
        self.assertEqual(service.records("anna@example.org", "unsubscribed"), [])

    def test_tokens_that_are_unknown_foreign_cut_or_altered_or_of_another_purpose_end_nothing(self):
        service = self.service().start()
        link = self.subscribed(service)
        confirm = service.maildir.letter_to("anna@example.org").token
        last = "A" if link[-1] != "A" else "B"
        for path in ("/unsubscribe/" + "A" * 44, link[:-1] + last, link[:-1], "/unsubscribe/" + confirm):
            self.assertEqual(service.call("POST", path, ONE_CLICK, FORM).status, 404)
            self.assertEqual(service.call("GET", path).status, 404)
        self.assertEqual(service.confirm(link.rsplit("/", 1)[1]).status, 404)
        self.assertEqual(service.records("anna@example.org", "unsubscribed"), [])

    def test_nothing_but_a_fresh_confirmed_sign_up_brings_somebody_back(self):
        service = self.service().start()
        link = self.subscribed(service)
        old = service.maildir.letter_to("anna@example.org").token
        service.call("POST", link, ONE_CLICK, FORM)
        self.assertEqual(service.confirm(old).status, 410)
        self.assertEqual(self.suppressed(service, "ANNA@example.org", list="news")["reason"], "unsubscribed")
        self.assertEqual(service.sign_up("anna@example.org").status, 202)
        self.assertTrue(self.suppressed(service, "anna@example.org", list="news")["suppressed"])
        fresh = wait_for(lambda: next((one.token for one in service.maildir.letters() if one.token != old), None),
                         "the new letter")
        self.assertEqual(service.confirm(fresh).status, 200)
        self.assertFalse(self.suppressed(service, "anna@example.org", list="news")["suppressed"])
        conclusion = service.look_up("anna@example.org").json()["conclusion"]
        self.assertEqual((conclusion["state"], conclusion["held_until"]), ("confirmed", None))
        # The link in an old newsletter still leaves, and is the same.
        self.assertEqual(service.call("POST", link, ONE_CLICK, FORM).status, 200)
        self.assertEqual(len(service.records("anna@example.org", "unsubscribed")), 2)

    def test_a_blocked_address_gets_the_same_answer_as_any_other_and_no_letter(self):
        service = self.service().start()
        self.assertEqual(self.manage(service, "/v1/blocks", email="nie@example.org").status, 200)
        blocked = service.sign_up("nie@example.org")
        other = service.sign_up("anna@example.org")
        self.assertEqual((blocked.status, blocked.body), (other.status, other.body))
        service.maildir.letter_to("anna@example.org")
        self.assertNotIn("nie@example.org", {letter.to for letter in service.maildir.letters()})
        self.assertEqual(self.suppressed(service, "nie@example.org")["reason"], "blocked")
        code, _, error = service.cli("unblock", "nie@example.org")
        self.assertEqual(code, 2, error)
        self.assertEqual(service.cli("unblock", "nie@example.org", "--reason", "asked in writing, ticket 13")[0], 0)
        service.sign_up("nie@example.org")
        service.maildir.letter_to("nie@example.org")

    def test_this_was_not_me_can_forbid_every_further_letter(self):
        service = self.service().start()
        service.sign_up("nie@example.org")
        token = service.maildir.letter_to("nie@example.org").token
        answer = service.call("POST", f"/confirm/{token}", "action=cancel&no_more_letters=on", FORM)
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.suppressed(service, "nie@example.org", list="news")["reason"], "blocked")

    def test_whoever_forbids_every_further_letter_is_subscribed_to_nothing_any_more(self):
        service = self.service(lists=[a_list("news"), a_list("offers")]).start()
        link = self.subscribed(service, "nie@example.org", list="offers")
        service.sign_up("nie@example.org", list="news")
        token = wait_for(lambda: next((one.token for one in service.maildir.letters()
                                       if "news" in one.message["Subject"]), None), "the second letter")
        body = "action=cancel&no_more_letters=on"
        self.assertEqual(service.call("POST", f"/confirm/{token}", body, FORM).status, 200)
        conclusion = service.look_up("nie@example.org", list="offers").json()["conclusion"]
        self.assertEqual(conclusion["state"], "blocked")
        self.assertIsNotNone(conclusion["held_until"])
        (record,) = service.records("nie@example.org", "blocked", list="offers")
        self.assertEqual((record["details"]["method"], record["ip"]), ("page", "127.0.0.1"))
        self.assertEqual(service.call("POST", link, ONE_CLICK, FORM).status, 200)
        self.assertEqual(service.call("POST", f"/confirm/{token}", body, FORM).status, 200)
        self.assertEqual(len(service.records("nie@example.org", "blocked", list="offers")), 1)

    def test_operators_end_a_subscription_on_one_list_or_on_all(self):
        service = self.service(lists=[a_list("news"), a_list("offers")]).start()
        for one in ("news", "offers"):
            service.sign_up("anna@example.org", list=one)
        wait_for(lambda: len(service.maildir.letters()) == 2, "both letters")
        for letter in service.maildir.letters():
            self.assertEqual(service.confirm(letter.token).status, 200)
        answer = self.manage(service, "/v1/unsubscribes", email="anna@example.org", list="news").json()
        self.assertEqual(answer["lists"], [{"list": "news", "outcome": "ended"}])
        code, out, error = service.cli("unsubscribe", "anna@example.org", "--json")
        self.assertEqual(code, 0, error)
        self.assertEqual({one["list"]: one["was_subscribed"] for one in json.loads(out)["lists"]},
                         {"news": False, "offers": True})
        for body in ({"email": "anna@example.org", "reason": "to anna@example.org"},
                     {"email": "anna@example.org", "list": "none"}, {"email": "no address"}, {"mail": "x"}):
            self.assertEqual(self.manage(service, "/v1/unsubscribes", **body).status, 422)
        self.assertEqual(service.call("POST", "/v1/blocks", "{}", {**JSON, **service.key("proof")}).status, 403)


@unittest.skipUnless(glob.glob(LIBRARY), "no libfaketime")
class Forgetting(Readers):
    def left(self):
        service = self.service(PROXY).start()
        link = self.subscribed(service, GONE, VISITOR, name="Verschwundene Person")
        self.assertEqual(service.call("POST", link, ONE_CLICK, {**FORM, **VISITOR}).status, 200)
        self.assertEqual({word for _, word in traces(service.state, WORDS)}, set(WORDS), "the search itself works")
        return service, link

    def emptied(self, service):
        """The access log keeps its own, shorter time."""
        return [trace for trace in traces(service.state, WORDS) if not trace[0].startswith("access.log")]

    def test_unsubscribed_addresses_are_kept_for_up_to_three_years_then_deleted(self):
        service, link = self.left()
        service.terminate()
        code, out, _ = service.cli("retention", "--accept-clock", "--json", environment=later(3 * 365 - 2))
        self.assertEqual((code, json.loads(out)["held"]), (0, 0))
        code, out, _ = service.cli("retention", "--accept-clock", "--dry-run", "--json", environment=later(3 * 365 + 2))
        self.assertEqual((code, json.loads(out)["held"]), (0, 1))
        self.assertTrue(self.emptied(service))
        code, out, _ = service.cli("retention", "--json", environment=later(3 * 365 + 2))
        self.assertEqual((code, json.loads(out)["held"], json.loads(out)["suppressions"]), (0, 1, 1))
        self.assertEqual(self.emptied(service), [])
        journal = service.database.with_name("optledger.db-departures").read_text()
        self.assertIn('"erased"', journal)
        self.assertNotIn('"rule"', journal)
        service.start(later(3 * 365 + 2))
        self.assertEqual(service.look_up(GONE).status, 404)
        self.assertEqual(service.call("GET", link).status, 410)
        self.assertEqual(service.call("POST", link, ONE_CLICK, FORM).status, 410)
        self.assertEqual(service.cli("check", environment=later(3 * 365 + 2))[0], 0)

    def test_a_clock_far_ahead_deletes_nothing_until_somebody_vouches_for_it(self):
        service, _ = self.left()
        service.terminate()
        service.start(later(2000))
        self.assertTrue(service.event("retention_stopped"))
        self.assertIn("--accept-clock", service.call("GET", "/readyz").json()["detail"])
        self.assertEqual(service.look_up(GONE).status, 200)
        code, _, error = service.cli("retention", environment=later(2000))
        self.assertEqual(code, 1)
        self.assertIn("--accept-clock", error)
        self.assertEqual(service.cli("retention", "--accept-clock", environment=later(2000))[0], 0)
        wait_for(lambda: self.emptied(service) == [], "clean files")
        wait_for(lambda: "detail" not in service.call("GET", "/readyz").json(), "trust in the clock")

    def test_an_individual_deletion_request_is_honoured_provided_the_consent_is_confirmed_with_it(self):
        service, link = self.left()
        refused = self.manage(service, "/v1/erasures", email=GONE).json()["lists"]
        self.assertEqual(refused[0]["status"], "restricted")
        self.assertEqual(service.look_up(GONE).json()["conclusion"]["state"], "unsubscribed")
        erased = self.manage(service, "/v1/erasures", email=GONE, consent_confirmed=True).json()["lists"]
        self.assertEqual(erased[0]["status"], "erased")
        wait_for(lambda: self.emptied(service) == [], "clean files", 30)
        receipt = service.look_up(GONE).json()
        self.assertEqual(receipt["format"], "optledger-erasure-receipt/1")
        self.assertEqual(len(receipt["consents"]), 1)
        self.assertEqual(receipt["kept_until"], erased[0]["kept_until"])
        self.assertEqual(service.call("GET", link).status, 410)
        self.assertEqual(self.suppressed(service, GONE, list="news")["reason"], "unsubscribed")

    def test_an_erased_address_stands_nowhere_in_any_form_its_domain_as_dns_has_it_included(self):
        domain = "größe-müller.example"
        stored = f"geht.ganz.größe@{to_domain('größe-müller')}.example"
        service = self.service(PROXY).start()
        service.sign_up(f"geht.ganz.größe@{domain}")
        self.assertEqual(service.confirm(service.maildir.letter_to(stored).token).status, 200)
        words = [f"Geht.Ganz.Größe@{domain}", domain, "geht.ganz.größe"]
        self.assertEqual({text for _, text in traces_of(service, words)}, set(words), "the search itself works")
        self.assertEqual({place for place, _ in traces_of(service, words)} - {"optledger.db", "optledger.db-wal"}, set())
        code, _, error = service.cli("erase", f"geht.ganz.größe@{domain}", "--consent-confirmed", "--reason", "ticket 12")
        self.assertEqual(code, 0, error)
        self.assertEqual(traces_of(service, words), [])
        self.assertEqual(service.cli("check")[0], 0)

    def test_who_is_subscribed_and_asks_for_deletion_without_the_declaration_is_not_mailed_any_more(self):
        service = self.service(PROXY).start()
        self.subscribed(service, GONE, VISITOR)
        code, out, _ = service.cli("erase", GONE, "--reason", "letter of 24 November")
        self.assertEqual(code, 1)
        self.assertIn("restricted", out)
        self.assertEqual(service.look_up(GONE).json()["conclusion"]["state"], "unsubscribed")

    def test_who_never_confirmed_is_simply_erased(self):
        service = self.service(PROXY).start()
        service.sign_up(GONE, VISITOR)
        service.maildir.letter_to(GONE)
        code, _, error = service.cli("erase", GONE, "--reason", "letter of 24 November")
        self.assertEqual(code, 0, error)
        self.assertEqual(self.emptied(service), [])
        self.assertEqual(service.look_up(GONE).status, 404)
