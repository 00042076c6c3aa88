"""Every command as an officer types it, mostly beside a running serve."""
import hashlib
import json
import re
import stat
import subprocess

from service import EndToEnd, a_list, wait_for

WHY = ("--reason", "case 17")


class Commands(EndToEnd):
    def with_anna(self, lists=()):
        """A running service on which Anna has confirmed every list."""
        service = self.service(lists=lists).start()
        for one in service.lists:
            letters = service.maildir.letters()
            service.sign_up("anna@example.org", list=one["id"])
            wait_for(lambda: len(service.maildir.letters()) > len(letters), "a letter")
            (letter,) = set(service.maildir.letters()) - set(letters)
            self.assertEqual(service.confirm(letter.token).status, 200)
        return service

    def succeeds(self, service, *words):
        code, out, err = service.cli(*words)
        self.assertEqual(code, 0, out + err)
        return out

    def test_version_and_help_need_no_configuration(self):
        service = self.service()
        service.write_config = lambda: None
        self.assertRegex(self.succeeds(service, "version"), r"^optledger \d+\.\d+\.\d+")
        told = json.loads(self.succeeds(service, "version", "--json"))
        self.assertEqual(told["name"], "optledger")
        self.assertIn("proof", self.succeeds(service, "--help"))
        self.assertIn("--reason", self.succeeds(service, "proof", "--help"))

    def test_check_says_one_line_for_each_part_also_beside_a_running_serve(self):
        service = self.with_anna()
        lines = self.succeeds(service, "check").splitlines()
        self.assertEqual([re.match(r"ok   (\w+): .", line)[1] for line in lines],
                         ["configuration", "templates", "storage", "keys", "ledger", "mail"])
        parts = json.loads(self.succeeds(service, "check", "--json"))
        self.assertTrue(all(part["ok"] and part["detail"] for part in parts))

    def test_check_names_what_is_wrong_and_exits_1(self):
        service = self.service({"mail": {"url": "smtp://127.0.0.1:1"}})
        code, out, _ = service.cli("check")
        self.assertEqual(code, 1)
        self.assertRegex(out, "(?m)^FAIL mail: .")
        self.assertRegex(out, "(?m)^ok   storage: ")

    def test_migrate_says_what_it_did_and_does_it_once(self):
        service = self.service()
        self.assertIn("0001_", json.loads(self.succeeds(service, "migrate", "--json"))["applied"][0])
        self.assertEqual(json.loads(self.succeeds(service, "migrate", "--json")), {"applied": []})
        self.assertIn("up to date", self.succeeds(service, "migrate"))

    def test_pages_writes_every_page_and_what_it_needs(self):
        service = self.service()
        self.succeeds(service, "pages", "-o", str(service.folder / "gallery"))
        files = {path.relative_to(service.folder / "gallery").as_posix(): path
                 for path in (service.folder / "gallery").rglob("*") if path.is_file()}
        pages = [name for name in files if name.endswith(".html")]
        self.assertGreater(len(pages), 10)
        for name in pages:
            for sheet in re.findall(r'<link rel="stylesheet" href="/?([^"]+)"', files[name].read_text()):
                self.assertIn(sheet, files)

    def test_a_proof_in_json_is_whole_and_says_the_same_as_the_service(self):
        service = self.with_anna()
        proof = json.loads(self.succeeds(service, "proof", "anna@example.org", *WHY))
        self.assertEqual(proof["format"], "optledger-proof/1")
        self.assertEqual(proof["conclusion"]["state"], "confirmed")
        for name, wording in proof["wordings"].items():
            self.assertEqual(hashlib.sha256(wording["text"].encode()).hexdigest(), name)
        served = service.look_up("anna@example.org").json()
        self.assertEqual([entry["record"] for entry in served["records"][:-1]],
                         [entry["record"] for entry in proof["records"]])
        for same in ("controller", "subject", "conclusion", "wordings", "letters"):
            self.assertEqual(served[same], proof[same])

    def test_a_proof_in_html_goes_to_a_private_file_and_holds_the_json(self):
        service = self.with_anna()
        file = service.folder / "anna.html"
        words = ["proof", "anna@example.org", *WHY, "--format", "html", "-o", str(file)]
        self.assertEqual(self.succeeds(service, *words), "")
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        html = file.read_text(encoding="utf-8")
        self.assertTrue(html.startswith("<!doctype html>") or html.startswith("<!DOCTYPE html>"))
        self.assertIn("optledger-proof/1", html)
        self.assertIn("anna@example.org", html)

    def test_an_address_on_several_lists_needs_a_list_or_gives_one_file_for_each(self):
        service = self.with_anna([a_list("news"), a_list("jobs")])
        code, out, err = service.cli("proof", "anna@example.org", *WHY)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("--list", err)
        one = json.loads(self.succeeds(service, "proof", "anna@example.org", *WHY, "--list", "jobs"))
        self.assertEqual(one["subject"]["list"], "jobs")
        self.succeeds(service, "proof", "anna@example.org", *WHY, "-o", str(service.folder / "anna.json"))
        for name in ("news", "jobs"):
            proof = json.loads((service.folder / f"anna-{name}.json").read_text())
            self.assertEqual(proof["subject"], {"email": "anna@example.org", "list": name})

    def test_a_proof_that_cannot_be_given_says_why(self):
        service = self.with_anna()
        for code, words in ((1, ["proof", "nobody@example.org", *WHY]),
                            (1, ["proof", "anna@example.org", *WHY, "--list", "jobs"]),
                            (1, ["proof", "anna@example.org", *WHY, "-o", "/nowhere/anna.json"]),
                            (2, ["proof", "anna@example.org"]),
                            (2, ["proof", "anna@example.org", "--reason", "  "]),
                            (2, ["proof", "anna@example.org", "--reason", "asked by anna@example.org"]),
                            (2, ["proof", "anna at example.org", *WHY])):
            with self.subTest(words=words):
                status, out, err = service.cli(*words)
                self.assertEqual((status, out), (code, ""), err)
                self.assertEqual(len(err.splitlines()), 1, err)

    def test_keys_are_made_listed_and_revoked_beside_a_running_serve(self):
        service = self.with_anna()
        words = ["apikey", "add", "--name", "crm", "--scope", "proof,stats", "--json"]
        made = json.loads(self.succeeds(service, *words))
        self.assertEqual((made["name"], made["scopes"]), ("crm", ["proof", "stats"]))
        service.api_key = {"Authorization": "Bearer " + made["key"]}
        self.assertEqual(service.look_up("anna@example.org").status, 200)
        self.assertEqual(service.call("GET", "/metrics", headers=service.api_key).status, 200)
        self.assertEqual(service.sign_up("b@example.org", service.api_key).status, 403)
        listed = self.succeeds(service, "apikey", "list", "--json")
        self.assertEqual([key["name"] for key in json.loads(listed)], ["crm"])
        self.assertNotIn(made["key"], listed + self.succeeds(service, "apikey", "list"))
        for file in service.state.rglob("*"):
            self.assertNotIn(made["key"].encode(), file.read_bytes() if file.is_file() else b"")
        self.assertEqual(service.cli("apikey", "add", "--name", "crm", "--scope", "proof")[0], 1)
        self.succeeds(service, "apikey", "revoke", "crm")
        self.assertEqual(service.look_up("anna@example.org").status, 401)
        self.assertEqual(service.cli("apikey", "revoke", "crm")[0], 1)
        self.assertTrue(json.loads(self.succeeds(service, "apikey", "list", "--json"))[0]["revoked_at"])

    def test_a_proof_on_a_full_disk_is_no_success(self):
        service = self.with_anna()
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(service.command("proof", "anna@example.org", *WHY), stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 1, "a proof that was not written whole")
