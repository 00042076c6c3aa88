#include "lib/base/token.hpp"

#include "lib/base/hash.hpp"

#include <algorithm>

namespace optledger {
namespace {

constexpr std::size_t head_size = 1 + std::tuple_size_v<Id>;
constexpr std::size_t tag_size = 16;

std::string_view name_of(TokenPurpose purpose) {
  switch (purpose) {
    case TokenPurpose::confirm:
      return "optledger token v1 confirm";
    case TokenPurpose::unsubscribe:
      return "optledger token v1 unsubscribe";
    case TokenPurpose::privacy:
      return "optledger token v1 privacy";
  }
  return {};
}

std::string tag_for(TokenPurpose purpose, const TokenKey& key, std::string_view head) {
  auto purpose_key = hmac_sha256(key.master, name_of(purpose));
  std::string tag(as_chars(hmac_sha256(purpose_key, head)).substr(0, tag_size));
  wipe(purpose_key);
  return tag;
}

}  // namespace

const TokenKey* TokenKeys::find(std::uint8_t id) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [id](const TokenKey& key) { return key.id == id; });
  return found == all_.end() ? nullptr : &*found;
}

Token Token::derive(TokenPurpose purpose, const TokenKey& key, const Id& nonce) {
  std::string bytes(1, static_cast<char>(key.id));
  bytes += as_chars(nonce);
  bytes += tag_for(purpose, key, bytes);
  return {to_base64url(bytes), nonce};
}

std::optional<Token> Token::parse(std::string_view text, TokenPurpose purpose, const TokenKeys& keys) {
  if (text.size() != length) return std::nullopt;
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != head_size + tag_size) return std::nullopt;
  const auto head = std::string_view(*bytes).substr(0, head_size);
  const auto* key = keys.find(static_cast<std::uint8_t>(head[0]));
  if (key == nullptr || key->retired) return std::nullopt;
  const auto tag = std::string_view(*bytes).substr(head_size);
  if (!equal_in_constant_time(tag, tag_for(purpose, *key, head))) return std::nullopt;
  Id nonce;
  std::copy_n(head.begin() + 1, nonce.size(), nonce.begin());
  return Token{std::string(text), nonce};
}

std::string Token::masked() const { return std::string(text_.size(), '*'); }

Digest Token::hash() const { return sha256(text_); }

bool is_hash_of(std::string_view hash, TokenPurpose purpose, const TokenKeys& keys, const Id& nonce) {
  // The newest first: it made most of what is looked at.
  return std::any_of(keys.all().rbegin(), keys.all().rend(), [&](const TokenKey& key) {
    return hash == to_hex(Token::derive(purpose, key, nonce).hash());
  });
}

}  // namespace optledger
