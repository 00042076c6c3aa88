#!/usr/bin/python3
"""Reads letters as somebody else's mail program would (Python's email, policy.default).

usage: parse_letters.py FILE...      prints a JSON array, one object for each file
"""

import email
import email.policy
import json
import pathlib
import re
import sys
from html.parser import HTMLParser


class Links(HTMLParser):
    """Every attribute that loads or leads somewhere, every tag, and the text."""

    def __init__(self):
        super().__init__()
        self.leads, self.tags, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.leads += [value for key, value in attrs
                       if key in ("href", "src", "background", "action", "poster")]

    def handle_data(self, data):
        self.text.append(data)


def urls(text):
    return sorted(set(re.findall(r"https?://[^\s\"'<>]+", text)))


def utf8(text):
    """Raw UTF-8 in a header (RFC 6532) comes out of the parser as surrogate escapes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8")


def parse(path):
    raw = pathlib.Path(path).read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(message.iter_parts())
    plain, html = parts[0].get_content(), parts[1].get_content()
    page = Links()
    page.feed(html)
    page.close()
    defects = [repr(defect) for part in message.walk() for defect in part.defects]
    defects += [f"{name}: {defect!r}" for name, value in message.items() for defect in value.defects]
    mailboxes = {name: [[a.display_name, utf8(a.addr_spec)] for a in message[name].addresses]
                 for name in ("From", "To")}
    return {
        "defects": defects,
        "header_names": [name for name in message.keys()],
        "content_type": message.get_content_type(),
        "part_types": [part.get_content_type() for part in parts],
        "charsets": [part.get_content_charset() for part in parts],
        "subject": message["Subject"],
        "date": message["Date"].datetime.isoformat(),
        "message_id": message["Message-ID"],
        "mailboxes": mailboxes,
        "text": plain,
        "html_text": "".join(page.text),
        "tags": page.tags,
        "leads": page.leads,
        "urls": [urls(plain), urls("\n".join(page.text + page.leads))],
        "bare_line_end": bool(re.search(rb"(?<!\r)\n|\r(?!\n)", raw)),
        "longest_line": max(len(line) for line in raw.split(b"\r\n")),
        "seven_bit": raw.isascii(),
        "preamble": message.preamble,
        "epilogue": message.epilogue,
    }


json.dump([parse(path) for path in sys.argv[1:]], sys.stdout)
