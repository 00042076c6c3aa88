// Any bytes as a token: without the key nobody makes one. (The fuzzer does not know the key; finding a token
// would be finding a forgery.)
#include "lib/base/hash.hpp"
#include "lib/base/token.hpp"

#include <cstdint>
#include <cstdlib>

using namespace optledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TokenKey key{1, sha256("the fuzzer's master key")};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (Token::parse(text, TokenPurpose::confirm, key)) std::abort();
  // A real token, damaged by the input at one place, is none any more.
  if (size < 2) return 0;
  Id nonce{data[0], data[1]};
  auto token = Token::derive(TokenPurpose::confirm, key, nonce).reveal();
  auto& character = token[data[0] % token.size()];
  if (character == static_cast<char>(data[1])) return 0;
  character = static_cast<char>(data[1]);
  if (Token::parse(token, TokenPurpose::confirm, key)) std::abort();
  return 0;
}
