// Any bytes as the headers and body of a webhook: without the secret nobody signs one, and what was signed
// is genuine until a byte of it changes.
#include "lib/webhook/webhook_signature.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace optledger;

namespace {

constexpr Instant now{std::chrono::seconds{1614265330}};

// The input in four parts, each ended by a line feed but the last.
std::array<std::string, 4> parts_of(std::string_view text) {
  std::array<std::string, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = i + 1 < parts.size() ? std::min(text.find('\n'), text.size()) : text.size();
    parts[i] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector secrets{WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value()};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(WebhookSecret::parse(text));
  const auto [id, timestamp, signature, body] = parts_of(text);
  const auto doubt = doubt_about({id, timestamp, signature}, body, secrets, now);
  if (!doubt || doubt == WebhookDoubt::untimely) std::abort();
  auto headers = sign_webhook(secrets, "msg_1", now, body);
  if (doubt_about(headers, body, secrets, now)) std::abort();
  if (doubt_about(headers, body + "x", secrets, now) != WebhookDoubt::wrong_signature) std::abort();
  headers.signature = signature + " " + headers.signature;  // others may stand before it
  if (doubt_about(headers, body, secrets, now)) std::abort();
  return 0;
}
