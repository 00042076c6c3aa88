"""The proof on paper, as a court gets it: read back with other people's programs (Debian's poppler-utils)."""
import hashlib
import json
import re
import stat
import subprocess

from leaving_test import GONE, Readers

JSON = {"Content-Type": "application/json"}
WHY = ("--reason", "case 17")


def run(*command, folder=None):
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def one_line(text):
    return " ".join(text.split())


class Printing(Readers):
    def printed(self, service, address, name="anna.pdf", *more):
        file = service.folder / name
        code, out, error = service.cli("proof", address, *WHY, "--format", "pdf", "-o", str(file), *more)
        self.assertEqual((code, out), (0, ""), error)
        return file

    def out_of(self, file):
        """The attachment as a file of its own."""
        folder = file.with_suffix(".parts")
        folder.mkdir()
        run("pdfdetach", "-saveall", str(file), folder=folder)
        (one,) = folder.iterdir()
        return one

    def attached(self, file):
        """The attached bytes and their name."""
        one = self.out_of(file)
        return one.name, one.read_bytes()

    def test_a_pdf_is_a_tagged_document_with_its_fonts_inside_and_nothing_that_runs(self):
        service = self.service().start()
        self.subscribed(service, locale="de")
        file = self.printed(service, "anna@example.org")
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        facts = dict(re.findall(r"(?m)^([^:\n]+):\s+(.*)$", run("pdfinfo", str(file))))
        self.assertRegex(facts["Title"], "^Nachweis zur Newsletter-Einwilligung – ")
        self.assertEqual((facts["Tagged"], facts["JavaScript"], facts["Encrypted"]), ("yes", "no", "no"))
        self.assertIn("(A4)", facts["Page size"])
        self.assertIn(b"/Lang <FEFF00640065>", file.read_bytes())
        fonts = [line.split() for line in run("pdffonts", str(file)).splitlines()[2:]]
        self.assertTrue(fonts)
        for font in fonts:
            self.assertEqual(font[-5:-2], ["yes", "yes", "yes"], "embedded, a subset, with its characters")
        structure = run("pdfinfo", "-struct-text", str(file))
        self.assertRegex(structure, r'H2 \(block\)\s+"Ergebnis"\s+P \(block\)\s+"Die Adresse anna@example.org hat am ')

    def test_the_conclusion_comes_first_and_every_page_says_its_number_and_the_check_value(self):
        service = self.service().start()
        self.subscribed(service, locale="de")
        file = self.printed(service, "anna@example.org")
        pages = run("pdftotext", "-layout", str(file), "-").removesuffix("\f").split("\f")
        first = one_line(pages[0])
        self.assertLess(first.index("Ergebnis"), first.index("1. Ablauf"))
        self.assertRegex(first, r"Die Adresse anna@example\.org hat am \d+\. \w+ \d{4} um \d\d:\d\d:\d\d Uhr \(UTC\) dem Empfang")
        name, attached = self.attached(file)
        check_value = hashlib.sha256(attached).hexdigest()
        for number, page in enumerate(pages, 1):
            self.assertRegex(page.rstrip().splitlines()[-1], rf"^\s*{check_value[:16]}\s+{number} ?/ ?{len(pages)}$")
        self.assertIn(check_value, one_line(run("pdftotext", str(file), "-")))
        self.assertEqual(name, "optledger-proof.json")

    def test_the_attached_json_is_the_proof_itself(self):
        service = self.service().start()
        self.subscribed(service)
        _, attached = self.attached(self.printed(service, "anna@example.org"))
        proof = json.loads(attached)
        self.assertEqual(proof["format"], "optledger-proof/1")
        self.assertEqual(proof["subject"], {"email": "anna@example.org", "list": "news"})
        for name, wording in proof["wordings"].items():
            self.assertEqual(hashlib.sha256(wording["text"].encode()).hexdigest(), name)
        text = one_line(run("pdftotext", str(service.folder / "anna.pdf"), "-"))
        for wording in proof["wordings"].values():
            self.assertIn(one_line(wording["text"]), text)

    def test_verify_reads_the_proof_out_of_the_pdf_and_no_other_byte_of_it(self):
        service = self.service().start()
        self.subscribed(service)
        file = self.printed(service, "anna@example.org")
        code, out, error = service.cli("verify", str(file))
        self.assertEqual(code, 0, out + error)
        self.assertEqual(service.cli("verify", str(self.out_of(file)))[0], 0)
        printed = file.read_bytes()
        forged = service.folder / "forged.pdf"
        forged.write_bytes(printed.replace(b'"state":"confirmed"', b'"state":"forgotten"'))
        self.assertEqual(service.cli("verify", str(forged))[0], 1)
        for added in (b"1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n", printed):
            forged.write_bytes(printed + added)
            code, _, error = service.cli("verify", str(forged))
            self.assertEqual(code, 2, error)

    def test_the_service_gives_a_pdf_to_whoever_accepts_one_or_asks_for_it(self):
        service = self.service().start()
        self.subscribed(service)
        asked = service.look_up("anna@example.org", format="pdf")
        body = json.dumps({"email": "anna@example.org", "reason": "case 17"})
        accepted = service.call("POST", "/v1/proofs", body, {**JSON, **service.api_key, "Accept": "application/pdf"})
        for answer in (asked, accepted):
            self.assertEqual((answer.status, answer.headers.get_content_type()), (200, "application/pdf"))
            self.assertTrue(answer.body.startswith(b"%PDF-1.7\n"))
        either = {**JSON, **service.api_key, "Accept": "text/html,application/pdf;q=0.9"}
        self.assertEqual(service.call("POST", "/v1/proofs", body, either).headers.get_content_type(), "text/html")
        refused = service.look_up("anna@example.org", format="docx")
        self.assertEqual((refused.status, refused.json()["field"]), (422, "format"))

    def test_a_name_of_any_script_and_the_longest_text_are_on_paper(self):
        service = self.service().start()
        agent = "".join(("字", "محمد ", "😀", "हिन्दी ", "x" * 400))
        self.subscribed(service, headers={"User-Agent": agent.encode().decode("latin-1")})
        text = run("pdftotext", str(self.printed(service, "anna@example.org")), "-")
        for part in ("字", "😀", "x" * 60):
            self.assertIn(part, text)

    def test_after_an_erasure_the_receipt_is_printed(self):
        service = self.service().start()
        self.subscribed(service, GONE, locale="de")
        erased = self.manage(service, "/v1/erasures", email=GONE, consent_confirmed=True).json()["lists"]
        self.assertEqual(erased[0]["status"], "erased")
        file = self.printed(service, GONE, "receipt.pdf")
        name, attached = self.attached(file)
        receipt = json.loads(attached)
        self.assertEqual((name, receipt["format"]), ("optledger-erasure-receipt.json", "optledger-erasure-receipt/1"))
        text = one_line(run("pdftotext", str(file), "-"))
        self.assertIn(one_line(receipt["declaration"]["text"]), text)
        self.assertIn(hashlib.sha256(attached).hexdigest(), text)
        html = service.look_up(GONE, format="html")
        self.assertEqual((html.status, html.headers.get_content_type()), (200, "text/html"))
        self.assertIn(receipt["declaration"]["text"], html.body.decode())
        self.assertIn("Content-Security-Policy", html.headers)
