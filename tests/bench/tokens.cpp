// Prints the confirm tokens of all pending sign-ups, one a line, made from the database and the keys beside
// it: what the letters would have brought.
#include "service/config/config.hpp"
#include "service/config/key_files.hpp"

#include <CLI/CLI.hpp>
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <cstdio>

namespace {

using namespace optledger;

int print_tokens(const std::string& config_file) {
  const auto loaded = load_config(config_file, {});
  if (!loaded.config) return 2;
  const auto& storage = loaded.config->storage;
  const auto keys = load_keys(storage.keys, MissingKeys::refuse, {});
  SQLite::Database database(storage.path.string(), SQLite::OPEN_READONLY);
  SQLite::Statement pending(database, "SELECT nonce FROM signup WHERE state = 'pending'");
  while (pending.executeStep()) {
    Id nonce{};
    const auto column = pending.getColumn(0);
    std::copy_n(static_cast<const std::uint8_t*>(column.getBlob()), nonce.size(), nonce.begin());
    std::puts(Token::derive(TokenPurpose::confirm, keys.token, nonce).reveal().c_str());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"the confirm tokens of pending sign-ups"};
  std::string config;
  app.add_option("--config", config, "of the service")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    return print_tokens(config);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
  }
}
