#!/usr/bin/python3
"""An HTTP server on loopback for tests, which answers what it is told to, well-formed or not.

It prints its port as the first line on stdout, then serves until it is ended (or, with --stdin-lives, until its stdin
closes). The first request gets the first --answer, the next one the next, the last answer is for all that follow.
An answer is a JSON object:
    {"status": 200, "headers": {"X": "y"}, "body": "text"}   with a right Content-Length; "{secret}" in the text
                        becomes the request's ?secret=
    {"raw": "HTTP/1.1 200 OK\\r\\n…"}                          these bytes instead
and, with either:
    "fill": 1000        so many further bytes behind it
    "delay": 0.5        seconds before it
    "end": "close"      or "reset", behind it; without it the connection is kept
With --journal FILE it writes, for each request, {"connection", "method", "target", "headers", "body"} as one line, before
it answers. With --tls it has a certificate of its own in --cert-dir (cert.pem).
"""
import argparse
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import urllib.parse

CHUNK = b"x" * 65536


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answer", type=json.loads, action="append", default=[], metavar="JSON")
    parser.add_argument("--journal", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--cert-dir", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--cert-name", default="IP:127.0.0.1", metavar="NAME", help="as in subjectAltName")
    parser.add_argument("--stdin-lives", action="store_true", help="end when stdin closes (the parent has died)")
    return parser.parse_args()


def certificate(options):
    options.cert_dir.mkdir(parents=True, exist_ok=True)
    cert, key = options.cert_dir / "cert.pem", options.cert_dir / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "30", "-subj", "/CN=http test peer", "-addext", f"subjectAltName={options.cert_name}",
                    "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


class Peer:
    def __init__(self, options):
        self.answers, self.journal = options.answer or [{"status": 200, "body": "{}"}], options.journal
        self.lock = threading.Lock()
        self.requests = 0

    def next_answer(self, request):
        with self.lock:
            if self.journal:
                with open(self.journal, "a", encoding="utf-8") as file:
                    file.write(json.dumps(request) + "\n")
            self.requests += 1
            return self.answers[min(self.requests, len(self.answers)) - 1]

    def serve(self, connection, number):
        stream = connection.makefile("rb")
        try:
            while (request := read_request(stream)) is not None:
                answer = self.next_answer({"connection": number, **request})
                threading.Event().wait(answer.get("delay", 0))
                send(connection, answer, request["target"])
                if answer.get("end") == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if answer.get("end"):
                    return
        except OSError:
            pass  # the client is gone
        finally:
            stream.close()
            connection.close()


def read_request(stream):
    """None at the end of the connection."""
    line = stream.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {}
    while (header := stream.readline().decode("latin-1").strip()):
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0))).decode()
    return {"method": line[0], "target": line[1], "headers": headers, "body": body}


def send(connection, answer, target):
    raw = answer.get("raw")
    if raw is None and "status" in answer:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)
        body = answer.get("body", "").replace("{secret}", query.get("secret", [""])[0]).encode()
        head = {"Content-Length": len(body), **answer.get("headers", {})}
        lines = [f"HTTP/1.1 {answer['status']} X", *(f"{name}: {value}" for name, value in head.items())]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    elif raw:
        connection.sendall(raw.encode())
    left = answer.get("fill", 0)
    while left > 0:
        connection.sendall(CHUNK[:left])
        left -= len(CHUNK)


def main():
    options = arguments()
    peer, context = Peer(options), certificate(options) if options.tls else None
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    if options.stdin_lives:
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    for number in range(1, sys.maxsize):
        connection, _ = listener.accept()

        def handle(connection=connection, number=number):
            try:
                peer.serve(context.wrap_socket(connection, server_side=True) if context else connection, number)
            except (ssl.SSLError, OSError):
                connection.close()

        threading.Thread(target=handle, daemon=True).start()


if __name__ == "__main__":
    main()
