#include "service/http/webhook_caller.hpp"

#include "lib/base/hash.hpp"
#include "lib/webhook/webhook_signature.hpp"

namespace optledger::http {
namespace {

std::string header_or_empty(const Request& request, std::string_view name) {
  return std::string(request.header(name).value_or(""));
}

bool is_signed(const Request& request) {
  return request.header("webhook-id") || request.header("webhook-timestamp") ||
         request.header("webhook-signature");
}

std::string_view advice(WebhookDoubt doubt) {
  switch (doubt) {
    case WebhookDoubt::malformed:
      return "Send webhook-id, webhook-timestamp and webhook-signature as Standard Webhooks 1.0.0 says.";
    case WebhookDoubt::wrong_signature:
      return "The signature is by none of the secrets of this list.";
    case WebhookDoubt::untimely:
      return "The webhook-timestamp is more than five minutes away from now: sign each try anew.";
  }
  return {};
}

// Under a key, since nobody knows what senders make their ids of.
Digest call_of(const ListConfig& list, const std::string& id, const FingerprintKey& key) {
  return hmac_sha256(hmac_sha256(key.bytes, "optledger webhook call v1"), list.id + "\n" + id);
}

tl::expected<std::optional<Digest>, Problem> signed_call(const Request& request, const ListConfig& list,
                                                         const FingerprintKey& key, Instant now) {
  if (!is_signed(request)) return std::nullopt;
  const WebhookHeaders headers{header_or_empty(request, "webhook-id"),
                               header_or_empty(request, "webhook-timestamp"),
                               header_or_empty(request, "webhook-signature")};
  if (const auto doubt = doubt_about(headers, request.body, list.webhook_secrets, now)) {
    return tl::unexpected(
        Problem{401, "unauthorized", "The signature does not hold", std::string(advice(*doubt)), {}});
  }
  return call_of(list, headers.id, key);
}

}  // namespace

tl::expected<SignupCaller, Problem> signup_caller(const Request& request, const ListConfig& list,
                                                  const FingerprintKey& key, Store& store, Instant now) {
  const auto call = signed_call(request, list, key, now);
  if (!call) return tl::unexpected(call.error());
  const auto api_key = caller_of(request, store);
  if (!api_key) return tl::unexpected(api_key.error());
  if (*api_key && !has_scope(**api_key, "signup")) {
    return tl::unexpected(
        Problem{403, "forbidden", "Scope missing", "This API key does not have the scope signup.", {}});
  }
  const bool is_backend = *call || *api_key;
  if (list.authenticated_only && !is_backend) {
    return tl::unexpected(Problem{403,
                                  "not-authenticated",
                                  "The sign-up was not accepted",
                                  "Sign-ups for this list are taken from its own backends only.",
                                  {}});
  }
  return SignupCaller{is_backend, *call};
}

}  // namespace optledger::http
