"""Looks for texts in bytes, in every form in which a program could have written them down."""
import base64
import functools
import json
import quopri
import re
import urllib.parse

LINE_ENDS = re.compile(rb"=?\r?\n")  # those of quoted-printable with their =


def base64_forms(plain):
    """What is the same in the base64 of everything that contains these bytes: one form for each alignment."""
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + plain)
        whole = (offset + len(plain)) * 8 // 6
        yield coded[-(-offset * 8 // 6):whole]


def to_domain(label):
    return label if label.isascii() else "xn--" + label.lower().encode("punycode").decode()


def spellings(text):
    """The text as it is, in small letters and in capitals, each with its domain (what is behind an @, or all of it) also
    as DNS has it (IDNA2008)."""
    capitals = "".join(one.upper() if len(one.upper()) == 1 else one for one in text)
    for cased in (text, text.lower(), capitals):
        local, at, domain = cased.rpartition("@")
        yield cased
        yield local + at + ".".join(map(to_domain, domain.split(".")))


def forms_of(text):
    plain = text.encode()
    yield "utf-8", plain
    yield "utf-16-le", text.encode("utf-16-le")
    yield "utf-16-be", text.encode("utf-16-be")
    for number, coded in enumerate(base64_forms(plain)):
        yield f"base64 at {number}", coded
        yield f"base64url at {number}", coded.replace(b"+", b"-").replace(b"/", b"_")
    yield "quoted-printable", quopri.encodestring(plain)
    yield "quoted-printable header", quopri.encodestring(plain, header=True)
    yield "percent", urllib.parse.quote(text, safe="").encode()
    yield "percent but @", urllib.parse.quote(text, safe="@").encode()
    yield "form", urllib.parse.quote_plus(text).encode()
    yield "json", json.dumps(text)[1:-1].encode()


@functools.cache
def forms(text):
    """Every form with its name, in small letters where they are ASCII."""
    return {coded.lower(): form for spelling in spellings(text) for form, coded in forms_of(spelling)}


def traces_in(content, texts):
    """Text and form of what is found; lines are looked at as they are and put together."""
    content = content.lower()
    layouts = (content, LINE_ENDS.sub(b"", content))
    return [(text, form) for text in texts for coded, form in forms(text).items()
            if any(coded in layout for layout in layouts)]


def traces(folder, texts):
    """File and text of what is found below a folder."""
    found = set()
    for file in (path for path in folder.rglob("*") if path.is_file()):
        found |= {(file.name, text) for text, _ in traces_in(file.read_bytes(), texts)}
    return sorted(found)


def traces_of(service, texts):
    """Everywhere an installation writes but the mailbox: database, its log, its index, keys, access log, what serve
    said, and what it exports."""
    found = traces(service.state, texts)
    spoken = {"stderr": service.text_of_log().encode()}
    for form in ((), ("--csv",)):
        code, out, error = service.cli("export", "--kind", "suppressions", *form)
        assert code == 0, error
        spoken[" ".join(("export", *form))] = (out + error).encode()
    return found + sorted({(name, text) for name, bytes in spoken.items() for text, _ in traces_in(bytes, texts)})
