#include "lib/webhook/webhook_secret.hpp"

#include "lib/base/hash.hpp"

#include <cstring>

namespace optledger {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t shortest = 24;
constexpr std::size_t longest = 64;

}  // namespace

tl::expected<WebhookSecret, std::string> WebhookSecret::parse(std::string_view text) {
  auto key = text.starts_with(prefix) ? from_base64(text.substr(prefix.size())) : std::nullopt;
  if (!key || key->size() < shortest || key->size() > longest) {
    return tl::unexpected<std::string>("must be whsec_ and 24 to 64 octets in base64");
  }
  return WebhookSecret(*std::move(key));
}

WebhookSecret::~WebhookSecret() {
  key_.resize(key_.capacity());
  explicit_bzero(key_.data(), key_.size());
}

Digest WebhookSecret::authenticate(std::string_view message) const { return hmac_sha256(key_, message); }

}  // namespace optledger
