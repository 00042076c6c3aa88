"""What the peers of tests/peers have in common that are steered by files in a folder of theirs.

FOLDER/behaviour is a word that is read anew for each request; FOLDER/offset, when it is there, says by how many seconds
the clock is ahead.
"""
import argparse
import http.server
import os
import pathlib
import sys
import threading


class Steered:
    folder = None

    def behaviour(self):
        return (self.folder / "behaviour").read_text().strip()

    def seconds_ahead(self):
        offset = self.folder / "offset"
        return int(offset.read_text()) if offset.exists() else 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that is gone


def parser(description):
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=pathlib.Path, required=True)
    options.add_argument("--stdin-lives", action="store_true")
    return options


def serve(handler, stdin_lives, *words):
    """Says its port and the words in its first line, then serves until it is ended, or its stdin closes."""
    server = Server(("127.0.0.1", 0), handler)
    print(server.server_port, *words, flush=True)
    if stdin_lives:
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()
