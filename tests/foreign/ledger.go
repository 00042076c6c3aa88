// Reads a ledger's folder as lib/ledger writes it, with nothing of optledger: Go's own sumdb packages verify the signed
// notes, every tile on the way to every leaf, the entries, and the proofs beside them. foreign_test.cpp starts it.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run ledger.go FOLDER
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func require(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "does not hold:", err)
		os.Exit(1)
	}
}

func read(path ...string) []byte {
	bytes, err := os.ReadFile(filepath.Join(path...))
	require(err)
	return bytes
}

func hashOf(line string) (hash tlog.Hash) {
	bytes, err := base64.StdEncoding.Strict().DecodeString(line)
	require(err)
	if copy(hash[:], bytes) != 32 || len(bytes) != 32 {
		require(fmt.Errorf("%q is no hash", line))
	}
	return hash
}

func treeOf(signed []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	require(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	require(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		require(fmt.Errorf("no checkpoint: %q", opened.Text))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	require(err)
	return tlog.Tree{N: size, Hash: hashOf(lines[2])}
}

// Go names the height of its tiles too; C2SP's are always 8.
type folder string

func (f folder) Height() int                     { return 8 }
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		found[i] = read(string(f), "tile", strings.TrimPrefix(tile.Path(), "tile/8/"))
	}
	return found, nil
}

// "x001/234": what a tile of this number is called.
func numberPath(n int64) string {
	return strings.TrimPrefix(tlog.Tile{H: 8, L: 0, N: n, W: 256}.Path(), "tile/8/0/")
}

func entriesOf(root string, tree tlog.Tree) (entries [][]byte) {
	for n := int64(0); n*256 < tree.N; n++ {
		path := filepath.Join(root, "tile/entries", numberPath(n))
		if tree.N-n*256 < 256 {
			path += ".p/" + strconv.FormatInt(tree.N-n*256, 10)
		}
		for bundle := read(path); len(bundle) > 0; {
			length := int(bundle[0])<<8 | int(bundle[1])
			entries = append(entries, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	return entries
}

func checkEntries(root string, tree tlog.Tree) [][]byte {
	entries := entriesOf(root, tree)
	if int64(len(entries)) != tree.N {
		require(fmt.Errorf("%d entries in a tree of %d", len(entries), tree.N))
	}
	indexes := make([]int64, len(entries))
	for i := range entries {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	leaves, err := tlog.TileHashReader(tree, folder(root)).ReadHashes(indexes)
	require(err)
	for i, entry := range entries {
		if leaves[i] != tlog.RecordHash(entry) {
			require(fmt.Errorf("entry %d is not its leaf", i))
		}
	}
	return entries
}

func hashesOf(lines []string) (hashes []tlog.Hash) {
	for _, line := range lines {
		hashes = append(hashes, hashOf(line))
	}
	return hashes
}

func checkInclusion(file string, vkey string, entries [][]byte) {
	head, checkpoint, found := strings.Cut(string(read(file)), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		require(fmt.Errorf("%s is no tlog-proof", file))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	require(err)
	tree := treeOf([]byte(checkpoint), vkey)
	require(tlog.CheckRecord(hashesOf(lines[2:]), tree.N, tree.Hash, index, tlog.RecordHash(entries[index])))
}

func checkConsistency(file string, vkey string, tree tlog.Tree) {
	proof, checkpoint, _ := strings.Cut(string(read(file)), "\n\n")
	old := treeOf([]byte(checkpoint), vkey)
	hashes := hashesOf(strings.Fields(proof))
	if old.N == tree.N && len(hashes) == 0 && old.Hash == tree.Hash {
		return
	}
	require(tlog.CheckTree(hashes, tree.N, tree.Hash, old.N, old.Hash))
}

func main() {
	root := os.Args[1]
	vkey := strings.TrimSpace(string(read(root, "vkey")))
	tree := treeOf(read(root, "checkpoint"), vkey)
	entries := checkEntries(root, tree)
	inclusions, err := filepath.Glob(filepath.Join(root, "*.tlog-proof"))
	require(err)
	for _, file := range inclusions {
		checkInclusion(file, vkey, entries)
	}
	consistencies, err := filepath.Glob(filepath.Join(root, "*.consistency"))
	require(err)
	for _, file := range consistencies {
		checkConsistency(file, vkey, tree)
	}
	fmt.Printf("%d entries, %d inclusions, %d consistencies hold\n", len(entries), len(inclusions), len(consistencies))
}
