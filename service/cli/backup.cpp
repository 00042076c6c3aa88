#include "service/store/sqlite/backup.hpp"

#include "service/cli/commands.hpp"
#include "service/cli/progress.hpp"
#include "service/cli/state.hpp"
#include "service/store/durable_file.hpp"
#include "service/store/sqlite/sqlite_store.hpp"

#include <fmt/format.h>

#include <fcntl.h>

namespace optledger::cli {
namespace {

using std::filesystem::path;

// In a folder: "optledger-20261124T190929Z.db".
path file_for(const path& destination, const path& database, Instant now) {
  if (!std::filesystem::is_directory(destination)) return destination;
  auto stamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(now)).substr(0, 19);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return destination /
         fmt::format("{}-{}Z{}", database.stem().string(), stamp, database.extension().string());
}

// Not there, or to be replaced, and nothing of the database itself.
void require_free(const path& file, const path& database, bool may_replace) {
  for (const auto& own : {database, departures_beside(database), path(database.string() + "-wal")}) {
    std::error_code missing;
    if (std::filesystem::equivalent(file, own, missing)) {
      throw Failure(wrong_use, fmt::format("{} belongs to the database itself", file.string()));
    }
  }
  if (!may_replace && std::filesystem::exists(std::filesystem::symlink_status(file))) {
    throw Failure(refused,
                  fmt::format("{} is there already: choose another name, or --force", file.string()));
  }
}

// What is being written, under a name of its own until it is whole and checked.
class Draft {
 public:
  explicit Draft(const path& file) : file_(file), draft_(file.string() + ".unfinished") {
    remove();
    const Descriptor empty(draft_, O_WRONLY | O_CREAT | O_EXCL);
  }
  ~Draft() { remove(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const path& name() const { return draft_; }

  void finish() const {
    std::filesystem::rename(draft_, file_);
    sync_folder_of(file_);
  }

 private:
  void remove() const {
    std::error_code missing;
    for (const char* rest : {"", "-journal"}) std::filesystem::remove(draft_.string() + rest, missing);
  }

  const path file_;
  const path draft_;
};

CopyFacts examine(const path& copy, const Keys& keys) {
  auto facts = examine_sqlite_copy(copy);
  if (!facts.damage.empty()) {
    throw Failure(refused, fmt::format("the copy is damaged, and so may be the database ({}): run optledger "
                                       "check; no backup was made",
                                       facts.damage.front()));
  }
  if (facts.key_check != check_value(keys)) {
    throw Failure(refused, "the copy does not know the keys: no backup was made");
  }
  return facts;
}

void print(const path& file, const CopyFacts& facts, const Config& config, bool json) {
  const auto size = std::filesystem::file_size(file);
  if (json) {
    fmt::print("{}\n",
               Json{{"file", file.string()}, {"octets", size}, {"ledger_entries", facts.ledger_size}}.dump());
    return;
  }
  fmt::print(
      "{}: {} octets, {} ledger entries, checked\n"
      "The keys in {} are not in it: keep a copy of them elsewhere, without them it is of no use.\n"
      "The ledger's mirror {} is not in it: copy it too, its files only grow.\n",
      file.string(), size, facts.ledger_size, config.storage.keys.string(), mirror_of(config).string());
}

}  // namespace

int backup(const Config& config, const BackupOptions& options) {
  SystemClock clock;
  SystemEntropy entropy;
  const auto& database = config.storage.path;
  if (!sqlite_database_exists(database)) {
    throw Failure(refused, fmt::format("there is no database {}", database.string()));
  }
  const auto file = file_for(options.destination, database, clock.now());
  require_free(file, database, options.force);
  const auto state = open_state(config, clock, entropy);
  const Draft draft(file);
  {
    PageProgress progress;
    copy_sqlite_database(database, draft.name(), std::ref(progress));
  }
  const auto facts = examine(draft.name(), state.keys);
  draft.finish();
  print(file, facts, config, options.json);
  return done;
}

}  // namespace optledger::cli
