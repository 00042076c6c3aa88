#include "tests/flows/evidence.hpp"

#include "lib/base/json.hpp"
#include "lib/consent/commitment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace optledger::test {
namespace {

// Active, though a rule forbids it.
constexpr const char* suppressed = R"(
SELECT subscription.list, suppression.kind FROM subscription
INNER JOIN signup ON signup.signup_id = subscription.signup_id
INNER JOIN suppression ON suppression.fingerprint = subscription.fingerprint
WHERE subscription.state = 'confirmed' AND suppression.list IN (subscription.list, '*')
  AND (suppression.kind = 'blocked' OR suppression.since >= signup.requested_at))";

// Active without a confirmed record, or that of a permission, that is newer than every withdrawal of this
// person on this list.
constexpr const char* unfounded = R"(
SELECT subscription.list FROM subscription
WHERE subscription.state = 'confirmed' AND COALESCE(
  (SELECT MAX(leaf_index) FROM record
   WHERE record.signup_id = subscription.signup_id
     AND (record.body LIKE '%"kind":"confirmed"%' OR record.body LIKE '%"kind":"imported"%')), -1)
  <= COALESCE(
  (SELECT MAX(leaf_index) FROM record INNER JOIN signup ON signup.signup_id = record.signup_id
   WHERE signup.fingerprint = subscription.fingerprint AND signup.list = subscription.list
     AND (record.body LIKE '%"kind":"unsubscribed"%' OR record.body LIKE '%"kind":"blocked"%')), -1))";

// A letter that is owed to somebody who waits for none.
constexpr const char* owed = R"(
SELECT signup.state FROM letter_task LEFT JOIN signup ON signup.nonce = letter_task.nonce
WHERE letter_task.kind = 'confirmation' AND signup.state IS NOT 'pending')";

constexpr const char* entries = R"(
SELECT ledger_entry.leaf_index, ledger_entry.entry, record.salt, record.body, record.signup_id
FROM ledger_entry LEFT JOIN record ON record.leaf_index = ledger_entry.leaf_index
ORDER BY ledger_entry.leaf_index)";

std::string bytes_of(const SQLite::Column& column) {
  return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

Digest digest_of(const SQLite::Column& column) {
  Digest digest{};
  const auto bytes = bytes_of(column);
  if (bytes.size() == digest.size()) std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

struct Resetting {
  SQLite::Statement& statement;
  ~Resetting() { statement.tryReset(); }
};

}  // namespace

Evidence::Evidence(const std::filesystem::path& database)
    : database_(database.string(), SQLite::OPEN_READONLY),
      suppressed_(database_, suppressed),
      unfounded_(database_, unfounded),
      owed_(database_, owed),
      entries_(database_, entries) {}

std::string Evidence::problem_with_subscriptions() {
  const Resetting after_first{suppressed_};
  if (suppressed_.executeStep()) {
    return fmt::format("active on {}, but {}", suppressed_.getColumn(0).getString(),
                       suppressed_.getColumn(1).getString());
  }
  const Resetting after_second{unfounded_};
  if (unfounded_.executeStep()) {
    return fmt::format("active on {} without a confirmed record newer than every withdrawal",
                       unfounded_.getColumn(0).getString());
  }
  return {};
}

std::string Evidence::problem_with_letters() {
  const Resetting after{owed_};
  if (!owed_.executeStep()) return {};
  return fmt::format("a letter is owed to a signup that is {}", owed_.getColumn(0).getString());
}

std::string Evidence::problem_with_ledger() {
  const Resetting after{entries_};
  std::set<std::int64_t> emptied;
  std::map<std::int64_t, int> named;  // by `erased` records, how often
  std::size_t size = 0;
  for (; entries_.executeStep(); ++size) {
    const auto index = entries_.getColumn(0).getInt64();
    if (index != static_cast<std::int64_t>(size)) return fmt::format("the ledger lacks entry {}", size);
    const auto entry = bytes_of(entries_.getColumn(1));
    const bool is_new = size == known_entries_.size();
    if (is_new) known_entries_.push_back(entry);
    if (known_entries_[size] != entry) return fmt::format("ledger entry {} has changed", index);
    if (entries_.getColumn(3).isNull()) {
      emptied.insert(index);
      continue;
    }
    const auto body = entries_.getColumn(3).getString();
    if (is_new && entry_of(body, digest_of(entries_.getColumn(2))) != digest_of(entries_.getColumn(1))) {
      return fmt::format("record {} is not what its entry commits to", index);
    }
    if (!entries_.getColumn(4).isNull()) continue;
    const auto record = Json::parse(body);
    if (record.at("kind") != "erased") return fmt::format("record {} belongs to no signup", index);
    for (const auto& leaf : record.at("details").at("leaf_indices")) ++named[leaf.get<std::int64_t>()];
  }
  if (size < known_entries_.size()) return fmt::format("the ledger has shrunk to {}", size);
  for (const auto index : emptied) {
    if (named[index] != 1) return fmt::format("emptied entry {} is named {} times", index, named[index]);
  }
  if (named.size() != emptied.size()) return "an entry is said to be erased but has its record";
  return {};
}

std::set<std::string> addresses_in_files(const std::filesystem::path& folder, const std::string& domain,
                                         std::size_t local_part) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string bytes(entry.file_size(), '\0');
    std::ifstream(entry.path(), std::ios::binary).read(bytes.data(), std::ssize(bytes));
    for (auto at = bytes.find(domain); at != std::string::npos; at = bytes.find(domain, at + 1)) {
      const auto begin = at - std::min(at, local_part);
      found.insert(bytes.substr(begin, at - begin + domain.size()));
    }
  }
  return found;
}

}  // namespace optledger::test
