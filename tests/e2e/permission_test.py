"""Permission without consent (§ 7 Abs. 3 UWG) and the export of subscribers, on the real program."""
import csv
import glob
import io
import json
import re
import stat
import unittest

from faketime import LIBRARY, later
from import_test import ADDRESS_WORDS, MEMORY_LIMIT, Imports, days_ago
from leaving_test import FORM, JSON, ONE_CLICK
from service import a_list
from traces import traces

COLUMNS = ["email", "list", "name", "basis", "purchase_reference", "purchased_at", "notice", "address_source"]
NOTICE = "You can object at any time, for example to shop@example.de."


def a_row(email, **changed):
    return {"email": email, "list": "news", "name": "", "basis": "existing_customer", "purchase_reference": "4711",
            "purchased_at": days_ago(400), "notice": NOTICE, "address_source": "order form", **changed}


def as_csv(rows, columns=tuple(COLUMNS), delimiter=","):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_json_lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


class Customers(Imports):
    """What a shop does with its customers; no tests."""

    def service(self, **named):
        """Exports need links that begin with something, also where nothing is served."""
        return super().service({"server": {"public_url": "http://127.0.0.1:9"}}, **named)

    def words(self, path, *more):
        return ["import", str(path), "--kind", "subscribers", "--reason", "customers of the shop", *more]

    def taken(self, service, content, *more, code=0):
        """The counts of a run; those that are 0 left out."""
        path = content if hasattr(content, "parent") else self.file(service, content, "customers.csv")
        status, out, error = service.cli(*self.words(path, "--json", *more))
        self.assertEqual(status, code, error)
        facts = json.loads(out)
        names = ("new", "already", "suppressed", "refused")
        self.assertEqual(facts["rows"], sum(facts[name] for name in names))
        return {name: facts[name] for name in names if facts[name]}

    def subscribers(self, service, *more):
        status, out, error = service.cli("export", "--kind", "subscribers", *more)
        self.assertEqual(status, 0, error)
        return [json.loads(line) for line in out.splitlines()]

    def permit(self, service, email, **changed):
        return self.manage_with(service, {key: value for key, value in a_row(email, **changed).items() if value})

    def manage_with(self, service, body):
        return service.call("POST", "/v1/subscriptions", json.dumps(body), {**JSON, **service.key("manage")})

    def leave(self, service, subscriber):
        path = "/unsubscribe/" + subscriber["unsubscribe_url"].rsplit("/", 1)[1]
        return service.call("POST", path, ONE_CLICK, FORM).status

    def conclusion(self, service, email):
        return service.look_up(email).json()["conclusion"]


class Permitting(Customers):
    def test_customers_are_subscribed_with_their_evidence_however_the_file_is_written(self):
        service = self.service().start()
        for number, write in enumerate((as_csv, lambda rows: "\ufeff" + as_csv(rows, delimiter=";"), as_json_lines)):
            email = f"anna{number}@example.org"
            self.assertEqual(self.taken(service, write([a_row(email, name="Größe; GmbH")])), {"new": 1})
            (record,) = service.records(email)
            self.assertEqual((record["kind"], record["list"], record["ip"]), ("imported", "news", None))
            proof = service.look_up(email).json()
            notice = record["details"].pop("notice")
            self.assertEqual(proof["wordings"], {notice: {"text": NOTICE + "\n"}})
            self.assertEqual(record["details"], {"basis": "existing_customer", "method": "import",
                                                 "purchase_reference": "4711", "purchased_at": days_ago(400),
                                                 "address_source": "order form"})
            self.assertEqual(proof["conclusion"], {"state": "imported", "consent_given_at": None,
                                                   "consent_withdrawn_at": None, "held_until": None})
        self.assertEqual(service.maildir.letters(), [])

    def test_the_printed_proof_says_that_there_was_no_consent(self):
        service = self.service()
        self.taken(service, as_csv([a_row("anna@example.org")]))
        code, out, error = service.cli("proof", "anna@example.org", "--reason", "case 7", "--format", "html")
        self.assertEqual(code, 0, error)
        self.assertIn("hat nicht in den Empfang des Newsletters „news“ von Example GmbH eingewilligt", out)
        self.assertIn("§ 7 Abs. 3 UWG", out)
        self.assertIn(NOTICE, out)

    def test_a_second_run_changes_nothing_and_a_dry_run_neither(self):
        service = self.service()
        path = self.file(service, as_csv([a_row("anna@example.org"), a_row("ANNA@example.org"),
                                          a_row("bert@example.org")]), "customers.csv")
        self.assertEqual(self.taken(service, path, "--dry-run"), {"new": 3})
        self.assertEqual(self.subscribers(service), [])
        self.assertEqual(self.taken(service, path), {"new": 2, "already": 1})
        before = self.subscribers(service)
        self.assertEqual(len(before), 2)
        self.assertEqual(self.taken(service, path), {"already": 3})
        self.assertEqual(self.subscribers(service), before)

    def test_list_and_notice_come_from_the_row_or_from_the_command(self):
        service = self.service(lists=[a_list("news"), a_list("offers")]).start()
        notice = self.file(service, b"\xef\xbb\xbfYou can object.\r\n", "notice.txt")
        columns = [name for name in COLUMNS if name not in ("list", "notice", "name")]
        content = as_csv([a_row("anna@example.org")], columns)
        self.assertEqual(self.taken(service, content, "--list", "offers", "--notice", str(notice)), {"new": 1})
        self.assertEqual(self.taken(service, as_csv([a_row("bert@example.org")]), "--list", "offers", "--notice",
                                    str(notice)), {"new": 1})
        self.assertEqual({one["email"]: one["list"] for one in self.subscribers(service)},
                         {"anna@example.org": "offers", "bert@example.org": "news"})
        texts = lambda email: [one["text"] for one in service.look_up(email).json()["wordings"].values()]
        self.assertEqual(texts("anna@example.org"), ["You can object.\n"])
        self.assertEqual(texts("bert@example.org"), [NOTICE + "\n"])
        code, _, error = service.cli(*self.words(self.file(service, content, "customers.csv")))
        self.assertEqual(code, 1)
        self.assertRegex(error, "line 2: list: say which list; notice: the text is needed")

    def test_rows_without_their_whole_evidence_are_refused_by_line_and_reason_and_never_by_address(self):
        service = self.service()
        wrong = [a_row("anna@example.org", **{name: ""}) for name in COLUMNS if name not in ("list", "name", "email")]
        wrong += [a_row("anna at example.org"), a_row("anna@example.org", basis="double_opt_in"),
                  a_row("anna@example.org", basis="anna@example.org"), a_row("anna@example.org", list="anna"),
                  a_row("anna@example.org", purchased_at="2999-01-01"),
                  a_row("anna@example.org", purchased_at="12.3.2026"),
                  a_row("anna@example.org", notice="Dear anna@example.org, you can object"),
                  a_row("anna@example.org", purchase_reference="anna\nbert"), a_row("")]
        rows = [*wrong, a_row("bert@example.org")]
        report = service.folder / "refused.csv"
        path = self.file(service, as_json_lines(rows), "customers.jsonl")
        code, out, error = service.cli(*self.words(path, "--report", str(report)))
        self.assertEqual(code, 1)
        self.assertIn(f"{len(wrong)} refused", out)
        self.assertIn("1 subscribed now, by permission", out)
        lines = list(range(1, len(wrong) + 1))
        self.assertEqual([int(line) for line in re.findall(r"(?m)^line (\d+): \w+: .", error)], lines)
        table = list(csv.DictReader(io.StringIO(report.read_text(), newline="")))
        self.assertEqual([int(row["line"]) for row in table], lines)
        for word in ADDRESS_WORDS:
            self.assertNotIn(word, out + error + report.read_text())
        self.assertEqual([one["email"] for one in self.subscribers(service)], ["bert@example.org"])

    def test_wrong_use_is_said_in_one_line_and_changes_nothing(self):
        service = self.service()
        path = str(self.file(service, as_csv([a_row("anna@example.org")]), "customers.csv"))
        empty = str(self.file(service, " \n", "empty.txt"))
        kind, why = ["--kind", "subscribers"], ["--reason", "customers"]
        for words in ([path, *kind], [path, *kind, *why, "--as", "blocked"], [path, *kind, *why, "--list", "none"],
                      [path, *kind, *why, "--notice", "none.txt"], [path, *kind, *why, "--notice", empty],
                      [path, *kind, "--reason", "by anna@example.org"],
                      [path, "--kind", "suppressions", *why, "--notice", empty]):
            with self.subTest(words=words):
                code, out, error = service.cli("import", *words)
                self.assertEqual((code, out, len(error.splitlines())), (2, "", 1), error)
        for content in ("email,fingerprint\n", "list,name\n", "email,colour\n", '{"colour":"blue"}\n'):
            error = self.refused(service, content)
            self.assertNotIn("anna", error)
        for words in (["--kind", "subscribers", "--list", "none"], ["--kind", "suppressions", "--list", "news"]):
            code, out, error = service.cli("export", *words)
            self.assertEqual((code, out, len(error.splitlines())), (2, "", 1), error)
        self.assertEqual(self.subscribers(service), [])

    def test_nobody_who_has_left_objected_or_was_erased_is_brought_back(self):
        service = self.service().start()
        self.assertEqual(service.call("POST", self.subscribed(service, "left@example.org"), ONE_CLICK, FORM).status, 200)
        self.subscribed(service, "erased@example.org")
        for words in (["unsubscribe", "unknown@example.org"], ["block", "blocked@example.org"],
                      ["block", "unblocked@example.org"], ["unblock", "unblocked@example.org", "--reason", "asked"],
                      ["erase", "erased@example.org", "--consent-confirmed", "--reason", "asked"]):
            self.assertEqual(service.cli(*words)[0], 0)
        old = self.file(service, f"email,since\nlong.ago@example.org,{days_ago(900)}\n", "old.csv")
        self.assertEqual(service.cli("import", str(old), "--kind", "suppressions", "--reason", "old system")[0], 0)
        people = [f"{name}@example.org" for name in ("left", "erased", "unknown", "blocked", "unblocked", "long.ago")]
        rules = self.rules(service)
        content = as_csv([a_row(email.upper() if email.startswith("left") else email) for email in people])
        self.assertEqual(self.taken(service, content), {"suppressed": len(people)})
        for email in people:
            answer = self.permit(service, email)
            self.assertEqual((answer.status, answer.json()["type"]), (409, "urn:optledger:problem:suppressed"))
            self.assertTrue(self.suppressed(service, email, list="news")["suppressed"])
        self.assertEqual(self.subscribers(service), [])
        self.assertEqual(self.rules(service), rules)
        self.assertEqual(service.records("left@example.org", "imported"), [])

    def test_an_old_suppression_list_that_comes_later_ends_every_permission_in_it(self):
        service = self.service().start()
        self.taken(service, as_csv([a_row("anna@example.org"), a_row("bert@example.org")]))
        self.subscribed(service, "cora@example.org")
        old = self.file(service, "".join(["email,since\n", *(f"{name}@example.org,{days_ago(900)}\n"
                                                            for name in ("anna", "cora"))]), "old.csv")
        code, out, error = service.cli("import", str(old), "--kind", "suppressions", "--reason", "old system", "--json")
        self.assertEqual((code, json.loads(out)["subscriptions_ended"]), (0, 1), error)
        self.assertEqual({one["email"] for one in self.subscribers(service)}, {"bert@example.org", "cora@example.org"})
        (record,) = service.records("anna@example.org", "unsubscribed")
        self.assertEqual(record["details"]["basis"], "existing_customer")

    def test_a_permitted_person_leaves_and_objects_like_any_other(self):
        service = self.service().start()
        self.assertEqual(self.permit(service, "anna@example.org").status, 201)
        self.taken(service, as_csv([a_row("bert@example.org")]))
        anna, bert = sorted(self.subscribers(service), key=lambda one: one["email"])
        self.assertEqual(self.leave(service, anna), 200)
        self.assertEqual(service.cli("block", bert["email"])[0], 0)
        for email, kind, state in ((anna["email"], "unsubscribed", "unsubscribed"), (bert["email"], "blocked", "blocked")):
            (record,) = service.records(email, kind)
            self.assertEqual(record["details"]["basis"], "existing_customer")
            conclusion = self.conclusion(service, email)
            self.assertEqual((conclusion["state"], conclusion["consent_withdrawn_at"]), (state, None))
            self.assertEqual(conclusion["held_until"][:4], str(int(record["at"][:4]) + 3))
            self.assertTrue(self.suppressed(service, email, list="news")["suppressed"])
        self.assertEqual(self.subscribers(service), [])

    def test_a_customer_who_consents_later_is_exported_with_their_consent_and_the_link_they_know(self):
        service = self.service().start()
        self.permit(service, "anna@example.org")
        (before,) = self.subscribers(service)
        self.assertEqual((before["basis"], before["confirmed_at"]), ("existing_customer", None))
        self.subscribed(service, "anna@example.org")
        (after,) = self.subscribers(service)
        self.assertEqual((after["basis"], after["unsubscribe_url"]), ("double_opt_in", before["unsubscribe_url"]))
        self.assertEqual(after["confirmed_at"], self.conclusion(service, "anna@example.org")["consent_given_at"])

    @unittest.skipUnless(glob.glob(LIBRARY), "no libfaketime")
    def test_the_evidence_of_a_permission_is_deleted_three_years_after_its_end(self):
        service = self.service().start()
        gone = "geht.ganz.größe@example.org"
        words = ["geht.ganz.größe", "Auftrag-4711-verschwindet", "Verschwundene Person"]
        self.permit(service, gone, name=words[2], purchase_reference=words[1])
        self.assertEqual({word for _, word in traces(service.state, words)}, set(words))
        self.assertEqual(self.leave(service, self.subscribers(service)[0]), 200)
        service.terminate()
        self.assertEqual(service.cli("retention", "--accept-clock", environment=later(3 * 365 - 2))[0], 0)
        self.assertTrue(traces(service.state, words))
        self.assertEqual(service.cli("retention", environment=later(3 * 365 + 2))[0], 0)
        self.assertEqual(traces(service.state, words), [])
        self.assertEqual(service.cli("check", environment=later(3 * 365 + 2))[0], 0)

    def test_an_erased_customer_leaves_nothing_but_a_receipt_that_claims_no_consent(self):
        service = self.service().start()
        self.permit(service, "geht.ganz@example.org")
        code, out, _ = service.cli("erase", "geht.ganz@example.org", "--reason", "letter", "--consent-confirmed")
        self.assertEqual(code, 0, out)
        receipt = service.look_up("geht.ganz@example.org").json()
        self.assertEqual(receipt["consents"], [])
        self.assertEqual([one["basis"] for one in receipt["permissions"]], ["existing_customer"])
        self.assertNotIn("eingewilligt", receipt["declaration"]["text"])
        self.assertEqual(traces(service.state, ["geht.ganz"]), [])


class Exporting(Customers):
    def test_only_those_who_may_be_mailed_are_exported(self):
        service = self.service(lists=[a_list("news"), a_list("offers")]).start()
        for name in ("stays", "leaves", "blocked", "erased", "kept"):
            self.subscribed(service, f"{name}@example.org", list="news", name=f"Frau {name}")
        service.sign_up("pending@example.org", list="news")
        self.taken(service, as_csv([a_row("anna@example.org", list="offers", name="Anna")]))
        leaves = next(one for one in self.subscribers(service) if one["email"] == "leaves@example.org")
        self.assertEqual(self.leave(service, leaves), 200)
        self.assertEqual(service.cli("block", "blocked@example.org")[0], 0)
        self.assertEqual(service.cli("erase", "erased@example.org", "--consent-confirmed", "--reason", "asked")[0], 0)
        self.assertEqual(service.cli("erase", "kept@example.org", "--reason", "asked")[0], 1)
        everybody = {one["email"]: one for one in self.subscribers(service)}
        self.assertEqual(set(everybody), {"stays@example.org", "anna@example.org"})
        self.assertEqual({key: value for key, value in everybody["anna@example.org"].items() if key != "unsubscribe_url"},
                         {"email": "anna@example.org", "list": "offers", "name": "Anna", "basis": "existing_customer",
                          "confirmed_at": None})
        stays = everybody["stays@example.org"]
        self.assertEqual((stays["name"], stays["basis"]), ("Frau stays", "double_opt_in"))
        for name, email in (("news", "stays@example.org"), ("offers", "anna@example.org")):
            self.assertEqual([one["email"] for one in self.subscribers(service, "--list", name)], [email])

    def test_an_export_goes_through_a_spreadsheet_and_back_and_its_links_work(self):
        service = self.service().start()
        rows = [a_row("+anna@example.org", name="=1+1"), a_row("bert@example.org", name='"Bert", der; Große'),
                *(a_row(f"p{i}@example.org") for i in range(1200))]
        self.assertEqual(self.taken(service, as_csv(rows)), {"new": len(rows)})
        exported = service.folder / "subscribers.csv"
        code, out, error = service.cli("export", "--kind", "subscribers", "--csv", "-o", str(exported))
        self.assertEqual((code, out, error), (0, "", ""))
        self.assertEqual(stat.S_IMODE(exported.stat().st_mode), 0o600)
        text = exported.read_text(encoding="utf-8")
        self.assertEqual(text.splitlines()[0], "email,list,name,basis,confirmed_at,unsubscribe_url")
        table = {row["email"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
        self.assertEqual(len(table), len(rows))
        self.assertEqual(table["'+anna@example.org"]["name"], "'=1+1")
        self.assertEqual(table["bert@example.org"]["name"], '"Bert", der; Große')
        again = [a_row(row["email"], name=row["name"]) for row in table.values()]
        self.assertEqual(self.taken(service, as_csv(again)), {"already": len(rows)})
        other = self.service()
        self.assertEqual(self.taken(other, as_csv(again)), {"new": len(rows)})
        names = {one["email"]: one["name"] for one in self.subscribers(other)}
        self.assertEqual((len(names), names["+anna@example.org"]), (len(rows), "=1+1"))
        self.assertEqual(self.leave(service, table["bert@example.org"]), 200)
        self.assertNotIn("bert@example.org", {one["email"] for one in self.subscribers(service)})

    def test_links_that_nobody_could_follow_are_not_written(self):
        service = self.service()
        del service.sections["server"]["public_url"]
        code, out, error = service.cli("export", "--kind", "subscribers")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("public_url", error)

    def test_an_export_that_carries_no_evidence_is_no_import(self):
        service = self.service().start()
        self.permit(service, "anna@example.org")
        exported = service.folder / "subscribers.jsonl"
        self.assertEqual(service.cli("export", "--kind", "subscribers", "-o", str(exported))[0], 0)
        code, _, error = service.cli(*self.words(exported))
        self.assertEqual((code, len(error.splitlines())), (2, 1), error)
        self.assertIn('unknown column "confirmed_at"', error)

    def test_a_hundred_thousand_customers_go_in_and_out_in_bounded_memory(self):
        service = self.service()
        service.write_config()
        rows = 100_000
        path = service.folder / "customers.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(a_row(f"somebody{i}@example{i % 977}.org", purchase_reference=str(i)) for i in range(rows))
        peak, out, _ = self.peak(service, *self.words(path, "--json"))
        self.assertEqual(json.loads(out)["new"], rows)
        self.assertLess(peak, MEMORY_LIMIT)
        exported = service.folder / "subscribers.csv"
        peak, _, _ = self.peak(service, "export", "--kind", "subscribers", "--csv", "-o", str(exported))
        self.assertLess(peak, MEMORY_LIMIT)
        with open(exported, encoding="utf-8") as file:
            self.assertEqual(sum(1 for _ in file), rows + 1)
