#!/usr/bin/python3
"""A real SMTP server on loopback for tests (aiosmtpd), which can be told to misbehave.

It prints its port as the first line on stdout, then serves until it is ended (or, with --stdin-lives, until
its stdin closes). With --store DIR it keeps, for each letter it took, numbered from 000001 in order of arrival:
    000001.eml    the bytes between DATA and the final dot, dots unstuffed, otherwise exactly as received
    000001.json   {"from", "to": [...], "smtputf8", "size", "helo", "tls", "user", "connection"}
and events.jsonl, one line for each {"event": "connect", "connection": N} and
{"event": "command", "verb": "MAIL", "connection": N} (without arguments: those hold addresses and passwords).
A letter is on disk before its 250 goes out.

VERB is one of CONNECT (before the greeting), EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY (after the final
dot), NOOP, RSET, QUIT. HELO counts as EHLO.
"""

import argparse
import asyncio
import json
import logging
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

VERBS = ["CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "NOOP", "RSET", "QUIT"]

EXAMPLES = """examples:
  smtp_server.py --store /tmp/letters
  smtp_server.py --starttls --cert-dir /tmp/cert --auth news:secret
      the certificate to trust is then /tmp/cert/cert.pem
  smtp_server.py --reply 'RCPT=451 4.7.1 greylisted' --times RCPT=2
      the first two RCPT are put off, later ones are taken
  smtp_server.py --drop MAIL --skip MAIL=1 --times MAIL=1
      the second MAIL, and only that one, meets a closed connection
  smtp_server.py --recipient 'gone@example.org=550 5.1.1 no such mailbox'
  smtp_server.py --delay BODY=3 --reply 'BODY=554-5.7.1 first line\\n554 5.7.1 second line'
"""


def pair(text):
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def verb(text):
    if text not in VERBS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(VERBS)}")
    return text


def verb_pair(text):
    key, value = pair(text)
    return verb(key), value


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--store", type=pathlib.Path, metavar="DIR", help="keep letters and events here")
    tls = parser.add_mutually_exclusive_group()
    tls.add_argument("--starttls", action="store_true",
                     help="offer STARTTLS and refuse MAIL and AUTH without it")
    tls.add_argument("--tls", action="store_true", help="TLS from the first byte (smtps)")
    parser.add_argument("--cert-dir", type=pathlib.Path, metavar="DIR",
                        help="cert.pem and key.pem; made with openssl when missing (default: a fresh folder)")
    parser.add_argument("--cert-name", default="IP:127.0.0.1,DNS:localhost", metavar="SAN",
                        help="subjectAltName of a certificate made here (default %(default)s)")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="require AUTH PLAIN or LOGIN with these")
    parser.add_argument("--no-smtputf8", action="store_true", help="do not offer SMTPUTF8")
    parser.add_argument("--reply", type=verb_pair, action="append", default=[], metavar="VERB=TEXT",
                        help="answer VERB with TEXT ('\\n' makes it several lines); 421 also closes")
    parser.add_argument("--recipient", type=pair, action="append", default=[], metavar="ADDRESS=TEXT",
                        help="answer RCPT of this one address with TEXT")
    parser.add_argument("--drop", type=verb, action="append", default=[], metavar="VERB",
                        help="reset the connection at VERB, without an answer")
    parser.add_argument("--delay", type=verb_pair, action="append", default=[], metavar="VERB=SECONDS",
                        help="wait before answering VERB")
    parser.add_argument("--times", type=verb_pair, action="append", default=[], metavar="VERB=N",
                        help="misbehave at VERB only N times")
    parser.add_argument("--skip", type=verb_pair, action="append", default=[], metavar="VERB=N",
                        help="let the first N of VERB pass")
    parser.add_argument("--letters-per-connection", type=int, default=0, metavar="N",
                        help="answer the MAIL after N letters with 421 and close, as large hosts do")
    parser.add_argument("--idle", type=float, default=300, metavar="SECONDS", help="close idle connections")
    parser.add_argument("--verbose", action="store_true", help="aiosmtpd's own log on stderr")
    parser.add_argument("--stdin-lives", action="store_true",
                        help="end when stdin closes (the parent has died)")
    return parser.parse_args()


class Faults:
    """What is to go wrong, and how often it still may."""

    def __init__(self, options):
        self.replies = dict(options.reply)
        self.drops = set(options.drop)
        self.delays = {key: float(value) for key, value in options.delay}
        self.left = {key: int(value) for key, value in options.times}
        self.skip = {key: int(value) for key, value in options.skip}
        self.recipients = dict(options.recipient)

    def due(self, name):
        if name not in self.replies and name not in self.drops and name not in self.delays:
            return False
        if self.skip.get(name, 0) > 0:
            self.skip[name] -= 1
            return False
        if self.left.get(name, 1) <= 0:
            return False
        if name in self.left:
            self.left[name] -= 1
        return True


class Store:
    """Letters and events on disk."""

    def __init__(self, folder):
        self.folder = folder
        self.letters = 0
        self.connections = 0
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def event(self, **what):
        if self.folder:
            with open(self.folder / "events.jsonl", "a", encoding="utf-8") as file:
                file.write(json.dumps(what) + "\n")

    def letter(self, session, envelope, connection, tls):
        self.letters += 1
        if not self.folder:
            return
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "smtputf8": envelope.smtp_utf8,
                 "size": len(envelope.original_content), "helo": session.host_name, "tls": tls,
                 "user": session.auth_data, "connection": connection}
        name = self.folder / f"{self.letters:06}"
        name.with_suffix(".json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        draft = name.with_suffix(".tmp")
        draft.write_bytes(envelope.original_content)
        draft.rename(name.with_suffix(".eml"))  # whoever sees the .eml sees all of it


def lines(text):
    return text.replace("\\n", "\r\n")


class Letters:
    """aiosmtpd's hook for a letter that has come in whole."""

    async def handle_DATA(self, server, session, envelope):
        return await server.take(session, envelope)


class Peer(SMTP):
    """One connection. Each command first asks whether it is time for a fault."""

    def __init__(self, options, faults, store, **settings):
        super().__init__(Letters(), **settings)
        self.options, self.faults, self.store = options, faults, store
        self.connection = 0
        self.taken = 0

    async def misbehave(self, name):
        """True when the command has been dealt with."""
        if not self.faults.due(name):
            return False
        await asyncio.sleep(self.faults.delays.get(name, 0))
        if name in self.faults.drops:
            (self._original_transport or self.transport).abort()
            self._handler_coroutine.cancel()
            return True
        if name not in self.faults.replies:
            return False
        await self.refuse(self.faults.replies[name])
        return True

    async def refuse(self, text):
        await self.push(lines(text))
        if text.startswith("421"):
            self.transport.close()

    async def begin(self, name):
        self.store.event(event="command", verb=name, connection=self.connection)
        return await self.misbehave(name)

    async def _handle_client(self):
        self.store.connections += 1
        self.connection = self.store.connections
        self.store.event(event="connect", connection=self.connection)
        if not await self.misbehave("CONNECT"):
            await super()._handle_client()
        elif self.transport is not None:
            self.transport.close()

    async def smtp_EHLO(self, hostname):
        if not await self.begin("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname):
        if not await self.begin("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg):
        if not await self.begin("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg):
        if not await self.begin("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        if await self.begin("MAIL"):
            return
        limit = self.options.letters_per_connection
        if limit and self.taken >= limit:
            await self.refuse("421 4.7.0 too many letters over this connection")
            return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if await self.begin("RCPT"):
            return
        for address, text in self.faults.recipients.items():
            if f"<{address.lower()}>" in (arg or "").lower():
                await self.refuse(text)
                return
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if not await self.begin("DATA"):
            await super().smtp_DATA(arg)

    async def smtp_NOOP(self, arg):
        if not await self.begin("NOOP"):
            await super().smtp_NOOP(arg)

    async def smtp_RSET(self, arg):
        if not await self.begin("RSET"):
            await super().smtp_RSET(arg)

    async def smtp_QUIT(self, arg):
        if not await self.begin("QUIT"):
            await super().smtp_QUIT(arg)

    async def take(self, session, envelope):
        self.store.event(event="command", verb="BODY", connection=self.connection)
        due = self.faults.due("BODY")
        if due:
            await asyncio.sleep(self.faults.delays.get("BODY", 0))
            if "BODY" in self.faults.drops:
                (self._original_transport or self.transport).abort()
                raise asyncio.CancelledError
            if "BODY" in self.faults.replies:
                return lines(self.faults.replies["BODY"])
        self.taken += 1
        tls = self.options.tls or self._tls_protocol is not None
        self.store.letter(session, envelope, self.connection, tls)
        return f"250 2.0.0 Ok: queued as {self.store.letters:06}"


def certificate(options):
    folder = options.cert_dir or pathlib.Path(tempfile.mkdtemp(prefix="smtp-peer-"))
    folder.mkdir(parents=True, exist_ok=True)
    cert, key = folder / "cert.pem", folder / "key.pem"
    if not cert.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "30", "-subj", "/CN=smtp test peer", "-addext",
                        f"subjectAltName={options.cert_name}", "-keyout", key, "-out", cert],
                       check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def authenticator(options):
    expected = options.auth.partition(":")[::2]

    def check(_server, _session, _envelope, _mechanism, given):
        user, password = given.login.decode(), given.password.decode()
        return AuthResult(success=(user, password) == tuple(expected), handled=False, auth_data=user)

    return check


def settings(options, context):
    chosen = {"enable_SMTPUTF8": not options.no_smtputf8, "hostname": "peer.example", "timeout": options.idle,
              "auth_require_tls": options.starttls}
    if options.starttls:
        chosen |= {"tls_context": context, "require_starttls": True}
    if options.auth:
        chosen |= {"auth_required": True, "authenticator": authenticator(options)}
    return chosen


async def serve(options):
    faults, store = Faults(options), Store(options.store)
    context = certificate(options) if options.tls or options.starttls else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Peer(options, faults, store, loop=loop, **settings(options, context)),
        options.host, options.port, ssl=context if options.tls else None, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    done = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    if options.stdin_lives:
        loop.add_reader(sys.stdin.fileno(), lambda: os.read(sys.stdin.fileno(), 64) or done.set())
    await done.wait()
    server.close()


if __name__ == "__main__":
    chosen = arguments()
    warnings.simplefilter("default" if chosen.verbose else "ignore")
    logging.basicConfig(level=logging.INFO if chosen.verbose else logging.CRITICAL + 1)
    asyncio.run(serve(chosen))
