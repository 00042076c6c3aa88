#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"
#include "service/flows/api_keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace optledger::cli {
namespace {

bool is_known_scope(const std::string& scope) {
  const auto& scopes = known_scopes();
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

bool is_fit_name(const std::string& name) {
  const auto is_fit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), is_fit);
}

}  // namespace

int apikey_add(const Config& config, const ApiKeyOptions& options) {
  if (!is_fit_name(options.name))
    throw Failure(wrong_use, "--name must be 1 to 64 letters, digits, '-', '_' or '.'");
  for (const auto& scope : options.scopes) {
    if (!is_known_scope(scope)) {
      throw Failure(wrong_use, fmt::format("--scope must be of: {}", fmt::join(known_scopes(), ", ")));
    }
  }
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  const auto key = add_api_key(options.name, options.scopes, *state.store, clock, entropy);
  if (!key) throw Failure(refused, "there is or was a key of this name: choose another name");
  if (options.json) {
    fmt::print("{}\n", Json{{"name", options.name}, {"scopes", options.scopes}, {"key", *key}}.dump());
  } else {
    fmt::print("{}\n", *key);
    fmt::print(stderr, "This key is shown only now. Send it as: Authorization: Bearer …\n");
  }
  return done;
}

int apikey_list(const Config& config, bool json) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  const auto keys = read_from(*state.store, [](Reading& reading) { return reading.api_keys(); });
  Json list = Json::array();
  for (const auto& key : keys) {
    const auto revoked = key.revoked_at ? to_rfc3339(*key.revoked_at) : std::string();
    list.push_back({{"name", key.name},
                    {"scopes", key.scopes},
                    {"created_at", to_rfc3339(key.created_at)},
                    {"revoked_at", key.revoked_at ? Json(revoked) : Json(nullptr)}});
    if (!json) {
      fmt::print("{:<24} {:<24} {}{}\n", key.name, fmt::format("{}", fmt::join(key.scopes, ",")),
                 to_rfc3339(key.created_at), key.revoked_at ? "  revoked " + revoked : "");
    }
  }
  if (json) fmt::print("{}\n", list.dump());
  return done;
}

int apikey_revoke(const Config& config, const std::string& name) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto state = open_state(config, clock, entropy);
  if (!revoke_api_key(name, *state.store, clock)) throw Failure(refused, "there is no live key of this name");
  return done;
}

}  // namespace optledger::cli
