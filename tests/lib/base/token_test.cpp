#include "lib/base/token.hpp"

#include "lib/base/hash.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

const TokenKey key{1, sha256("test master key")};
const Id nonce{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

const TokenKey first_key{1, sha256("first master key")};
const TokenKey second_key{2, sha256("second master key")};

TokenKey retired(TokenKey one) {
  one.retired = true;
  return one;
}

}  // namespace

TEST_CASE("a token is read back with its nonce, and always is the same") {
  const auto token = Token::derive(TokenPurpose::confirm, key, nonce);
  CHECK(token.reveal().size() == Token::length);
  const auto read = Token::parse(token.reveal(), TokenPurpose::confirm, key);
  REQUIRE(read);
  CHECK(read->nonce() == nonce);
  CHECK(Token::derive(TokenPurpose::confirm, key, nonce).reveal() == token.reveal());
}

TEST_CASE("every altered character makes a token unknown") {
  const auto text = Token::derive(TokenPurpose::confirm, key, nonce).reveal();
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto altered = text;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(Token::parse(altered, TokenPurpose::confirm, key));
  }
}

TEST_CASE("a token of one purpose or key is worthless for another") {
  const auto text = Token::derive(TokenPurpose::unsubscribe, key, nonce).reveal();
  CHECK_FALSE(Token::parse(text, TokenPurpose::confirm, key));
  CHECK_FALSE(Token::parse(text, TokenPurpose::privacy, key));
  CHECK_FALSE(Token::parse(text, TokenPurpose::unsubscribe, TokenKey{1, sha256("another key")}));
  CHECK_FALSE(Token::parse(text, TokenPurpose::unsubscribe, TokenKey{2, key.master}));
}

TEST_CASE("a byte that is no letter of base64url makes a token unknown, whatever libsodium thinks of it") {
  const auto text = Token::derive(TokenPurpose::confirm, key, nonce).reveal();
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      auto altered = text;
      altered[i] = static_cast<char>(byte);
      if (altered != text) CHECK_FALSE(Token::parse(altered, TokenPurpose::confirm, key));
    }
  }
}

TEST_CASE("truncated, padded and foreign texts are no tokens") {
  const auto text = Token::derive(TokenPurpose::confirm, key, nonce).reveal();
  for (const auto& bad : {std::string(), text.substr(1), text + "A", text.substr(0, 43) + "=",
                          std::string(44, '*'), std::string(44, '\0'), " " + text.substr(1)}) {
    CHECK_FALSE(Token::parse(bad, TokenPurpose::confirm, key));
  }
}

TEST_CASE("the newest key makes new links, and those of older keys live on") {
  const auto old_link = Token::derive(TokenPurpose::unsubscribe, first_key, nonce).reveal();
  const TokenKeys rotated({first_key, second_key}, 1);
  const auto new_link = Token::derive(TokenPurpose::unsubscribe, rotated, nonce).reveal();
  CHECK(new_link != old_link);
  for (const auto& link : {old_link, new_link}) {
    const auto read = Token::parse(link, TokenPurpose::unsubscribe, rotated);
    REQUIRE(read);
    CHECK(read->nonce() == nonce);
  }
}

TEST_CASE("a key that waits opens links already and makes none") {
  const TokenKeys waiting({first_key, second_key}, 0);
  CHECK(Token::derive(TokenPurpose::confirm, waiting, nonce).reveal() ==
        Token::derive(TokenPurpose::confirm, first_key, nonce).reveal());
  CHECK(Token::parse(Token::derive(TokenPurpose::confirm, second_key, nonce).reveal(), TokenPurpose::confirm,
                     waiting));
}

TEST_CASE("a retired key opens no link, and its tokens are known to the evidence still") {
  const auto link = Token::derive(TokenPurpose::confirm, first_key, nonce);
  const TokenKeys keys({retired(first_key), second_key}, 1);
  CHECK_FALSE(Token::parse(link.reveal(), TokenPurpose::confirm, keys));
  CHECK(is_hash_of(to_hex(link.hash()), TokenPurpose::confirm, keys, nonce));
  CHECK_FALSE(is_hash_of(to_hex(link.hash()), TokenPurpose::confirm, second_key, nonce));
  CHECK_FALSE(is_hash_of(to_hex(link.hash()), TokenPurpose::unsubscribe, keys, nonce));
}

TEST_CASE("a token with the number of another key, or of none, is unknown") {
  const TokenKeys keys({first_key, second_key}, 1);
  const TokenKey impostor{1, second_key.master};
  CHECK_FALSE(Token::parse(Token::derive(TokenPurpose::confirm, impostor, nonce).reveal(),
                           TokenPurpose::confirm, keys));
  for (const int id : {0, 3, 255}) {
    const TokenKey stranger{static_cast<std::uint8_t>(id), first_key.master};
    CHECK_FALSE(Token::parse(Token::derive(TokenPurpose::confirm, stranger, nonce).reveal(),
                             TokenPurpose::confirm, keys));
  }
}
