// The keys of links. Only these are rotated: another fingerprint key would find nobody, another ledger key
// would sign another ledger.
#include "service/cli/commands.hpp"
#include "service/cli/state.hpp"

#include <fmt/format.h>

namespace optledger::cli {
namespace {

struct Looked {
  SystemClock clock;
  SystemEntropy entropy;
  State state;

  explicit Looked(const Config& config) : state(open_state_to_look(config, clock, entropy)) {}
};

std::string_view standing_of(const TokenKey& key, const State& state) {
  if (key.id == state.keys.token.signing().id) return "signs";
  if (key.id > state.token_keys_in_use) return "waits";
  return key.retired ? "retired" : "opens";
}

std::string_view explained(std::string_view standing) {
  if (standing == "signs") return "makes new links, and opens its own";
  if (standing == "waits") return "takes over when serve starts the next time";
  return standing == "retired" ? "opens no link; kept to check the evidence" : "opens the links it has made";
}

}  // namespace

int keys_list(const Config& config, bool json) {
  const Looked looked(config);
  Json list = Json::array();
  for (const auto& key : looked.state.keys.token.all()) {
    const auto file = token_key_file(config.storage.keys, key.id).string();
    const auto standing = standing_of(key, looked.state);
    list.push_back({{"id", key.id}, {"state", standing}, {"file", file}});
    if (!json) fmt::print("{:>3}  {:<8} {}  {}\n", key.id, standing, file, explained(standing));
  }
  if (json) fmt::print("{}\n", list.dump());
  return done;
}

int keys_rotate(const Config& config, bool json) {
  Looked looked(config);
  const auto& keys = looked.state.keys.token;
  if (looked.state.token_keys_in_use < keys.all().size()) {
    throw Failure(refused, fmt::format("token key {} waits already: restart serve, which takes it up",
                                       keys.all().back().id));
  }
  auto fresh = fresh_digest(looked.entropy);
  const auto id = add_token_key(config.storage.keys, keys, fresh);
  wipe(fresh);
  const auto file = token_key_file(config.storage.keys, id).string();
  if (json) {
    fmt::print("{}\n", Json{{"id", id}, {"state", "waits"}, {"file", file}}.dump());
  } else {
    fmt::print("made token key {}: {}\n", id, file);
    fmt::print(stderr,
               "Back it up, then restart serve: new links are made with it from then on. Older keys open "
               "their links as before, until: optledger keys retire ID\n");
  }
  return done;
}

int keys_retire(const Config& config, int id) {
  const Looked looked(config);
  const auto* key =
      id >= 1 && id <= 255 ? looked.state.keys.token.find(static_cast<std::uint8_t>(id)) : nullptr;
  if (key == nullptr) throw Failure(refused, "there is no token key of this number: optledger keys list");
  const auto standing = standing_of(*key, looked.state);
  if (standing == "signs" || standing == "waits") {
    throw Failure(refused, fmt::format("token key {} {}: rotate first, and restart serve", id,
                                       standing == "signs" ? "makes the new links" : "is not in use yet"));
  }
  retire_token_key(config.storage.keys, key->id);
  fmt::print(stderr,
             "From the next start of serve on, every link of token key {} is dead, also the unsubscribe "
             "links in newsletters that were sent with it. The key file stays: the evidence needs it.\n",
             id);
  return done;
}

}  // namespace optledger::cli
