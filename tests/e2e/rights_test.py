"""The person's rights on the real program: access, correction, restriction, objection, erasure, and due dates."""
import glob
import json
import re
import unittest

from expiry_test import PROXY, VISITOR
from faketime import LIBRARY, later
from leaving_test import FORM, JSON, Readers
from service import a_list, wait_for
from traces import traces

ANNA = "anna@example.org"
GONE = "geht.ganz.größe@example.org"
WORDS = ["geht.ganz.größe", "GEHT.GANZ", "203.0.113.99", "Vanishing-Browser", "Verschwundene Person"]


class Rights(Readers):
    def ask(self, service, address, patience=10):
        """The path of the page, from the letter that came."""
        known = len(self.answers(service, address))
        answer = service.call("POST", "/v1/privacy-requests", json.dumps({"email": address}), JSON)
        self.assertEqual((answer.status, answer.json()), (202, {"status": "link_requested"}))
        letter = wait_for(lambda: self.answers(service, address)[known:], "the answer", patience)[0]
        return letter and f"/privacy/{letter.token}" if letter.token else None

    def answers(self, service, address):
        return [letter for letter in service.maildir.letters() if letter.to == address and letter.kind != "confirm"]

    def act(self, service, page, action, **fields):
        body = "&".join(f"{name}={value}" for name, value in {"action": action, **fields}.items())
        return service.call("POST", page, body, FORM)

    def emptied(self, service):
        return [trace for trace in traces(service.state, WORDS) if not trace[0].startswith("access.log")]

    def requests(self, service, *more, environment=None):
        code, out, error = service.cli("requests", *more, "--json", environment=environment)
        self.assertEqual(code, 0, error)
        return json.loads(out)["requests"]


class Access(Rights):
    def test_the_question_has_one_answer_whatever_is_held_and_the_mailbox_learns_the_rest(self):
        service = self.service().start()
        self.subscribed(service)
        answers = [service.call("POST", "/v1/privacy-requests", json.dumps({"email": address}), JSON)
                   for address in (ANNA, "nobody@example.org", ANNA)]
        self.assertEqual(len({(one.status, one.body, str(sorted(set(dict(one.headers)) - {"Date"})))
                              for one in answers}), 1)
        held = wait_for(lambda: self.answers(service, ANNA), "the link")[0]
        nothing = wait_for(lambda: self.answers(service, "nobody@example.org"), "the negative answer")[0]
        self.assertTrue(held.token)
        self.assertIsNone(nothing.token)
        self.assertIn("holds nothing", nothing.text)
        self.assertEqual(len(self.answers(service, ANNA)), 1, "a second letter within the hour")

    def test_a_form_asks_in_the_persons_language_and_wrong_input_is_said_at_the_field(self):
        service = self.service().start()
        page = service.call("GET", "/privacy?lang=de")
        self.assertEqual(page.status, 200)
        self.assertIn("Link zuschicken".encode(), page.body)
        wrong = service.call("POST", "/v1/privacy-requests", "email=anna%40&locale=de", {**FORM, "Accept": "text/html"})
        self.assertEqual(wrong.status, 422)
        self.assertIn(b'aria-invalid="true"', wrong.body)
        right = service.call("POST", "/v1/privacy-requests", f"email={ANNA}&locale=de", FORM)
        self.assertEqual(right.status, 303)
        self.assertIn("/privacy/requested?lang=de", right.headers["Location"])
        self.assertEqual(service.call("GET", "/privacy/requested?lang=de").status, 200)
        letter = wait_for(lambda: self.answers(service, ANNA), "the answer")[0]
        self.assertIn("nichts gespeichert", letter.text)
        foreign = service.call("POST", "/v1/privacy-requests", f"email={ANNA}", {**FORM, "Origin": "https://evil.example"})
        self.assertEqual(foreign.status, 403)
        for body in ({"mail": ANNA}, {"email": 1}, [], {"email": ""}):
            self.assertEqual(service.call("POST", "/v1/privacy-requests", json.dumps(body), JSON).status, 422)

    def test_the_page_shows_all_data_and_the_file_brings_the_evidence(self):
        service = self.service({"controller": {"supervisory_authority": "HBDI, Wiesbaden"}}).start()
        self.subscribed(service, headers={"Accept-Language": "en"}, name="Zoë")
        wait_for(lambda: service.records(ANNA, "letter_sent"), "the record of the letter")
        page = self.ask(service, ANNA)
        html = service.call("GET", page).body.decode()
        for words in (ANNA, "Zoë", "Sign-up confirmed", "127.0.0.1", "HBDI, Wiesbaden", "datenschutz@example.de",
                      "three years at most", "/unsubscribe/"):
            self.assertIn(words, html)
        self.assertNotIn(" checked", html, "nothing is ticked beforehand")
        answer = service.call("GET", page + "/data")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        data = answer.json()
        self.assertEqual(data["format"], "optledger-personal-data/1")
        self.assertEqual(set(data["about"]), {"purposes", "basis", "recipients", "periods", "source", "automated",
                                              "your_rights", "officer", "supervisory_authority"})
        (news,) = data["lists"]
        self.assertEqual((news["name"], news["state"], news["evidence"]["format"]), ("Zoë", "confirmed", "optledger-evidence/1"))
        self.assertEqual([one["record"]["kind"] for one in news["evidence"]["records"]],
                         ["signup_requested", "letter_sent", "confirmed", "proof_issued"])
        self.assertEqual({one["what"] for one in data["accesses"]}, {"proof"})
        for path in (page, page + "/data"):
            headers = service.call("GET", path).headers
            self.assertEqual((headers["Cache-Control"], headers["Referrer-Policy"]), ("no-store", "no-referrer"))

    def test_tokens_that_are_unknown_foreign_cut_or_altered_or_of_another_purpose_show_and_change_nothing(self):
        service = self.service().start()
        link = self.subscribed(service)
        page = self.ask(service, ANNA)
        token = page.rsplit("/", 1)[1]
        confirm = next(one.token for one in service.maildir.letters() if one.kind == "confirm")
        others = [confirm, link.rsplit("/", 1)[1], token[:-1], "A" * 44, token[:-1] + ("A" if token[-1] != "A" else "B")]
        for other in others:
            for call in (service.call("GET", f"/privacy/{other}"), service.call("GET", f"/privacy/{other}/data"),
                         self.act(service, f"/privacy/{other}", "erasure", consent_confirmed="on")):
                self.assertEqual(call.status, 404)
                self.assertNotIn(ANNA.encode(), call.body)
        self.assertEqual(service.confirm(token).status, 404)
        self.assertEqual(service.call("POST", f"/unsubscribe/{token}", "List-Unsubscribe=One-Click", FORM).status, 404)
        for body in ("", "action=", "action=access", "action=everything"):
            self.assertEqual(service.call("POST", page, body, FORM).status, 400)
        self.assertEqual(service.call("GET", page).status, 200)


class Acting(Rights):
    def test_the_name_can_be_corrected_or_removed_and_each_link_does_it_once(self):
        service = self.service().start()
        self.subscribed(service, name="Vormaliger Name")
        page = self.ask(service, ANNA)
        self.assertEqual(self.act(service, page, "correction", name="x%0Ay").status, 422)
        answer = self.act(service, page, "correction", name="Zo%C3%AB")
        self.assertEqual(answer.status, 303)
        self.assertTrue(answer.headers["Location"].endswith("?done=correction"))
        self.assertIn("Zoë", service.call("GET", page + "?done=correction").body.decode())
        (record,) = service.records(ANNA, "corrected")
        self.assertEqual(record["details"], {"fields": ["name"], "method": "page"})
        again = self.act(service, page, "correction", name="Eve")
        self.assertTrue(again.headers["Location"].endswith("?done=repeated"))
        self.assertEqual(service.call("GET", page + "/data").json()["lists"][0]["name"], "Zoë")
        self.assertEqual(len(service.records(ANNA, "corrected")), 1)
        wait_for(lambda: traces(service.state, ["Vormaliger Name"]) == [], "no trace of the former name", 30)

    def test_restricted_data_is_stored_and_nothing_else_until_the_person_lifts_it_after_the_notice(self):
        service = self.service().start()
        self.subscribed(service)
        page = self.ask(service, ANNA)
        self.assertEqual(self.act(service, page, "restriction").status, 303)
        self.assertEqual(self.suppressed(service, ANNA, list="news")["reason"], "restricted")
        self.assertEqual(service.sign_up(ANNA).body, service.sign_up("other@example.org").body)
        service.maildir.letter_to("other@example.org")
        self.assertEqual(len([one for one in service.maildir.letters() if one.to == ANNA and one.kind == "confirm"]), 1)
        html = service.call("GET", page).body.decode()
        self.assertIn("Art. 18(3)", html, "the notice stands beside the button")
        self.assertEqual(self.act(service, page, "lifting").status, 303)
        self.assertFalse(self.suppressed(service, ANNA, list="news")["suppressed"])
        (record,) = service.records(ANNA, "unrestricted")
        self.assertEqual(record["details"]["notified"], True)
        self.assertEqual(service.look_up(ANNA).json()["conclusion"]["state"], "confirmed")

    def test_who_objects_is_never_written_to_again_and_an_officer_answers_what_they_ask_later(self):
        service = self.service().start()
        self.subscribed(service)
        page = self.ask(service, ANNA)
        self.assertEqual(self.act(service, page, "objection").status, 303)
        self.assertEqual(self.suppressed(service, ANNA)["reason"], "blocked")
        self.assertEqual(service.look_up(ANNA).json()["conclusion"]["state"], "blocked")
        service.sign_up(ANNA)
        asked = service.call("POST", "/v1/privacy-requests", json.dumps({"email": ANNA}), JSON)
        self.assertEqual(asked.json(), {"status": "link_requested"})
        (waiting,) = self.requests(service)
        self.assertEqual((waiting["email"], waiting["right"], waiting["answered_by"]), (ANNA, "access", "officer"))
        service.call("POST", "/v1/privacy-requests", json.dumps({"email": "late@example.org"}), JSON)
        wait_for(lambda: self.answers(service, "late@example.org"), "a later letter")
        self.assertEqual(len([one for one in service.maildir.letters() if one.to == ANNA]), 2)
        self.assertEqual(service.cli("requests", "close", waiting["id"][:12], "--reason", "answered by post")[0], 0)
        self.assertEqual(self.requests(service), [])

    def test_erasure_without_the_declaration_is_refused_with_reasons_and_ends_the_subscription(self):
        service = self.service().start()
        self.subscribed(service)
        page = self.ask(service, ANNA)
        answer = self.act(service, page, "erasure")
        self.assertEqual(answer.status, 200)
        self.assertIn(b"Art. 17(3)(e)", answer.body)
        conclusion = service.look_up(ANNA).json()["conclusion"]
        self.assertEqual(conclusion["state"], "unsubscribed")
        self.assertRegex(answer.body.decode(), r"Until \d+ \w+ " + conclusion["held_until"][:4])
        self.assertEqual(service.call("GET", page).status, 200, "the other rights remain")
        self.assertEqual({one["right"]: one["outcome"] for one in self.requests(service, "--all")},
                         {"access": "answered", "erasure": "refused"})

    def test_erasure_with_the_declaration_leaves_a_receipt_and_no_byte_of_the_person(self):
        service = self.service(PROXY).start()
        self.subscribed(service, GONE, VISITOR, name="Verschwundene Person")
        page = self.ask(service, GONE)
        self.assertEqual({word for _, word in traces(service.state, WORDS)}, set(WORDS), "the search itself works")
        answer = self.act(service, page, "erasure", consent_confirmed="on")
        self.assertEqual(answer.status, 200)
        wait_for(lambda: self.emptied(service) == [], "clean files", 30)
        self.assertEqual(service.call("GET", page).status, 410)
        receipt = service.look_up(GONE).json()
        self.assertEqual((receipt["format"], receipt["method"]), ("optledger-erasure-receipt/1", "page"))
        self.assertEqual({one["email"] for one in self.requests(service, "--all")}, {None})
        # What is still held is told to whoever asks from that mailbox.
        data = service.call("GET", self.again(service, GONE) + "/data").json()
        self.assertEqual((data["lists"], len(data["erasures"]), len(data["suppressions"])), ([], 1, 1))

    def again(self, service, address):
        """A second link, past the pause between two letters."""
        service.terminate()
        service.start(later(1))
        return self.ask(service, address)

    def test_who_never_confirmed_is_simply_erased(self):
        service = self.service(PROXY).start()
        service.sign_up(GONE, VISITOR)
        wait_for(lambda: service.maildir.letters(), "the letter")
        page = self.ask(service, GONE)
        self.assertEqual(self.act(service, page, "erasure").status, 200)
        wait_for(lambda: self.emptied(service) == [], "clean files", 30)
        self.assertEqual(service.look_up(GONE).status, 404)


@unittest.skipUnless(glob.glob(LIBRARY), "no libfaketime")
class Periods(Rights):
    def test_the_link_dies_after_a_day_and_its_address_with_it(self):
        service = self.service(PROXY).start()
        service.call("POST", "/v1/privacy-requests", json.dumps({"email": GONE}), {**JSON, **VISITOR})
        wait_for(lambda: self.answers(service, GONE), "the negative answer")
        wait_for(lambda: self.emptied(service) == [], "nothing held, and now not even the question", 30)
        self.subscribed(service)
        page = self.ask(service, ANNA)
        service.terminate()
        service.start(later(1))
        self.assertEqual(service.call("GET", page).status, 410)
        self.assertEqual(self.act(service, page, "erasure", consent_confirmed="on").status, 410)
        self.assertEqual({one["email"] for one in self.requests(service, "--all")}, {None})

    def test_the_officer_sees_what_is_due_within_a_month_and_what_is_overdue(self):
        service = self.service(lists=[a_list("news")])
        code, out, error = service.cli("requests", "add", ANNA, "--right", "erasure", "--received", "2026-01-31", "--json")
        self.assertEqual(code, 0, error)
        self.assertEqual(json.loads(out)["due_at"], "2026-02-28T00:00:00.000Z")
        service.cli("requests", "add", "ben@example.org", "--right", "access")
        first, second = self.requests(service)
        self.assertEqual((first["email"], first["overdue"]), (ANNA, True))
        self.assertEqual((second["email"], second["overdue"]), ("ben@example.org", False))
        self.assertTrue(self.requests(service, environment=later(32))[1]["overdue"])
        self.assertIn("OVERDUE", service.cli("requests")[1])
        for wrong in (("add", "no address", "--right", "access"), ("add", ANNA, "--right", "everything"),
                      ("add", ANNA, "--right", "access", "--received", "2999-01-01"),
                      ("close", "ffff", "--reason", "to anna@example.org")):
            self.assertEqual(service.cli("requests", *wrong)[0], 2, wrong)
        code, _, error = service.cli("requests", "close", "ffff", "--reason", "done")
        self.assertEqual((code, bool(re.search("no open request", error))), (1, True))
