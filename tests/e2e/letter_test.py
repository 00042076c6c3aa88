"""Letters as somebody else's mail program reads them, and as the law wants them (T1.7)."""
import base64
import json
import re
import subprocess

from service import ROOT, EndToEnd, a_list, wait_for
from smtp_peer import SmtpPeer

PARSER = ROOT / "tests/lib/letters/parse_letters.py"
ALLOWED = {"https://example.de/impressum", "https://example.de/datenschutz"}
LOADS = {"img", "svg", "picture", "video", "audio", "iframe", "object", "embed", "script", "style", "link",
         "base", "form", "input"}
NAME = "Björn Überlänge"
PEOPLE = {"de": "grüße.aus.köln@example.org", "en": "anna+tag@xn--mnchen-3ya.example"}


class Letters(EndToEnd):
    def read(self, letters):
        done = subprocess.run(["/usr/bin/python3", str(PARSER), *[str(one.path) for one in letters]],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def complaints(self, seen, letter):
        """What a foreign parser and a judge would object to."""
        # RFC 6532 wants raw UTF-8 in the header of such a letter; Python's parser knows RFC 5322 only.
        is_smtputf8 = not letter.to.isascii()
        yield from [defect for defect in seen["defects"] if not (is_smtputf8 and defect.startswith("To: "))]
        for links in seen["urls"]:
            actions = set(links) - ALLOWED
            if len(actions) != 1 or not re.search(rf"/confirm/{letter.token}$", actions.pop()):
                yield f"not exactly one action link: {links}"
            if any(re.search("[?#&]", link) for link in links):
                yield f"a link with a query: {links}"
        if set(seen["tags"]) & LOADS:
            yield f"tags that load: {seen['tags']}"
        if seen["tags"].count("a") != 1:
            yield "not exactly one <a>"
        for text in (seen["text"], seen["html_text"]):
            if NAME in text or "Björn" in text:
                yield "holds what a stranger typed"
            if "Example GmbH" not in text or "Musterstraße 3" not in text or "65189" not in text:
                yield "lacks the identification of the sender"
        types = [seen["content_type"], *seen["part_types"]]
        if types != ["multipart/alternative", "text/plain", "text/html"]:
            yield f"parts: {types}"
        if seen["bare_line_end"] or seen["longest_line"] > 998:
            yield "lines that RFC 5322 forbids"
        missing = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted"} - \
            set(seen["header_names"])
        if missing or len(set(seen["header_names"])) != len(seen["header_names"]):
            yield f"headers: {seen['header_names']}"

    def test_letters_have_no_defects_and_one_link_in_every_language_over_both_transports(self):
        peer = SmtpPeer(self)
        title = "Neuigkeiten für Freunde sehr langer Überschriften, " + "die auf keine Zeile passen, " * 2
        title = title.strip(" ,")
        lists = [a_list("news", purposes=[]), {**a_list("long"), "title": {"de": title, "en": title}}]
        for url in (f"smtp://127.0.0.1:{peer.port}", None):
            service = self.service({"mail": {"url": url}} if url else {}, lists=lists).start()
            maildir = peer.maildir if url else service.maildir
            for one in lists:
                for language, address in PEOPLE.items():
                    service.sign_up(address, locale=language, name=NAME, list=one["id"])
            letters = wait_for(lambda: len(maildir.letters()) == 4 and maildir.letters(), "four letters")
            for letter, seen in zip(letters, self.read(letters)):
                with self.subTest(to=letter.to, url=url):
                    self.assertEqual(list(self.complaints(seen, letter)), [])
                    self.assertIn(seen["mailboxes"]["To"][0][1], (letter.to, *PEOPLE.values()))

    def test_the_letter_in_the_proof_is_the_delivered_one_with_its_token_masked(self):
        service = self.service().start()
        service.sign_up("anna@example.org", locale="de")
        letter = service.maildir.letter_to("anna@example.org")
        wait_for(lambda: service.records("anna@example.org", "letter_sent"), "the record")
        (kept,) = service.look_up("anna@example.org").json()["letters"].values()
        # Quoted-printable may break the line within the token.
        token = rb"(?:=\r\n)?".join(re.escape(one.encode()) for one in letter.token)
        masked = re.sub(token, lambda found: re.sub(rb"[A-Za-z0-9_-]", b"*", found[0]), letter.raw)
        self.assertEqual(base64.b64decode(kept["message"]), masked)
        self.assertNotEqual(masked, letter.raw)
