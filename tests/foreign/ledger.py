#!/usr/bin/python3
"""A second reading of RFC 6962, C2SP signed-note, tlog-checkpoint, tlog-tiles and tlog-proof, from their texts alone.

Reads a ledger's folder as lib/ledger writes it and makes the whole tree anew from its entries: tiles, root, proofs are
compared, not followed. foreign_test.cpp starts it. Signatures by python3-cryptography (OpenSSL), hashes by Python.
"""
import base64
import functools
import hashlib
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(octets):
    return hashlib.sha256(octets).digest()


def require(holds, what):
    if not holds:
        sys.exit(f"does not hold: {what}")


def verified_text(note, vkey):
    """C2SP signed-note."""
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    require(key[0] == 1 and len(key) == 33, "the key is Ed25519")
    require(sha256(name.encode() + b"\n" + key)[:4].hex() == key_id, "the key has its id")
    text, _, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    verified = 0
    for line in signatures.decode().splitlines():
        dash, signer, blob = line.split(" ")
        blob = base64.b64decode(blob, validate=True)
        if dash == "\u2014" and signer == name and blob[:4].hex() == key_id:
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(blob[4:], text)  # raises
            verified += 1
    require(verified > 0, "somebody known has signed")
    return text.decode()


def tree_of(note, vkey):
    origin, size, root, end = verified_text(note, vkey).split("\n")
    require(origin == vkey.split("+")[0] and end == "" and str(int(size)) == size, "three lines")
    return int(size), base64.b64decode(root, validate=True)


def path(number):
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    return "/".join(groups)


class Tree:
    def __init__(self, leaves):
        self.levels = [leaves]  # of whole subtrees only
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([sha256(b"\1" + below[i] + below[i + 1]) for i in range(0, len(below) - 1, 2)])

    @functools.lru_cache(maxsize=None)
    def range(self, begin, end):
        """MTH(D[begin:end]), RFC 6962, 2.1."""
        length = end - begin
        if length & (length - 1) == 0 and begin % length == 0:
            return self.levels[length.bit_length() - 1][begin // length]
        split = begin + (1 << (length - 1).bit_length() - 1)
        return sha256(b"\1" + self.range(begin, split) + self.range(split, end))

    def root(self, size):
        return self.range(0, size) if size else sha256(b"")

    def inclusion(self, index, begin, end):
        if end - begin == 1:
            return []
        split = begin + (1 << (end - begin - 1).bit_length() - 1)
        if index < split:
            return self.inclusion(index, begin, split) + [self.range(split, end)]
        return self.inclusion(index, split, end) + [self.range(begin, split)]

    def consistency(self, old, begin, end, whole=True):
        if old == end:
            return [] if whole else [self.range(begin, end)]
        split = begin + (1 << (end - begin - 1).bit_length() - 1)
        if old <= split:
            return self.consistency(old, begin, split, whole) + [self.range(split, end)]
        return self.consistency(old, split, end, False) + [self.range(begin, split)]


def entries_of(folder, size):
    entries = []
    for first in range(0, size, 256):
        width = min(256, size - first)
        name = path(first // 256) + ("" if width == 256 else f".p/{width}")
        bundle = (folder / "tile/entries" / name).read_bytes()
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            entries.append(bundle[2:2 + length])
            bundle = bundle[2 + length:]
    require(len(entries) == size and all(len(entry) == 32 for entry in entries), "as many entries as the tree says")
    return entries


def check_tiles(folder, tree, size):
    count = 0
    for level in range(8):
        hashes = size >> 8 * level
        for first in range(0, hashes, 256):
            width = min(256, hashes - first)
            name = f"tile/{level}/{path(first // 256)}" + ("" if width == 256 else f".p/{width}")
            own = b"".join(tree.levels[8 * level][first:first + width])
            require((folder / name).read_bytes() == own, name)
            count += 1
    return count


def hashes_in(lines):
    return [base64.b64decode(line, validate=True) for line in lines]


def main():
    folder = pathlib.Path(sys.argv[1])
    vkey = (folder / "vkey").read_text(encoding="utf-8").strip()
    size, root = tree_of((folder / "checkpoint").read_bytes(), vkey)
    entries = entries_of(folder, size)
    tree = Tree([sha256(b"\0" + entry) for entry in entries])
    require(tree.root(size) == root, "the entries make the root")
    tiles = check_tiles(folder, tree, size)
    inclusions = sorted(folder.glob("*.tlog-proof"))
    for file in inclusions:
        head, note = file.read_bytes().split(b"\n\n", 1)
        first, index, *lines = head.decode().split("\n")
        require(first == "c2sp.org/tlog-proof@v1" and tree_of(note, vkey) == (size, root), file.name)
        require(hashes_in(lines) == tree.inclusion(int(index.removeprefix("index ")), 0, size), file.name)
    consistencies = sorted(folder.glob("*.consistency"))
    for file in consistencies:
        lines, note = file.read_bytes().split(b"\n\n", 1)
        old, old_root = tree_of(note, vkey)
        require(tree.root(old) == old_root, file.name)
        require(hashes_in(lines.decode().split()) == tree.consistency(old, 0, size), file.name)
    print(f"{size} entries, {tiles} tiles, {len(inclusions)} inclusions, {len(consistencies)} consistencies hold")


main()
