"""The sealed proof from the look-up to the verifier, and a second verifier of a few lines that shares no code with ours."""
import base64
import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import uuid

import jsonschema

from anchors_test import Peer
from service import BINARY, JSON, ROOT, EndToEnd, a_list, wait_for

HERE = pathlib.Path(__file__).parent
ANNA = "anna@example.org"
WHY = ("--reason", "case 17")


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    """RFC 8785 of what stands in these files: names are ASCII, numbers whole."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_of(entry):
    return sha256(b"\0" + sha256(bytes.fromhex(entry["salt"]) + canonical(entry["record"])))


def root_from(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    last, root = size - 1, leaf
    for node in map(bytes.fromhex, path):
        assert last > 0
        if index & 1 or index == last:
            root = sha256(b"\1" + node + root)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            root = sha256(b"\1" + root + node)
        index, last = index >> 1, last >> 1
    assert last == 0
    return root


class Proofs(EndToEnd):
    def with_anna(self, **more):
        service = self.service(**more).start()
        service.sign_up(ANNA)
        self.assertEqual(service.confirm(service.maildir.letter_to(ANNA).token).status, 200)
        wait_for(lambda: service.records(ANNA, "letter_sent"), "the record of the letter")
        return service

    def proof_file(self, service, name="proof.json", **more):
        answer = service.look_up(ANNA, **more)
        self.assertEqual(answer.status, 200, answer.body)
        file = service.folder / name
        file.write_bytes(answer.body)
        return file

    @staticmethod
    def verify(*words):
        """Without configuration and environment: exit code and what was said."""
        done = subprocess.run([BINARY, "verify", *map(str, words)], capture_output=True, text=True, timeout=60,
                              env={"PATH": os.environ["PATH"], "OPTLEDGER_CONFIG": "/nowhere"}, check=False)
        return done.returncode, done.stdout + done.stderr

    def assert_holds(self, *words):
        code, said = self.verify(*words)
        self.assertEqual(code, 0, said)
        self.assertNotIn("NO  ", said)
        return said

    def test_a_proof_verifies_offline_and_against_the_key_that_the_service_publishes(self):
        service = self.with_anna()
        file = self.proof_file(service)
        vkey = service.call("GET", "/v1/ledger/vkey").body.decode().strip()
        self.assertIn("own word", self.assert_holds(file))
        self.assertIn("one that you gave", self.assert_holds(file, "--key", vkey))
        self.assertIn(f"about {ANNA} on the list news", self.assert_holds(file))
        service.terminate()
        self.assert_holds(file, "--key", vkey)
        code, _, error = service.cli("proof", ANNA, *WHY, "-o", "by-command.json")
        self.assertEqual(code, 0, error)
        self.assert_holds(service.folder / "by-command.json", "--key", vkey)

    def test_another_implementation_comes_to_the_same_conclusion(self):
        service = self.with_anna()
        proof = json.loads(self.proof_file(service).read_bytes())
        origin, size, root = proof["ledger"]["checkpoint"].split("\n")[:3]
        self.assertEqual(origin, proof["ledger"]["origin"])
        for entry in proof["records"]:
            leaf = leaf_of(entry)
            self.assertEqual(leaf.hex(), entry["leaf_hash"])
            self.assertEqual(root_from(leaf, entry["leaf_index"], int(size), entry["inclusion"]),
                             base64.b64decode(root))
        sealed = {**proof, "records": [entry["leaf_hash"] for entry in proof["records"][:-1]]}
        del sealed["ledger"]
        seal = proof["records"][-1]["record"]
        self.assertEqual((seal["kind"], seal["at"]), ("proof_issued", proof["issued_at"]))
        self.assertEqual(seal["details"], {"statement": sha256(canonical(sealed)).hex()})
        # The signature, by openssl.
        text, signatures = proof["ledger"]["checkpoint"].rsplit("\n\n", 1)
        key = base64.b64decode(proof["ledger"]["vkey"].split("+", 2)[2])[1:]
        (service.folder / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key)
        (service.folder / "text").write_bytes((text + "\n").encode())
        (service.folder / "signature").write_bytes(base64.b64decode(signatures.split()[2])[4:])
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER",
                               "-rawin", "-in", "text", "-sigfile", "signature"], cwd=service.folder, check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_proof_issued_is_a_record_in_the_next_one(self):
        service = self.with_anna()
        first = json.loads(self.proof_file(service).read_bytes())
        second = json.loads(self.proof_file(service).read_bytes())
        self.assertEqual([entry["record"] for entry in second["records"][:-1]],
                         [entry["record"] for entry in first["records"]])

    def test_a_page_carries_the_same_proof(self):
        service = self.with_anna()
        file = self.proof_file(service, "proof.html", format="html")
        self.assertIn("only the data inside the page", self.assert_holds(file))
        html = file.read_text(encoding="utf-8")
        proof = re.search(r'<script type="application/json" id="optledger-proof">(.*)</script>', html)[1]
        self.assertNotIn("<", proof)
        (service.folder / "inside.json").write_text(proof, encoding="utf-8")
        self.assert_holds(service.folder / "inside.json")
        file.write_text(html.replace('"state":"confirmed"', '"state":"unsubscribed"'), encoding="utf-8")
        self.assertEqual(self.verify(file)[0], 1)

    def test_the_exit_code_is_that_of_the_worst_file(self):
        service = self.with_anna()
        good = self.proof_file(service)
        bad = service.folder / "bad.json"
        bad.write_bytes(good.read_bytes().replace(b'"confirmed"', b'"pending"', 1))
        none = service.folder / "none.json"
        picture = service.folder / "picture.png"
        picture.write_bytes(b"\x89PNG\r\n")
        self.assertEqual(self.verify(good)[0], 0)
        self.assertEqual(self.verify(bad, good)[0], 1)
        self.assertEqual(self.verify(good, none, bad)[0], 2)
        self.assertEqual(self.verify(picture)[0], 2)
        self.assertEqual(self.verify(good, "--key", "nonsense")[0], 2)
        self.assertEqual(self.verify(good, "--checkpoint", none)[0], 2)
        self.assertEqual(self.verify()[0], 2)
        code, said = self.verify("--json", good, bad, none)
        self.assertEqual(code, 2)
        told = [json.loads(line) for line in said.splitlines()]
        self.assertEqual([one["result"] for one in told], ["holds", "fails", "unreadable"])
        self.assertEqual(told[0]["subject"], {"email": ANNA, "list": "news"})
        self.assertIn(False, [claim["holds"] for claim in told[1]["claims"]])

    def test_files_with_something_before_behind_or_between_are_refused(self):
        service = self.with_anna()
        good = self.proof_file(service).read_bytes()
        for name, lie in {"behind": good + b"x", "nul": good + b"\0", "second": good + good,
                          "bom": b"\xef\xbb\xbf" + good, "twice": good.replace(b"{", b'{"format":"x",', 1),
                          "more": good.replace(b"{", b'{"comment":"x",', 1), "cut": good[:-1],
                          "other": good.replace(b"optledger-proof/1", b"optledger-proof/2")}.items():
            with self.subTest(name):
                file = service.folder / f"{name}.json"
                file.write_bytes(lie)
                code, said = self.verify(file)
                self.assertEqual(code, 1, said)
                self.assertIn("NO  ", said)

    def test_a_kept_checkpoint_shows_a_rewritten_ledger(self):
        service = self.with_anna()
        file = self.proof_file(service)
        service.sign_up("ben@example.org")
        service.maildir.letter_to("ben@example.org")
        size = int(json.loads(file.read_bytes())["ledger"]["checkpoint"].split("\n")[1])

        def larger():
            note = service.call("GET", "/v1/ledger/checkpoint").body
            return note if int(note.split(b"\n")[1]) > size else None

        later = service.folder / "later"
        later.write_bytes(wait_for(larger, "a larger checkpoint"))
        url = f"http://127.0.0.1:{service.port}/v1/ledger"
        code, said = self.verify(file, "--checkpoint", later)
        self.assertEqual(code, 1, said)
        self.assertIn("--tiles", said)
        self.assert_holds(file, "--checkpoint", later, "--tiles", url)
        self.assert_holds(file, "--tiles", url)
        copy = service.folder / "copy"
        shutil.copytree(f"{service.database}-ledger", copy)
        service.terminate()
        self.assert_holds(file, "--checkpoint", later, "--tiles", copy)
        self.assertEqual(self.verify(file, "--tiles", url)[0], 2)
        tile = copy / "tile/0/000"
        tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
        code, said = self.verify(file, "--checkpoint", later, "--tiles", copy)
        self.assertEqual(code, 1, said)

    def test_what_changes_later_leaves_an_earlier_proof_as_it_is(self):
        service = self.with_anna()
        file = self.proof_file(service)
        service.terminate()
        templates = service.folder / "templates"
        shutil.copytree(ROOT / "templates", templates)
        for page in ("letters/confirmation.en.mustache", "pages/proof.mustache"):
            (templates / page).write_text("Changed. " + (templates / page).read_text())
        wording = service.folder / "wording.md"
        wording.write_text("Something else entirely.\n")
        service.sections["controller"]["name"] = "Successor AG"
        service.sections["retention"] = {"proof_window": "1y"}
        service.sections["server"]["templates"] = str(templates)
        service.lists = [{**a_list("news"), "wording": {"de": str(wording), "en": str(wording)}}]
        service.start()
        self.assert_holds(file, "--tiles", f"http://127.0.0.1:{service.port}/v1/ledger")
        later = json.loads(self.proof_file(service, "later.json").read_bytes())
        self.assert_holds(service.folder / "later.json")
        earlier = json.loads(file.read_bytes())
        self.assertEqual(later["controller"]["name"], "Successor AG")
        for same in ("wordings", "letters", "conclusion"):
            self.assertEqual(later[same], earlier[same])

    def test_erasing_people_leaves_the_proofs_of_all_valid(self):
        service = self.with_anna()
        file = self.proof_file(service)
        service.sign_up("ben@example.org")
        self.assertEqual(service.confirm(service.maildir.letter_to("ben@example.org").token).status, 200)
        for address in ("ben@example.org", ANNA):
            code, out, error = service.cli("erase", address, "--consent-confirmed", *WHY)
            self.assertEqual(code, 0, out + error)
        size = int(json.loads(file.read_bytes())["ledger"]["checkpoint"].split("\n")[1])
        wait_for(lambda: int(service.call("GET", "/v1/ledger/checkpoint").body.split(b"\n")[1]) > size, "growth")
        self.assert_holds(file, "--tiles", f"http://127.0.0.1:{service.port}/v1/ledger")
        receipt = self.proof_file(service, "receipt.json")
        self.assertEqual(json.loads(receipt.read_bytes())["format"], "optledger-erasure-receipt/1")
        code, said = self.verify(receipt)
        self.assertEqual(code, 1)
        self.assertIn("an erasure receipt", said)

    def test_the_views_are_valid_in_their_own_formats(self):
        service = self.with_anna()
        receipt = json.loads(self.proof_file(service, "kantara.json", format="kantara").read_bytes())
        schema = json.loads((HERE / "kantara_receipt.schema.json").read_text())
        jsonschema.Draft4Validator.check_schema(schema)
        jsonschema.Draft4Validator(schema).validate(receipt)
        self.assertEqual(uuid.UUID(receipt["consentReceiptID"]).version, 4)
        proof = json.loads(self.proof_file(service).read_bytes())
        self.assertEqual(receipt["piiPrincipalId"], ANNA)
        self.assertEqual(receipt["consentTimestamp"],
                         int(subprocess.run(["date", "-d", proof["conclusion"]["consent_given_at"], "+%s"],
                                            capture_output=True, text=True, check=True).stdout))
        answer = service.look_up(ANNA, format="dpv")
        self.assertEqual(answer.headers["Content-Type"], "application/ld+json")
        record = answer.json()
        self.assertEqual(record["dct:conformsTo"], ["https://w3id.org/dpv/schema/dpv-27560#record",
                                                    "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"])
        self.assertNotIn(ANNA, json.dumps(record["dpv:hasDataSubject"]))
        (process,) = record["dpv:hasProcess"]
        self.assertEqual([(status["@type"][0], status["dpv:isIndicatedAtTime"])
                          for status in process["dpv:hasConsentStatus"]],
                         [("dpv:ConsentRequested", proof["records"][0]["record"]["at"]),
                          ("dpv:ConsentGiven", proof["conclusion"]["consent_given_at"])])
        for name in {key for level in (record, process) for key in level if ":" in key}:
            self.assertIn(name.split(":")[0], record["@context"])
        for words in (["--format", "kantara"], ["--format", "dpv"]):
            code, out, error = service.cli("proof", ANNA, *WHY, *words)
            self.assertEqual(code, 0, error)
            json.loads(out)

    def test_without_a_consent_there_is_no_receipt_of_one(self):
        service = self.service().start()
        service.sign_up(ANNA)
        service.maildir.letter_to(ANNA)
        answer = service.look_up(ANNA, format="kantara")
        self.assertEqual((answer.status, answer.json()["type"]), (422, "urn:optledger:problem:no-consent"))
        code, out, error = service.cli("proof", ANNA, *WHY, "--format", "kantara")
        self.assertEqual((code, out), (1, ""), error)
        status = service.look_up(ANNA, format="dpv").json()["dpv:hasProcess"][0]["dpv:hasConsentStatus"]
        self.assertEqual([one["@type"][0] for one in status], ["dpv:ConsentRequested"])

    def test_all_proofs_are_exported_one_on_a_line(self):
        service = self.service(lists=[a_list("news"), a_list("jobs")]).start()
        people = {("anna@example.org", "news"), ("anna@example.org", "jobs"), ("ben@example.org", "news"),
                  ("Ben@example.org", "news")}
        for address, name in sorted(people):
            self.assertEqual(service.sign_up(address, list=name).status, 202)
        self.assertEqual(service.cli("export", "--kind", "proofs")[0], 2)
        code, _, error = service.cli("export", "--kind", "proofs", *WHY, "-o", "all.jsonl")
        self.assertEqual(code, 0, error)
        file = service.folder / "all.jsonl"
        proofs = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        found = {(proof["subject"]["email"], proof["subject"]["list"]) for proof in proofs}
        self.assertEqual(found, people)
        self.assertEqual(len(found), len(proofs))
        said = self.assert_holds(file)
        self.assertEqual(len(said.splitlines()), len(proofs))
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join([lines[0], lines[1].replace(b'"pending"', b'"blocked"', 1), *lines[2:]]))
        code, said = self.verify(file)
        self.assertEqual(code, 1)
        self.assertIn("all.jsonl:2: DOES NOT HOLD", said)
        code, out, error = service.cli("export", "--kind", "proofs", *WHY, "--list", "jobs")
        self.assertEqual([json.loads(line)["subject"]["list"] for line in out.splitlines()], ["jobs"], error)

    def test_a_place_in_the_ledger_is_written_for_other_tools(self):
        service = self.with_anna()
        file = self.proof_file(service)
        self.assert_holds(file, "--tlog-proofs", service.folder / "places")
        proof = json.loads(file.read_bytes())
        for entry in proof["records"]:
            text = (service.folder / f"places/proof-{entry['leaf_index']}.tlog-proof").read_text()
            head, checkpoint = text.split("\n\n", 1)
            self.assertEqual(head.split("\n")[:2], ["c2sp.org/tlog-proof@v1", f"index {entry['leaf_index']}"])
            self.assertEqual([base64.b64decode(line).hex() for line in head.split("\n")[2:]], entry["inclusion"])
            self.assertEqual(checkpoint, proof["ledger"]["checkpoint"])

    def test_a_person_s_own_copy_is_evidence_and_no_proof(self):
        service = self.with_anna()
        service.call("POST", "/v1/privacy-requests", json.dumps({"email": ANNA}), JSON)
        letter = wait_for(lambda: next((one for one in service.maildir.letters() if one.kind == "privacy"), None),
                          "the letter with the link")
        answer = service.call("GET", f"/privacy/{letter.token}/data")
        self.assertEqual(answer.status, 200, answer.body)
        (one,) = answer.json()["lists"]
        evidence = one["evidence"]
        self.assertEqual(evidence["format"], "optledger-evidence/1")
        entries = service.call("GET", "/v1/ledger/tile/entries/000.p/1").body
        self.assertEqual(entries[2:], sha256(bytes.fromhex(evidence["records"][0]["salt"]) +
                                             canonical(evidence["records"][0]["record"])))
        self.assertEqual(evidence["records"][0]["leaf_index"], 0)
        (service.folder / "own.json").write_text(json.dumps(evidence))
        code, said = self.verify(service.folder / "own.json")
        self.assertEqual(code, 1)
        self.assertIn("own copy", said)

    def test_a_timestamp_is_believed_when_its_authority_is(self):
        authority = Peer(self, "timestamp_authority.py")
        ca_file = authority.folder / "ca.pem"
        service = self.with_anna(sections={"ledger": {"tsa_url": authority.url, "tsa_ca_file": str(ca_file)}})

        def stamped():
            file = self.proof_file(service)
            return file if json.loads(file.read_bytes())["ledger"]["timestamps"] else None

        file = wait_for(stamped, "a timestamp")
        said = self.assert_holds(file)
        self.assertRegex(said, r"(?m)^  open records? .*existed at .* says .*--tsa-ca$")
        self.assertRegex(self.assert_holds(file, "--tsa-ca", ca_file), r"(?m)^  yes  records? .*existed at .*, says ")
        stranger = Peer(self, "timestamp_authority.py")
        code, said = self.verify(file, "--tsa-ca", stranger.folder / "ca.pem")
        self.assertEqual(code, 1, said)
        self.follow_the_documentation(service, ca_file)

    def follow_the_documentation(self, service, ca_file):
        """Runs the commands of docs/verification.md; hashes come in pairs that must be equal."""
        shutil.copy(ca_file, service.folder / "tsa-ca.pem")
        shutil.copy(ROOT / "examples/verification/main.go", service.folder)
        (service.folder / "key").write_bytes(service.call("GET", "/v1/ledger/vkey").body)
        page = (ROOT / "docs/verification.md").read_text(encoding="utf-8")
        blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", page)
        self.assertEqual(len(blocks), 5)
        environment = {**os.environ, "GOCACHE": str(self.temporary_folder()), "GOFLAGS": ""}
        said = ""
        for block in blocks:
            done = subprocess.run(["bash", "-euc", block], cwd=service.folder, env=environment, capture_output=True,
                                  text=True, check=False)
            self.assertEqual(done.returncode, 0, block + done.stdout + done.stderr)
            said += done.stdout + done.stderr
        hashes = re.findall(r"(?m)^[0-9a-f]{64}", said)
        self.assertGreaterEqual(len(hashes), 8)
        self.assertEqual(hashes[::2], hashes[1::2])
        self.assertIn("record 0 is in the ledger", said)
        self.assertIn("Verification: OK", said)
        self.assertIn("Time stamp: ", said)

    def test_go_s_own_ledger_packages_verify_a_proof(self):
        service = self.with_anna()
        file = self.proof_file(service)
        vkey = service.call("GET", "/v1/ledger/vkey").body.decode().strip()
        program = service.folder / "verify-with-go"
        environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                       "GOCACHE": str(self.temporary_folder()), "GOFLAGS": ""}
        subprocess.run(["go", "build", "-o", program, ROOT / "examples/verification/main.go"],
                       env=environment, check=True, cwd=service.folder)

        def go(*words):
            done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
            return done.returncode, done.stdout + done.stderr

        code, said = go(file, vkey)
        self.assertEqual(code, 0, said)
        self.assertEqual(said.count("is in the ledger"), len(json.loads(file.read_bytes())["records"]))
        lie = service.folder / "lie.json"
        lie.write_bytes(file.read_bytes().replace(b'"method":"page"', b'"method":"mail"'))
        self.assertEqual(go(lie, vkey)[0], 1)
        forged = vkey.replace("+", "2+", 1)
        self.assertEqual(go(file, forged)[0], 1)

    def test_without_a_signed_checkpoint_there_is_no_proof_yet(self):
        def issued():
            records = json.loads(self.proof_file(service).read_bytes())["records"]
            return [entry["record"]["kind"] for entry in records].count("proof_issued")

        service = self.with_anna()
        before = issued()
        service.terminate()
        lock = pathlib.Path(f"{service.database}.ledger")  # whoever has it signs
        with open(lock, "ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            code, out, error = service.cli("proof", ANNA, *WHY)
            self.assertEqual((code, out), (3, ""), error)
            self.assertIn("the ledger is behind", error)
            service.start()
            answer = service.look_up(ANNA)
            self.assertEqual((answer.status, answer.json()["type"]), (503, "urn:optledger:problem:ledger-behind"))
            self.assertTrue(answer.headers["Retry-After"])
        self.assertEqual(issued(), before + 1, "asking in vain left a trail")
