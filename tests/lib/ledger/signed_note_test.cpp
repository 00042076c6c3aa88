#include "lib/ledger/signed_note.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/signature.hpp"
#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/tlog_proof.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace optledger;

namespace {

// C2SP signed-note, "Example".
const std::string c2sp_vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string c2sp_text = "This is an example message.\n";
const std::string c2sp_line =
    "\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

const SigningKey log_key{"optledger.example/ledger", sha256("a seed")};
const SigningKey witness{"witness.example", sha256("a witness's seed")};

const std::vector<VerifierKey> own = {verifier_of(log_key)};

bool holds(const std::string& note, const std::vector<VerifierKey>& keys) {
  const auto parsed = parse_signed_note(note);
  return parsed && verify_note(*parsed, keys).has_value();
}

std::string cosigned(const std::string& note, std::uint64_t seconds) {
  const auto parsed = parse_signed_note(note).value();
  const auto signature =
      sign("cosignature/v1\ntime " + std::to_string(seconds) + "\n" + parsed.text, witness.seed);
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<char>(seconds >> (8U * (7U - static_cast<unsigned>(i))));
  return note + to_text(NoteSignature{witness.name, verifier_of(witness, KeyType::cosignature).id,
                                      bytes + std::string(as_chars(signature))});
}

}  // namespace

TEST_CASE("C2SP's example note verifies with its key, byte for byte") {
  const auto vkey = parse_verifier_key(c2sp_vkey);
  REQUIRE(vkey);
  CHECK(vkey->name == "example.com/foo");
  CHECK(vkey->id == 0x530d903a);
  CHECK(to_text(*vkey) == c2sp_vkey);
  const auto bytes = c2sp_text + "\n" + c2sp_line;
  const auto note = parse_signed_note(bytes);
  REQUIRE(note);
  CHECK(note->text == c2sp_text);
  CHECK(to_text(*note) == bytes);
  const auto signers = verify_note(*note, std::vector{*vkey});
  REQUIRE(signers);
  CHECK(signers->size() == 1);
  CHECK(signers->front().key == *vkey);
}

TEST_CASE("a note that we sign verifies with the key that we publish; the same text gives the same bytes") {
  const auto note = sign_note("a text\n\nwith an empty line\n", log_key);
  CHECK(note == sign_note("a text\n\nwith an empty line\n", log_key));
  CHECK(holds(note, own));
  CHECK(parse_signed_note(note)->text == "a text\n\nwith an empty line\n");
  CHECK(parse_verifier_key(to_text(own.front())) == own.front());
  CHECK_THROWS(sign_note("no newline", log_key));
  CHECK_THROWS(sign_note("", log_key));
  CHECK_THROWS(sign_note("a tab\t\n", log_key));
  CHECK_THROWS(sign_note("\xFF\n", log_key));
  CHECK_THROWS(sign_note("a\n", SigningKey{"a name", log_key.seed}));
}

TEST_CASE("any flipped bit of a note breaks it") {
  const auto note = sign_note("a text\n", log_key);
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto damaged = note;
      damaged[i] = static_cast<char>(static_cast<std::uint8_t>(damaged[i]) ^ (1U << bit));
      CHECK_FALSE(holds(damaged, own));
    }
  }
}

TEST_CASE("unknown keys are ignored, a known key's bad signature spoils the note") {
  const SigningKey stranger{"stranger", sha256("another seed")};
  const auto first = parse_signed_note(sign_note("a text\n", log_key)).value();
  const auto second = parse_signed_note(sign_note("a text\n", stranger)).value();
  SignedNote both{first.text, {second.signatures[0], first.signatures[0]}};
  CHECK(verify_note(both, own)->size() == 1);
  CHECK(verify_note(both, std::vector{own[0], verifier_of(stranger)})->size() == 2);
  CHECK(verify_note(second, own).error() == NoteFault::no_known_key);
  both.signatures.push_back(first.signatures[0]);
  both.signatures.back().bytes[5] ^= 1;
  CHECK(verify_note(both, own).error() == NoteFault::bad_signature);
  SignedNote renamed = first;
  renamed.signatures[0].name = "stranger";
  CHECK(verify_note(renamed, own).error() == NoteFault::no_known_key);
}

TEST_CASE("a note in any other form is no note") {
  const auto note = sign_note("a text\n", log_key);
  const auto line = note.substr(note.find("\n\n") + 2);
  for (const auto& bad :
       {std::string(), std::string("a text\n"), std::string("a text\n\n"), "\n" + line, "a text" + line,
        "a text\n" + line, note.substr(0, note.size() - 1), note + "\n", note + "x", note + line.substr(3),
        "\n\n" + line, "a text\n\n-" + line.substr(3), "a text\n\n" + line.substr(0, line.size() - 1) + "=\n",
        "a text\n\n" + line.substr(0, line.size() - 1) + " \n", "a\rtext\n\n" + line, "a\xC3text\n\n" + line,
        std::string("a\0text\n\n", 8) + line}) {
    CAPTURE(bad);
    CHECK_FALSE(holds(bad, own));
  }
  CHECK(holds(note + line, own));
  std::string many = "a text\n\n";
  for (int i = 0; i < 100; ++i) many += line;
  CHECK(parse_signed_note(many));
  CHECK_FALSE(parse_signed_note(many + line));
}

TEST_CASE("a key in any other form is no key") {
  const auto vkey = to_text(own.front());
  CHECK(parse_verifier_key(vkey));
  for (std::size_t i = 0; i < vkey.size(); ++i) {
    CHECK_FALSE(parse_verifier_key(vkey.substr(0, i)));
    for (const char c : {' ', '+', '\n', 'B', '=', '\xE4'}) {
      auto damaged = vkey;
      if (damaged[i] == c) continue;
      damaged[i] = c;
      CHECK_FALSE(parse_verifier_key(damaged));
    }
  }
  CHECK_FALSE(parse_verifier_key(vkey + "\n"));
  CHECK_FALSE(parse_verifier_key("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"));
  CHECK_FALSE(parse_verifier_key("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"));
}

TEST_CASE("a key's name has no Unicode space, no plus and no control character") {
  for (const auto* name : {"", " ", "a b", "a+b", "a\tb", "a\nb", "a\u00A0b", "a\u1680b", "a\u2009b",
                           "a\u3000b", "a\u2028b", "a\u205Fb", "a\u0085b", "\xFF"}) {
    CAPTURE(name);
    CHECK_FALSE(is_key_name(name));
  }
  CHECK(is_key_name("optledger.example/ledger"));
  CHECK(is_key_name("bücher.example"));
}

TEST_CASE("a witness's cosignature is verified with the time that it says") {
  const auto checkpoint = sign_note("origin\n5\nxyz\n", log_key);
  const auto note = cosigned(checkpoint, 1'764'000'000);
  const auto keys = std::vector{own[0], verifier_of(witness, KeyType::cosignature)};
  const auto signers = verify_note(parse_signed_note(note).value(), keys);
  REQUIRE(signers);
  REQUIRE(signers->size() == 2);
  CHECK(signers->at(1).seconds == 1'764'000'000);
  CHECK_FALSE(signers->at(0).seconds);
  CHECK(holds(note, own));
  auto other_time = parse_signed_note(note).value();
  other_time.signatures[1].bytes[7] ^= 1;
  CHECK(verify_note(other_time, keys).error() == NoteFault::bad_signature);
  other_time.signatures[1].bytes = "short";
  CHECK(verify_note(other_time, keys).error() == NoteFault::bad_signature);
  CHECK(parse_verifier_key(to_text(keys[1])) == keys[1]);
}

TEST_CASE("a checkpoint is three lines and nothing else") {
  const Checkpoint checkpoint{"optledger.example/ledger", 20'852'163, sha256("root")};
  const auto text = to_text(checkpoint);
  CHECK(text == "optledger.example/ledger\n20852163\n" + to_base64(as_chars(sha256("root"))) + "\n");
  CHECK(parse_checkpoint(text) == checkpoint);
  CHECK(parse_checkpoint(to_text(Checkpoint{"o", 0, {}})) == Checkpoint{"o", 0, {}});
  const auto root = to_base64(as_chars(sha256("root")));
  for (const auto& bad :
       {std::string(), std::string("o"), "o\n5\n" + root, "\n5\n" + root + "\n", "o\n05\n" + root + "\n",
        "o\n+5\n" + root + "\n", "o\n-5\n" + root + "\n", "o\n 5\n" + root + "\n", "o\n\n" + root + "\n",
        "o\n5x\n" + root + "\n", "o\n9223372036854775808\n" + root + "\n", "o\n5\n" + root + "\nmore\n",
        "o\n5\n" + root + "\n\n", "o\n5\n" + root.substr(1) + "\n", "o\n5\n" + root.substr(0, 43) + "\n",
        "o\r\n5\r\n" + root + "\r\n", "o\n5\n" + root.substr(0, 42) + "F=\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_checkpoint(bad));
  }
  CHECK(parse_checkpoint("o\n9223372036854775807\n" + root + "\n"));
}

TEST_CASE("a tlog-proof has the index, the hashes and the checkpoint as it was signed") {
  const auto checkpoint = sign_note("o\n2\nAAAA\n", log_key);
  const auto hash = to_base64(as_chars(sha256("sibling")));
  CHECK(tlog_proof(1, {sha256("sibling")}, checkpoint) ==
        "c2sp.org/tlog-proof@v1\nindex 1\n" + hash + "\n\n" + checkpoint);
}
