// The secret in a link. A token is derived, not stored: HMAC over a stored nonce, with a key kept outside the
// database, so a stolen database opens no link. 44 characters of base64url:
//   key id (1 byte) || nonce (16 bytes) || first 16 bytes of HMAC-SHA-256(purpose key, key id || nonce)
// The tag can be checked before anything is read, so a forged link costs no disk access.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/wipe.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace optledger {

enum class TokenPurpose { confirm, unsubscribe, privacy };

// The master key of tokens; each purpose has its own key derived from it, so that a token of one purpose is
// worthless for another. `id` names the key in the token, which lets keys be rotated under live links.
struct TokenKey {
  std::uint8_t id = 1;
  Digest master{};
  bool retired = false;  // opens no link any more; known still, because records have hashes of its tokens

  ~TokenKey() { wipe(master); }
};

// Every token key there ever was, oldest first. One of them makes new links, all that are not retired open
// them: an unsubscribe link in a newsletter must work for years.
class TokenKeys {
 public:
  TokenKeys() = default;
  TokenKeys(TokenKey only) : TokenKeys({std::move(only)}, 0) {}
  TokenKeys(std::vector<TokenKey> all, std::size_t signing) : all_(std::move(all)), signing_(signing) {}

  const TokenKey& signing() const { return all_.at(signing_); }
  const TokenKey* find(std::uint8_t id) const;  // null: there is none of this name
  const std::vector<TokenKey>& all() const { return all_; }
  const TokenKey& first() const { return all_.at(0); }

 private:
  std::vector<TokenKey> all_;
  std::size_t signing_ = 0;
};

class Token {
 public:
  static Token derive(TokenPurpose purpose, const TokenKey& key, const Id& nonce);
  static Token derive(TokenPurpose purpose, const TokenKeys& keys, const Id& nonce) {
    return derive(purpose, keys.signing(), nonce);
  }

  // The only way to get a token from outside: well-formed and authentic for this purpose, by a key that is
  // not retired, else nothing.
  static std::optional<Token> parse(std::string_view text, TokenPurpose purpose, const TokenKeys& keys);

  const Id& nonce() const { return nonce_; }
  const std::string& reveal() const { return text_; }  // for a letter or link only, never for a log
  std::string masked() const;                          // as many '*' as the token has characters
  Digest hash() const;                                 // what records may hold

  static constexpr std::size_t length = 44;

  Token(const Token&) = default;
  Token& operator=(Token other) noexcept {
    text_.swap(other.text_);
    nonce_ = other.nonce_;
    return *this;
  }
  ~Token() { wipe(text_); }

 private:
  Token(std::string text, const Id& nonce) : text_(std::move(text)), nonce_(nonce) {}
  std::string text_;
  Id nonce_;
};

// Whether a record's hash (hex) is that of a token that any of the keys, retired or not, made of the nonce.
bool is_hash_of(std::string_view hash, TokenPurpose purpose, const TokenKeys& keys, const Id& nonce);

}  // namespace optledger
