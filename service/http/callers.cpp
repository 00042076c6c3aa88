#include "service/http/callers.hpp"

#include "lib/base/text.hpp"

namespace optledger::http {

tl::expected<std::optional<ApiKey>, Problem> caller_of(const Request& request, Store& store) {
  const auto authorization = request.header("authorization");
  if (!authorization) return std::nullopt;
  constexpr std::string_view scheme = "bearer ";  // in any case (RFC 9110, 11.1)
  std::optional<ApiKey> key;
  if (to_lower_ascii(authorization->substr(0, scheme.size())) == scheme)
    key = authenticate(authorization->substr(scheme.size()), store);
  if (!key) {
    return tl::unexpected(
        Problem{401,
                "unauthorized",
                "Unknown API key",
                "Send a key that `optledger apikey list` shows as live: Authorization: Bearer …",
                {}});
  }
  return key;
}

tl::expected<ApiKey, Problem> require_scope(const Request& request, std::string_view scope, Store& store) {
  auto caller = caller_of(request, store);
  if (!caller) return tl::unexpected(caller.error());
  if (!*caller) {
    return tl::unexpected(
        Problem{401,
                "unauthorized",
                "API key needed",
                "Send a key with the scope " + std::string(scope) + ": Authorization: Bearer …",
                {}});
  }
  if (!has_scope(**caller, scope)) {
    return tl::unexpected(Problem{403,
                                  "forbidden",
                                  "Scope missing",
                                  "This API key does not have the scope " + std::string(scope) + ".",
                                  {}});
  }
  return **caller;
}

}  // namespace optledger::http
