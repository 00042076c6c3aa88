#include "service/flows/ledger.hpp"

#include <fmt/format.h>

namespace optledger {
namespace {

constexpr std::string_view vkey_name = "ledger_vkey";
constexpr std::string_view checkpoint_name = "ledger_checkpoint";

// C2SP: the address without its scheme below which the ledger is found.
std::string default_origin(const ServerConfig& server) {
  const auto& url = server.public_url;
  const auto address = url.empty() ? std::string("localhost") : url.substr(url.find("://") + 3);
  return address + "/v1/ledger";
}

std::string name_at_first_start(const Config& config) {
  auto name = config.ledger.origin.value_or(default_origin(config.server));
  if (!is_key_name(name)) {
    throw LedgerContradiction(fmt::format(
        "\"{}\" cannot be the name of a ledger, which has neither spaces nor \"+\": set [ledger] origin",
        name));
  }
  return name;
}

std::optional<std::string> known_vkey(Store& store) {
  return read_from(store, [](Reading& reading) { return reading.meta(vkey_name); });
}

void require_own(const VerifierKey& fixed, const Config& config, const SigningKey& key) {
  if (config.ledger.origin && *config.ledger.origin != fixed.name) {
    throw LedgerContradiction(fmt::format(
        "[ledger] origin is \"{}\", but this ledger was begun as \"{}\" and every proof says so: write that",
        *config.ledger.origin, fixed.name));
  }
  if (verifier_of(key) != fixed) {
    throw LedgerContradiction(fmt::format(
        "the key file {} is not that of this ledger ({}): put the right one back from your backup",
        (config.storage.keys / "ledger.key").string(), to_text(fixed)));
  }
}

}  // namespace

std::filesystem::path mirror_of(const Config& config) {
  return config.ledger.mirror.value_or(config.storage.path.string() + "-ledger");
}

Ledger ledger_of(const Config& config, const Digest& seed, const std::optional<std::string>& vkey) {
  const auto fixed = vkey ? parse_verifier_key(*vkey) : verifier_of({name_at_first_start(config), seed});
  if (!fixed) throw LedgerContradiction("the database does not know its ledger's key: put back your backup");
  Ledger ledger{{fixed->name, seed}, *fixed, LedgerMirror(mirror_of(config))};
  require_own(*fixed, config, ledger.key);
  return ledger;
}

Ledger open_ledger(const Config& config, const Digest& seed, Store& store) {
  if (auto known = known_vkey(store)) return ledger_of(config, seed, known);
  const auto own = ledger_of(config, seed, {}).vkey();
  store.write([&own](Transaction& transaction) { transaction.keep_meta(vkey_name, own); });
  return ledger_of(config, seed, known_vkey(store));  // another process may have been faster
}

SignedCheckpoint checked(std::string note, const Ledger& ledger, const std::string& where) {
  const auto parsed = parse_signed_note(note);
  if (parsed) {
    const auto tree = parse_checkpoint(parsed->text);
    if (tree && tree->origin == ledger.key.name && verify_note(*parsed, {&ledger.verifier, 1})) {
      return {*tree, std::move(note)};
    }
  }
  throw LedgerContradiction(fmt::format(
      "the checkpoint in {} was not signed by this ledger ({}): put back the one that belongs to it, "
      "from your backup",
      where, ledger.vkey()));
}

std::optional<SignedCheckpoint> published_checkpoint(const Ledger& ledger) {
  auto note = ledger.mirror.checkpoint();
  if (!note) return std::nullopt;
  return checked(std::move(*note), ledger, "the mirror " + ledger.mirror.folder().string());
}

std::optional<SignedCheckpoint> known_checkpoint(const Ledger& ledger, Reading& reading) {
  auto note = reading.meta(checkpoint_name);
  if (!note) return std::nullopt;
  return checked(std::move(*note), ledger, "the database");
}

void put_known_checkpoint(const std::string& note, Transaction& transaction) {
  transaction.put_meta(checkpoint_name, note);
}

LedgerStanding ledger_standing(const Ledger& ledger, Store& store) {
  // The mirror first: it is never ahead of the database but for an older one.
  const auto published = published_checkpoint(ledger);
  return read_from(store, [&](Reading& reading) {
    return LedgerStanding{static_cast<std::uint64_t>(reading.ledger_size()),
                          published ? published->tree.size : 0,
                          !published && known_checkpoint(ledger, reading)};
  });
}

std::optional<std::string> trouble_in(const LedgerStanding& standing, const Ledger& ledger) {
  const auto folder = ledger.mirror.folder().string();
  if (standing.mirror_is_missing) {
    return fmt::format(
        "the ledger's mirror {} is missing or empty: mount it or put it back from its copy; if it is lost "
        "and this "
        "database is the newest there is: optledger ledger restored --reason TEXT",
        folder);
  }
  if (standing.database_is_older()) {
    return fmt::format(
        "the database has {} ledger entries, its mirror {} has {}: it is an older copy. Put the newest "
        "database "
        "back, or go on with this one: optledger ledger restored --reason TEXT",
        standing.entries, folder, standing.published);
  }
  return std::nullopt;
}

}  // namespace optledger
