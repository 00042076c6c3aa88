// C2SP signed notes: a text and, below an empty line, signatures of it. Strict: each note and each key has
// one form only. Keys that the reader does not know are ignored; a known key's wrong signature spoils the
// note.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/wipe.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

enum class KeyType : std::uint8_t {
  ed25519 = 0x01,      // signs the text
  cosignature = 0x04,  // a witness: signs the text with the time at which it saw it (C2SP tlog-cosignature)
};

// A vkey: "name+530d903a+AekyeR…"
struct VerifierKey {
  std::string name;
  std::uint32_t id = 0;
  KeyType type = KeyType::ed25519;
  Digest public_key{};

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// Not empty, UTF-8, without space, control character or "+".
bool is_key_name(std::string_view name);

std::optional<VerifierKey> parse_verifier_key(std::string_view vkey);
std::string to_text(const VerifierKey& key);

struct SigningKey {
  std::string name;
  Digest seed{};
  ~SigningKey() { wipe(seed); }
};

VerifierKey verifier_of(const SigningKey& key, KeyType type = KeyType::ed25519);

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;  // without the key's id

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct SignedNote {
  std::string text;  // ends with a newline
  std::vector<NoteSignature> signatures;
};

std::optional<SignedNote> parse_signed_note(std::string_view note);
std::string to_text(const SignedNote& note);

// One line "— name base64\n", as a note holds it and a witness answers it.
std::optional<NoteSignature> parse_signature_line(std::string_view line);
std::string to_text(const NoteSignature& signature);

// The whole note. The text must be one that a note may have: std::invalid_argument otherwise.
std::string sign_note(std::string_view text, const SigningKey& key);

struct VerifiedSignature {
  VerifierKey key;
  std::optional<std::uint64_t> seconds;  // a witness's time, since 1970
};

enum class NoteFault { bad_signature, no_known_key };

// Every signature by one of the keys, at least one.
tl::expected<std::vector<VerifiedSignature>, NoteFault> verify_note(const SignedNote& note,
                                                                    std::span<const VerifierKey> keys);

}  // namespace optledger
