#include "lib/base/token.hpp"

#include "lib/base/hash.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

const TokenKey key{1, sha256("test master key")};
const Id nonce{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

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
  CHECK_FALSE(Token::parse(text, TokenPurpose::unsubscribe, {1, sha256("another key")}));
  CHECK_FALSE(Token::parse(text, TokenPurpose::unsubscribe, {2, key.master}));
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
