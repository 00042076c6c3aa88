// The secret in a link. A token is derived, not stored: HMAC over a stored nonce, with a key kept outside the
// database, so a stolen database opens no link. 44 characters of base64url:
//   key id (1 byte) || nonce (16 bytes) || first 16 bytes of HMAC-SHA-256(purpose key, key id || nonce)
// The tag can be checked before anything is read, so a forged link costs no disk access.
#pragma once

#include "lib/base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace optledger {

enum class TokenPurpose { confirm, unsubscribe, privacy };

// The master key of all tokens; each purpose has its own key derived from it, so that a token of one purpose
// is worthless for another. `id` names the key in the token, which lets keys be rotated under live links.
struct TokenKey {
  std::uint8_t id = 1;
  Digest master{};
};

class Token {
 public:
  static Token derive(TokenPurpose purpose, const TokenKey& key, const Id& nonce);

  // The only way to get a token from outside: well-formed and authentic for this purpose, else nothing.
  static std::optional<Token> parse(std::string_view text, TokenPurpose purpose, const TokenKey& key);

  const Id& nonce() const { return nonce_; }
  const std::string& reveal() const { return text_; }  // for a letter or link only, never for a log
  std::string masked() const;                          // as many '*' as the token has characters
  Digest hash() const;                                 // what records may hold

  static constexpr std::size_t length = 44;

 private:
  Token(std::string text, const Id& nonce) : text_(std::move(text)), nonce_(nonce) {}
  std::string text_;
  Id nonce_;
};

}  // namespace optledger
