// Keys of programs and officers. A key is shown once and stored as its SHA-256: 256 random bits need no salt.
#pragma once

#include "service/store/store.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// Everything a key can be allowed to do; a scope outside this list is refused.
const std::vector<std::string>& known_scopes();

// The key's text, or nothing when the name is taken.
std::optional<std::string> add_api_key(const std::string& name, const std::vector<std::string>& scopes,
                                       Store& store, Clock& clock, Entropy& entropy);

bool revoke_api_key(const std::string& name, Store& store, Clock& clock);

// The live key behind the text a caller sent.
std::optional<ApiKey> authenticate(std::string_view key, Store& store);

bool has_scope(const ApiKey& key, std::string_view scope);

}  // namespace optledger
