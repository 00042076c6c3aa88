#include "lib/ledger/signed_note.hpp"

#include "lib/base/hash.hpp"
#include "lib/base/signature.hpp"
#include "lib/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace optledger {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t longest_note = 1'000'000;     // as Go's sumdb/note
constexpr std::size_t most_signatures = 100;
constexpr std::size_t id_length = 4;
constexpr std::size_t time_length = 8;

std::string big_endian(std::uint64_t number, std::size_t length) {
  std::string bytes(length, '\0');
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8U)
    *byte = static_cast<char>(number);
  return bytes;
}

std::uint64_t from_big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = (number << 8U) | static_cast<std::uint8_t>(byte);
  return number;
}

// Characters that Unicode calls white space and that have_control_character does not cover.
bool has_unicode_space(std::string_view name) {
  static constexpr std::array<std::string_view, 17> spaces = {" ",
                                                              "\u0085",
                                                              "\u00A0",
                                                              "\u1680",
                                                              "\xE2\x80\x80",
                                                              "\xE2\x80\x81",
                                                              "\xE2\x80\x82",
                                                              "\xE2\x80\x83",
                                                              "\xE2\x80\x84",
                                                              "\xE2\x80\x85",
                                                              "\xE2\x80\x86",
                                                              "\xE2\x80\x87",
                                                              "\xE2\x80\x88",
                                                              "\xE2\x80\x89",
                                                              "\xE2\x80\x8A",
                                                              "\u202F",
                                                              "\u205F"};
  return name.find("\u3000") != std::string_view::npos ||
         std::any_of(spaces.begin(), spaces.end(),
                     [name](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

bool is_note_text(std::string_view text) {
  return !text.empty() && text.back() == '\n' && is_utf8(text) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<std::uint8_t>(c) >= 0x20 || c == '\n'; });
}

std::string key_bytes(KeyType type, const Digest& public_key) {
  return std::string(1, static_cast<char>(type)) + std::string(as_chars(public_key));
}

std::uint32_t key_id_of(std::string_view name, KeyType type, const Digest& public_key) {
  const auto hash = sha256(std::string(name) + "\n" + key_bytes(type, public_key));
  return static_cast<std::uint32_t>(from_big_endian(as_chars(hash).substr(0, id_length)));
}

// What such a key has signed: the time where it says one; nothing when the signature is wrong.
std::optional<VerifiedSignature> verified(std::string_view text, const NoteSignature& signature,
                                          const VerifierKey& key) {
  std::string_view bytes = signature.bytes;
  if (key.type == KeyType::ed25519) {
    if (!verify_signature(text, bytes, key.public_key)) return std::nullopt;
    return VerifiedSignature{key, std::nullopt};
  }
  if (bytes.size() < time_length) return std::nullopt;
  const auto seconds = from_big_endian(bytes.substr(0, time_length));
  const auto message = fmt::format("cosignature/v1\ntime {}\n{}", seconds, text);
  if (!verify_signature(message, bytes.substr(time_length), key.public_key)) return std::nullopt;
  return VerifiedSignature{key, seconds};
}

}  // namespace

bool is_key_name(std::string_view name) {
  return !name.empty() && is_utf8(name) && !has_control_character(name) && !has_unicode_space(name) &&
         name.find('+') == std::string_view::npos;
}

std::optional<VerifierKey> parse_verifier_key(std::string_view vkey) {
  const auto first = vkey.find('+');
  if (first == std::string_view::npos || vkey.size() - first < 10 || vkey[first + 9] != '+')
    return std::nullopt;
  const auto bytes = from_base64(vkey.substr(first + 10));
  if (!bytes || bytes->size() != 1 + sizeof(Digest)) return std::nullopt;
  VerifierKey key;
  key.name = vkey.substr(0, first);
  key.type = static_cast<KeyType>(bytes->front());
  std::copy(bytes->begin() + 1, bytes->end(), key.public_key.begin());
  const bool known_type = key.type == KeyType::ed25519 || key.type == KeyType::cosignature;
  if (!known_type || !is_key_name(key.name)) return std::nullopt;
  key.id = key_id_of(key.name, key.type, key.public_key);
  return to_text(key) == vkey ? std::optional(key) : std::nullopt;
}

std::string to_text(const VerifierKey& key) {
  return fmt::format("{}+{:08x}+{}", key.name, key.id, to_base64(key_bytes(key.type, key.public_key)));
}

VerifierKey verifier_of(const SigningKey& key, KeyType type) {
  const auto public_key = public_key_of(key.seed);
  return {key.name, key_id_of(key.name, type, public_key), type, public_key};
}

std::optional<SignedNote> parse_signed_note(std::string_view note) {
  if (note.size() > longest_note || !is_note_text(note)) return std::nullopt;
  const auto separator = note.rfind("\n\n");
  if (separator == std::string_view::npos) return std::nullopt;
  SignedNote parsed{std::string(note.substr(0, separator + 1)), {}};
  auto lines = note.substr(separator + 2);
  while (!lines.empty()) {
    const auto length = lines.find('\n') + 1;
    auto signature = parse_signature_line(lines.substr(0, length));
    if (!signature || parsed.signatures.size() == most_signatures) return std::nullopt;
    parsed.signatures.push_back(*std::move(signature));
    lines.remove_prefix(length);
  }
  return parsed.signatures.empty() ? std::nullopt : std::optional(std::move(parsed));
}

std::string to_text(const SignedNote& note) {
  auto text = note.text + "\n";
  for (const auto& signature : note.signatures) text += to_text(signature);
  return text;
}

std::optional<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(dash) || !line.ends_with('\n')) return std::nullopt;
  line = line.substr(dash.size(), line.size() - dash.size() - 1);
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) return std::nullopt;
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= id_length) return std::nullopt;
  const auto id = from_big_endian(std::string_view(*bytes).substr(0, id_length));
  return NoteSignature{std::string(line.substr(0, space)), static_cast<std::uint32_t>(id),
                       bytes->substr(id_length)};
}

std::string to_text(const NoteSignature& signature) {
  return fmt::format("{}{} {}\n", dash, signature.name,
                     to_base64(big_endian(signature.key_id, id_length) + signature.bytes));
}

std::string sign_note(std::string_view text, const SigningKey& key) {
  if (!is_note_text(text))
    throw std::invalid_argument("a note's text is UTF-8 lines, each ended by a newline");
  if (!is_key_name(key.name)) throw std::invalid_argument("a key's name has no space and no plus");
  const auto signature = sign(text, key.seed);
  return to_text(
      SignedNote{std::string(text), {{key.name, verifier_of(key).id, std::string(as_chars(signature))}}});
}

tl::expected<std::vector<VerifiedSignature>, NoteFault> verify_note(const SignedNote& note,
                                                                    std::span<const VerifierKey> keys) {
  std::vector<VerifiedSignature> signers;
  for (const auto& signature : note.signatures) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const VerifierKey& candidate) {
      return candidate.name == signature.name && candidate.id == signature.key_id;
    });
    if (key == keys.end()) continue;
    auto signer = verified(note.text, signature, *key);
    if (!signer) return tl::unexpected(NoteFault::bad_signature);
    signers.push_back(*std::move(signer));
  }
  if (signers.empty()) return tl::unexpected(NoteFault::no_known_key);
  return signers;
}

}  // namespace optledger
