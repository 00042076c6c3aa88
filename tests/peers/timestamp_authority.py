#!/usr/bin/python3
"""A timestamp authority (RFC 3161) on loopback for tests: `openssl ts` with certificates made at its start, and lies.

It prints its port as the first line on stdout, then serves until it is ended (or, with --stdin-lives, until its stdin
closes). FOLDER holds what it made: `ca.pem` (its root), `foreign-ca.pem` (another one), and `behaviour`, a word that is
read anew for each request:
    honest, rsa             what `openssl ts -reply` says, with a certificate of P-256 or RSA
    fractions, mods, chain  right and unusual: a fraction of a second, "granted with modifications", a CA in between
    down, slow, reset, redirect, huge, garbage, empty, trailing, html-type    what HTTP can do
    rejection               a proper refusal
    other-imprint, sha1-imprint, other-nonce, no-nonce, flipped, no-certs, other-name, old-time, back-then, no-time, version-2
                            signed (or broken) lies of an authority that has gone wrong
    expired, not-yet, weak-key, no-usage, uncritical-usage, more-usages, foreign, weak-digest    certificates that will not do
FOLDER/token is the last token of a lie. FOLDER/count is the number of requests so far. FOLDER/offset, when it is there, says by how many seconds the clock of an
honest authority is ahead.
"""
import datetime
import os
import pathlib
import socket
import subprocess
import threading
import time

import steered

SHA256 = bytes.fromhex("0609608648016503040201")
SHA1 = bytes.fromhex("06052b0e03021a")
POLICY = bytes.fromhex("060a2b0601040184593601" "01")  # 1.3.6.1.4.1.601.54.1.1, made up
TIMESTAMP_CONTENT = "1.2.840.113549.1.9.16.1.4"
USAGES = {"expired": "critical,timeStamping", "not-yet": "critical,timeStamping", "no-usage": None,
          "uncritical-usage": "timeStamping", "more-usages": "critical,timeStamping,serverAuth"}


# --- DER ---

def der(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def number(value):
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def element(data):
    """(tag, body, rest)"""
    size, start = data[1], 2
    if size & 0x80:
        start = 2 + (size & 0x7f)
        size = int.from_bytes(data[2:start], "big")
    return data[0], data[start:start + size], data[start + size:]


def read_query(query):
    _, body, _ = element(query)
    _, _, body = element(body)  # version
    _, imprint, body = element(body)
    _, _, digest = element(imprint)
    nonce = None
    while body:
        tag, value, body = element(body)
        if tag == 0x02:
            nonce = int.from_bytes(value, "big")
    return element(digest)[1], nonce


# --- certificates ---

class Certificates:
    def __init__(self, folder):
        self.folder = folder
        root = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
        self.make("ca", None, extensions=root)
        self.make("foreign-ca", None, extensions=root)
        self.make("tsa", "ca")
        self.make("rsa", "ca", algorithm="rsa:2048")
        self.make("foreign", "foreign-ca")
        self.make("weak-key", "ca", algorithm="rsa:1024")
        self.make("between", "ca", extensions="basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
        self.make("chain", "between")
        for name, usage in USAGES.items():
            days = ("20200101000000Z", "20200201000000Z") if name == "expired" else None
            if name == "not-yet":
                days = ("20900101000000Z", "20910101000000Z")
            self.make(name, "ca", usage=usage, days=days)

    def path(self, name):
        return str(self.folder / name)

    def key_words(self, algorithm):
        curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"] if algorithm == "ec" else []
        return ["-newkey", algorithm, *curve, "-nodes"]

    def make(self, name, issuer, usage="critical,timeStamping", days=None, algorithm="ec", extensions=None):
        if extensions is None:
            extensions = "keyUsage=critical,digitalSignature\n" + (f"extendedKeyUsage={usage}\n" if usage else "")
        pathlib.Path(self.path(name + ".ext")).write_text(f"[own]\n{extensions}")
        openssl("req", "-new", *self.key_words(algorithm), "-subj", f"/O=Test/CN=Authority {name}",
                "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        begin, end = days or ("20200101000000Z", "20491231235959Z")
        pathlib.Path(self.path("index.txt")).write_text("")
        pathlib.Path(self.path("ca.cnf")).write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.path('index.txt')}\nnew_certs_dir={self.folder}\n"
            f"rand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\norganizationName=supplied\n"
            "commonName=supplied\n")
        openssl("ca", "-batch", "-config", self.path("ca.cnf"), "-in", self.path(name + ".csr"), "-notext",
                *(["-cert", self.path(issuer + ".pem")] if issuer else ["-selfsign"]),
                "-keyfile", self.path((issuer or name) + ".key"), "-startdate", begin,
                "-enddate", end, "-extfile", self.path(name + ".ext"), "-extensions", "own",
                "-out", self.path(name + ".pem"))


def openssl(*words, **options):
    done = subprocess.run(["openssl", *words], capture_output=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {words[0]}: {done.stderr.decode()}")
    return done.stdout


# --- answers ---

class Authority(steered.Steered):
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.certificates = Certificates(folder)
        (folder / "serial").write_text("01")
        (folder / "ts.cnf").write_text(
            f"[tsa]\ndefault_tsa=t\n[t]\nserial={folder / 'serial'}\ncrypto_device=builtin\nsigner_digest=sha256\n"
            "default_policy=1.3.6.1.4.1.601.54.1.1\ndigests=sha256\nordering=no\ntsa_name=yes\ness_cert_id_chain=no\n"
            "ess_cert_id_alg=sha256\naccuracy=secs:1\n")
        if not (folder / "behaviour").exists():
            (folder / "behaviour").write_text("honest")
        self.lock = threading.Lock()
        self.count = 0

    def counted(self):
        with self.lock:
            self.count += 1
            (self.folder / "count").write_text(str(self.count))

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.seconds_ahead())

    def honest(self, query, name="tsa"):
        with self.lock:  # `openssl ts` keeps its serial number in a file
            (self.folder / "query").write_bytes(query)
            return openssl("ts", "-reply", "-config", str(self.folder / "ts.cnf"), "-section", "t",
                           "-queryfile", str(self.folder / "query"), "-signer", self.certificates.path(name + ".pem"),
                           "-inkey", self.certificates.path(name + ".key"))

    def info(self, digest, nonce, version=1, algorithm=SHA256, at=None, name=None):
        at = at or self.now().strftime("%Y%m%d%H%M%SZ")
        parts = [number(version), POLICY, der(0x30, der(0x30, algorithm, b"\x05\x00"), der(0x04, digest)),
                 number(4711), der(0x18, at.encode())]
        if nonce is not None:
            parts.append(number(nonce))
        if name:  # [0] EXPLICIT GeneralName, directoryName [4]
            common = der(0x31, der(0x30, bytes.fromhex("0603550403"), der(0x0c, name.encode())))
            parts.append(der(0xa0, der(0xa4, der(0x30, common))))
        return der(0x30, *parts)

    def signed(self, info, name="tsa", words=(), status=0, digest="sha256"):
        """The answer around a token that says `info`, signed with the certificate of that name."""
        token = openssl("cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-cades", "-nosmimecap",
                        "-md", digest, "-econtent_type", TIMESTAMP_CONTENT, *words,
                        "-signer", self.certificates.path(name + ".pem"),
                        "-inkey", self.certificates.path(name + ".key"), input=info)
        (self.folder / "token").write_bytes(token)
        return der(0x30, der(0x30, number(status)), token)

    def lie(self, behaviour, query):
        digest, nonce = read_query(query)
        info, signed = self.info, self.signed
        lies = {
            "fractions": lambda: signed(info(digest, nonce, at=self.now().strftime("%Y%m%d%H%M%S.25Z"))),
            "mods": lambda: signed(info(digest, nonce), status=1),
            "chain": lambda: signed(info(digest, nonce), "chain", ["-certfile", self.certificates.path("between.pem")]),
            "rejection": lambda: der(0x30, der(0x30, number(2), der(0x30, der(0x0c, b"no\nstamps\x1b today")),
                                               bytes.fromhex("03020780"))),  # badAlg
            "other-imprint": lambda: signed(info(bytes(32), nonce)),
            "sha1-imprint": lambda: signed(info(digest[:20], nonce, algorithm=SHA1)),
            "other-nonce": lambda: signed(info(digest, nonce ^ 1)),
            "no-nonce": lambda: signed(info(digest, None)),
            "version-2": lambda: signed(info(digest, nonce, version=2)),
            "other-name": lambda: signed(info(digest, nonce, name="Somebody else")),
            "old-time": lambda: signed(info(digest, nonce, at="20240101000000Z")),
            "back-then": lambda: signed(info(digest, nonce, at="20200115120000Z"), "expired"),
            "weak-key": lambda: signed(info(digest, nonce), "weak-key"),
            "no-time": lambda: signed(info(digest, nonce, at="20249901000000Z")),
            "no-certs": lambda: signed(info(digest, nonce), words=["-nocerts"]),
            "weak-digest": lambda: signed(info(digest, nonce), digest="sha1"),
            "foreign": lambda: signed(info(digest, nonce), "foreign"),
            **{name: lambda name=name: signed(info(digest, nonce), name) for name in USAGES},
        }
        return lies[behaviour]()

    def answer(self, behaviour, query):
        if behaviour == "honest" and (self.folder / "offset").exists():
            return self.signed(self.info(*read_query(query)))
        if behaviour in ("honest", "rsa"):
            return self.honest(query, "tsa" if behaviour == "honest" else "rsa")
        if behaviour == "flipped":  # a bit of the signature, which stands at the end
            answer = bytearray(self.honest(query))
            answer[-5] ^= 1
            return bytes(answer)
        if behaviour == "trailing":
            return self.honest(query) + b"\0"
        if behaviour == "garbage":
            return b"<html>" + os.urandom(200)
        return b"" if behaviour == "empty" else self.lie(behaviour, query)


class Handler(steered.Handler):
    authority = None

    def do_POST(self):  # pylint: disable=invalid-name
        query = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.authority.counted()
        behaviour = self.authority.behaviour()
        if self.headers.get("Content-Type") != "application/timestamp-query":
            return self.say(415, b"")
        if behaviour == "down":
            return self.say(503, b"down")
        if behaviour == "reset":
            self.close_connection = True
            return self.connection.shutdown(socket.SHUT_RDWR)
        if behaviour == "slow":
            time.sleep(60)
        if behaviour == "redirect":
            return self.say(302, b"")
        if behaviour == "huge":
            return self.say(200, b"0" * (10 << 20))
        kind = "text/html" if behaviour == "html-type" else "application/timestamp-reply"
        answer = self.authority.answer("honest" if behaviour in ("html-type", "slow") else behaviour, query)
        return self.say(200, answer, kind)

    def say(self, status, body, kind="application/timestamp-reply"):
        super().say(status, body, kind)


def main():
    options = steered.parser(__doc__).parse_args()
    Handler.authority = Authority(options.folder)
    steered.serve(Handler, options.stdin_lives)


if __name__ == "__main__":
    main()
