// Checks the ledger's part of an optledger proof with nothing of optledger: Go's own sumdb packages, which
// check Go's module ledger, do the signature and the tree. Debian: golang-go, golang-golang-x-mod-dev.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run main.go proof.json [VKEY]
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proof struct {
	Records []struct {
		Record    json.RawMessage `json:"record"`
		Salt      string          `json:"salt"`
		LeafIndex int64           `json:"leaf_index"`
		Inclusion []string        `json:"inclusion"`
	} `json:"records"`
	Ledger struct {
		Vkey       string `json:"vkey"`
		Checkpoint string `json:"checkpoint"`
	} `json:"ledger"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "does not hold:", err)
		os.Exit(1)
	}
}

var short = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func writeText(text string, out *bytes.Buffer) {
	out.WriteByte('"')
	for _, c := range text {
		if escape, is := short[c]; is {
			out.WriteString(escape)
		} else if c < 0x20 {
			fmt.Fprintf(out, `\u%04x`, c)
		} else {
			out.WriteRune(c)
		}
	}
	out.WriteByte('"')
}

// As RFC 8785 writes it; names are ASCII and numbers whole in these files.
func write(value interface{}, out *bytes.Buffer) {
	switch v := value.(type) {
	case map[string]interface{}:
		var names []string
		for name := range v {
			names = append(names, name)
		}
		sort.Strings(names)
		out.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				out.WriteByte(',')
			}
			writeText(name, out)
			out.WriteByte(':')
			write(v[name], out)
		}
		out.WriteByte('}')
	case []interface{}:
		out.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			write(item, out)
		}
		out.WriteByte(']')
	case string:
		writeText(v, out)
	default: // null, true, false, numbers
		text, err := json.Marshal(v)
		check(err)
		out.Write(text)
	}
}

func canonical(record json.RawMessage) []byte {
	var value interface{}
	decoder := json.NewDecoder(bytes.NewReader(record))
	decoder.UseNumber()
	check(decoder.Decode(&value))
	var out bytes.Buffer
	write(value, &out)
	return out.Bytes()
}

func hash(text string) (h tlog.Hash) {
	raw, err := hex.DecodeString(text)
	check(err)
	copy(h[:], raw)
	return
}

func main() {
	file, err := os.ReadFile(os.Args[1])
	check(err)
	var p proof
	check(json.Unmarshal(file, &p))
	vkey := p.Ledger.Vkey
	if len(os.Args) > 2 {
		vkey = os.Args[2]
	}
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open([]byte(p.Ledger.Checkpoint), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	rawRoot, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	var root tlog.Hash
	copy(root[:], rawRoot)
	fmt.Printf("checkpoint of %s, %d entries, signed by %s\n", lines[0], size, verifier.Name())
	for _, r := range p.Records {
		salt, err := hex.DecodeString(r.Salt)
		check(err)
		entry := sha256.Sum256(append(salt, canonical(r.Record)...))
		var path tlog.RecordProof
		for _, h := range r.Inclusion {
			path = append(path, hash(h))
		}
		check(tlog.CheckRecord(path, size, root, r.LeafIndex, tlog.RecordHash(entry[:])))
		fmt.Printf("record %d is in the ledger\n", r.LeafIndex)
	}
}
