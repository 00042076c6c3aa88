#include "lib/webhook/webhook_signature.hpp"

#include "lib/base/hash.hpp"

#include <algorithm>
#include <charconv>

namespace optledger {
namespace {

constexpr std::size_t longest_id = 255;
constexpr std::chrono::minutes tolerance{5};
constexpr std::string_view version = "v1,";

std::string signed_text(const std::string& id, const std::string& timestamp, std::string_view body) {
  std::string text;
  text.reserve(id.size() + timestamp.size() + body.size() + 2);
  text.append(id).append(".").append(timestamp).append(".").append(body);
  return text;
}

// A full stop separates what is signed, so an id must not have one.
bool is_id(std::string_view id) {
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7f && c != '.'; };
  return !id.empty() && id.size() <= longest_id && std::all_of(id.begin(), id.end(), is_visible);
}

// Digits alone, and few enough for no sum to overflow.
std::optional<Instant> time_in(std::string_view text) {
  std::int64_t count = 0;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > 11 || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return Instant{std::chrono::seconds{count}};
}

bool is_by(const WebhookSecret& secret, std::string_view text, std::string_view signatures) {
  const auto expected = secret.authenticate(text);
  bool found = false;
  while (!signatures.empty()) {
    const auto end = std::min(signatures.find(' '), signatures.size());
    const auto one = signatures.substr(0, end);
    signatures.remove_prefix(std::min(end + 1, signatures.size()));
    if (!one.starts_with(version)) continue;  // of another kind, such as v1a
    const auto tag = from_base64(one.substr(version.size()));
    found = (tag && equal_in_constant_time(*tag, as_chars(expected))) || found;
  }
  return found;
}

}  // namespace

WebhookHeaders sign_webhook(const std::vector<WebhookSecret>& secrets, const std::string& id, Instant at,
                            std::string_view body) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  WebhookHeaders headers{id, std::to_string(whole), {}};
  const auto text = signed_text(id, headers.timestamp, body);
  for (const auto& secret : secrets) {
    if (!headers.signature.empty()) headers.signature += ' ';
    headers.signature.append(version).append(to_base64(as_chars(secret.authenticate(text))));
  }
  return headers;
}

std::optional<WebhookDoubt> doubt_about(const WebhookHeaders& headers, std::string_view body,
                                        const std::vector<WebhookSecret>& secrets, Instant now) {
  const auto at = time_in(headers.timestamp);
  if (!is_id(headers.id) || !at) return WebhookDoubt::malformed;
  const auto text = signed_text(headers.id, headers.timestamp, body);
  bool genuine = false;
  for (const auto& secret : secrets) genuine = is_by(secret, text, headers.signature) || genuine;
  if (!genuine) return WebhookDoubt::wrong_signature;
  if (*at < now - tolerance || *at > now + tolerance) return WebhookDoubt::untimely;
  return std::nullopt;
}

}  // namespace optledger
