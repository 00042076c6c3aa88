#!/usr/bin/python3
"""A witness (C2SP tlog-witness) on loopback for tests: checks what it is given, remembers it on disk before it answers.

It prints its port and its vkey as the first line on stdout ("PORT VKEY"), then serves until it is ended (or, with
--stdin-lives, until its stdin closes). It knows the ledgers of the --log vkeys. FOLDER/state.json holds the last size
and root of each; FOLDER/requests gets the first line of each request; FOLDER/behaviour is a word that is read anew for
each request:
    honest, down, slow, redirect, huge, garbage     what HTTP can do
    flipped, other-key, old-time, empty             signatures that will not do
    no-size, restless       a 409 without its size, or one with another size each time
    split                   as if it had seen another tree of the same size
FOLDER/offset, when it is there, says by how many seconds its clock is ahead.
"""
import base64
import hashlib
import json
import os
import threading
import time

import steered
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

DASH = "— "


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name, kind, public):
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


# --- the tree: RFC 6962, section 2.1.2, after the words of RFC 9162, 2.1.4.2 ---

def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_consistent(old_size, size, proof, old_root, root):
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof
    proof = list(proof)
    if old_size & (old_size - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        return False
    first, second = old_size - 1, size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old, new = proof[0], proof[0]
    for hash_ in proof[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            old, new = node(hash_, old), node(hash_, new)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            new = node(new, hash_)
        first, second = first >> 1, second >> 1
    return second == 0 and old == old_root and new == root


class Refused(Exception):
    def __init__(self, status, body=b"", kind="text/plain"):
        super().__init__()
        self.status, self.body, self.kind = status, body, kind


class Witness(steered.Steered):
    def __init__(self, options):
        self.folder, self.name = options.folder, "witness.example/test"
        self.folder.mkdir(parents=True, exist_ok=True)
        key_file = self.folder / "witness.key"
        if not key_file.exists():
            key_file.write_bytes(Ed25519PrivateKey.generate().private_bytes(
                Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
        self.key = Ed25519PrivateKey.from_private_bytes(key_file.read_bytes())
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.logs = {log.split("+")[0]: base64.b64decode(log.split("+", 2)[2])[1:] for log in options.log}
        self.state = self.folder / "state.json"
        if not (self.folder / "behaviour").exists():
            (self.folder / "behaviour").write_text("honest")
        self.lock = threading.Lock()
        self.moves = 0

    def vkey(self):
        return vkey(self.name, 4, self.public)

    def seen(self, origin):
        states = json.loads(self.state.read_text()) if self.state.exists() else {}
        return states, states.get(origin, {"size": 0, "root": hashlib.sha256(b"").hexdigest()})

    def persist(self, states):
        fresh = self.folder / "state.new"
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump(states, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self.state)

    def add_checkpoint(self, body, behaviour):
        head, _, note = body.partition("\n\n")
        lines = head.split("\n")
        if not lines[0].startswith("old ") or len(lines) > 64:
            raise Refused(400)
        old, proof = int(lines[0][4:]), [base64.b64decode(line, validate=True) for line in lines[1:]]
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, size, root = text.split("\n")[:3]
        size, root = int(size), base64.b64decode(root, validate=True)
        self.require_signed(origin, text, signatures)
        if old > size:
            raise Refused(400)
        with self.lock:
            states, last = self.seen(origin)
            if behaviour == "restless":
                self.moves += 1
                raise Refused(409, f"{self.moves % size}\n".encode(), "text/x.tlog.size")
            if old != last["size"]:
                raise Refused(409, b"" if behaviour == "no-size" else f"{last['size']}\n".encode(), "text/x.tlog.size")
            is_same_ledger = is_consistent(old, size, proof, bytes.fromhex(last["root"]), root)
            if not is_same_ledger or behaviour == "split":
                raise Refused(422)
            states[origin] = {"size": size, "root": root.hex()}
            self.persist(states)
        return self.cosignature(text, behaviour)

    def require_signed(self, origin, text, signatures):
        if origin not in self.logs:
            raise Refused(404)
        public = self.logs[origin]
        for line in signatures.strip("\n").split("\n"):
            name, _, signature = line.removeprefix(DASH).partition(" ")
            signature = base64.b64decode(signature, validate=True)
            if name == origin and signature[:4] == key_id(origin, 1, public):
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
                    return
                except InvalidSignature:
                    raise Refused(403) from None
        raise Refused(403)

    def cosignature(self, text, behaviour):
        if behaviour == "empty":
            return b""
        key = Ed25519PrivateKey.generate() if behaviour == "other-key" else self.key
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        seconds = 0 if behaviour == "old-time" else int(time.time()) + self.seconds_ahead()
        signature = bytearray(key.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode()))
        if behaviour == "flipped":
            signature[10] ^= 1
        blob = key_id(self.name, 4, public) + seconds.to_bytes(8, "big") + bytes(signature)
        return f"{DASH}{self.name} {base64.b64encode(blob).decode()}\n".encode()


class Handler(steered.Handler):
    witness = None

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        with open(self.witness.folder / "requests", "a", encoding="utf-8") as file:
            file.write(body.split("\n", 1)[0] + "\n")
        behaviour = self.witness.behaviour()
        plain = {"down": (503, b""), "redirect": (302, b""), "garbage": (200, b"ok\n"),
                 "huge": (200, b"x" * (10 << 20))}
        if behaviour in plain:
            return self.say(*plain[behaviour])
        if behaviour == "slow":
            time.sleep(60)
        if not self.path.endswith("/add-checkpoint"):
            return self.say(404, b"")
        try:
            return self.say(200, self.witness.add_checkpoint(body, behaviour))
        except Refused as refused:
            return self.say(refused.status, refused.body, refused.kind)
        except ValueError:
            return self.say(400, b"")

    def say(self, status, body, kind="text/plain"):
        super().say(status, body, kind)


def main():
    parser = steered.parser(__doc__)
    parser.add_argument("--log", action="append", default=[], metavar="VKEY")
    options = parser.parse_args()
    Handler.witness = Witness(options)
    steered.serve(Handler, options.stdin_lives, Handler.witness.vkey())


if __name__ == "__main__":
    main()
