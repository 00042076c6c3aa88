#include "service/flows/api_keys.hpp"

#include "lib/base/hash.hpp"

#include <algorithm>

namespace optledger {

const std::vector<std::string>& known_scopes() {
  static const std::vector<std::string> scopes{"signup", "proof", "manage", "suppression", "stats"};
  return scopes;
}

std::optional<std::string> add_api_key(const std::string& name, const std::vector<std::string>& scopes,
                                       Store& store, Clock& clock, Entropy& entropy) {
  // The prefix lets secret scanners and people recognise what it is.
  auto key = "optledger_" + to_base64url(as_chars(fresh_digest(entropy)));
  const ApiKey entry{name, scopes, clock.now(), std::nullopt};
  const bool added =
      write_to(store, [&](Transaction& transaction) { return transaction.add_api_key(entry, sha256(key)); });
  if (!added) return std::nullopt;
  return key;
}

bool revoke_api_key(const std::string& name, Store& store, Clock& clock) {
  const auto now = clock.now();
  return write_to(store, [&](Transaction& transaction) { return transaction.revoke_api_key(name, now); });
}

std::optional<ApiKey> authenticate(std::string_view key, Store& store) {
  auto found = read_from(store, [&](Reading& reading) { return reading.api_key(sha256(key)); });
  if (!found || found->revoked_at) return std::nullopt;
  return found;
}

bool has_scope(const ApiKey& key, std::string_view scope) {
  return std::find(key.scopes.begin(), key.scopes.end(), scope) != key.scopes.end();
}

}  // namespace optledger
