"""The search for traces finds what it is meant to find: each form is hidden by an encoder of its own."""
import base64
import email.header
import email.message
import json
import pathlib
import quopri
import tempfile
import unittest
import urllib.parse

from service import EndToEnd
from traces import traces, traces_in, traces_of

NEEDLE = "Geht.Ganz.Größe@größe-müller.example"
OTHER = "bleibt.hier.größe@größe-müller.example"
NOISE = bytes(range(256)) * 40


def hidden(coded, offset=0):
    return NOISE + b"\0" * offset + coded + NOISE


class Traces(unittest.TestCase):
    def assertFound(self, content, needle=NEEDLE):
        self.assertTrue(traces_in(content, [needle]))
        self.assertEqual(traces_in(content, ["jemand.anders@example.org"]), [])

    def test_plain_text_is_found_in_any_case_and_in_both_orders_of_utf_16(self):
        for text in (NEEDLE, NEEDLE.lower(), "GEHT.GANZ.GRÖßE@GRÖßE-MÜLLER.EXAMPLE"):
            self.assertFound(hidden(text.encode()))
        for encoding in ("utf-16-le", "utf-16-be"):
            for offset in range(2):
                self.assertFound(hidden(NEEDLE.encode(encoding), offset))

    def test_base64_is_found_at_each_alignment_whatever_stands_around_it_and_however_long_its_lines_are(self):
        for before in range(6):
            for after in range(4):
                plain = b"?" * before + NEEDLE.encode() + b"!" * after
                self.assertFound(hidden(base64.b64encode(plain)))
                self.assertFound(hidden(base64.urlsafe_b64encode(plain).rstrip(b"=")))
        for before in range(60, 80):
            letter = email.message.EmailMessage()
            letter.set_content("?" * before + NEEDLE, cte="base64")
            self.assertFound(letter.as_bytes())

    def test_quoted_printable_is_found_also_where_a_soft_line_break_is_in_its_middle(self):
        for before in range(40, 80):
            self.assertFound(hidden(quopri.encodestring(b"?" * before + NEEDLE.encode())))
            self.assertFound(hidden(quopri.encodestring(b"?" * before + NEEDLE.encode()).replace(b"\n", b"\r\n")))
        self.assertFound(hidden(str(email.header.Header(NEEDLE, "utf-8")).encode()))

    def test_percent_and_form_encoding_are_found(self):
        self.assertFound(hidden(urllib.parse.quote(NEEDLE).encode()))
        self.assertFound(hidden(urllib.parse.quote(NEEDLE, safe="").lower().encode()))
        self.assertFound(hidden(urllib.parse.urlencode({"email": NEEDLE}).encode()))

    def test_a_domain_is_found_as_dns_has_it_in_every_other_form_too(self):
        # As libidn2 writes it, and so every letter and record.
        domain = "xn--gre-mller-h1a6wuc.example"
        stored = "Geht.Ganz.Größe@" + domain
        self.assertFound(hidden(stored.encode()))
        self.assertFound(hidden(base64.b64encode(b"To: " + stored.encode())))
        self.assertFound(hidden(stored.encode("utf-16-be"), 1))
        self.assertFound(hidden(domain.upper().encode()), "größe-müller.example")

    def test_json_is_found_as_this_product_and_as_others_write_it(self):
        self.assertFound(hidden(json.dumps({"email": NEEDLE}, ensure_ascii=False).encode()))
        self.assertFound(hidden(json.dumps({"email": NEEDLE}).encode()))

    def test_what_is_not_there_is_not_found(self):
        content = hidden(OTHER.encode()) + base64.b64encode(OTHER.encode()) + OTHER.encode("utf-16-le")
        self.assertEqual(traces_in(content, [NEEDLE]), [])

    def test_every_file_below_a_folder_is_looked_at(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "deep/er").mkdir(parents=True)
            for file in ("optledger.db", "optledger.db-wal", "optledger.db-shm", "deep/er/access.log"):
                (folder / file).write_bytes(hidden(NEEDLE.encode()))
            (folder / "innocent").write_bytes(NOISE)
            found = traces(folder, [NEEDLE])
        self.assertEqual({file for file, _ in found},
                         {"optledger.db", "optledger.db-wal", "optledger.db-shm", "access.log"})


class Everywhere(EndToEnd):
    def test_what_serve_says_and_what_it_exports_is_looked_at_too(self):
        service = self.service()
        service.cli("block", "anna@example.org")
        service.log.append(f"somebody logged {NEEDLE}\n")
        self.assertEqual({place for place, _ in traces_of(service, [NEEDLE])}, {"stderr"})
        self.assertEqual({place for place, _ in traces_of(service, ["blocked"])} & {"export", "export --csv"},
                         {"export", "export --csv"})
