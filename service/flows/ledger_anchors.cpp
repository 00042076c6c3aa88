#include "service/flows/ledger_anchors.hpp"

#include "lib/ledger/merkle_tree.hpp"
#include "service/anchors/timestamp.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <set>
#include <thread>

namespace optledger {
namespace {

constexpr int timestamps_at_once = 256;
constexpr int tries_for_lock = 50;
constexpr Duration pause_between_lock_tries = std::chrono::milliseconds(20);

std::optional<LedgerTimestamp> earliest_over(std::uint64_t index, Reading& reading) {
  auto found = reading.ledger_timestamps(static_cast<std::int64_t>(index), 1);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<LedgerTimestamp> earliest_over_all(const std::set<std::uint64_t>& indexes, std::uint64_t size,
                                               Reading& reading) {
  std::vector<LedgerTimestamp> found;
  for (const auto index : indexes) {
    if (!found.empty() && index < static_cast<std::uint64_t>(found.back().tree_size)) continue;
    auto next = earliest_over(index, reading);
    if (!next || static_cast<std::uint64_t>(next->tree_size) > size) break;
    found.push_back(*std::move(next));
  }
  return found;
}

bool is_beginning_of(const Checkpoint& tree, const Checkpoint& published, const Ledger& ledger) {
  if (tree.size > published.size) return false;
  const auto proof = consistency_proof(tree.size, published.size, ledger.mirror.reader());
  return verify_consistency(tree.size, published.size, proof, tree.root, published.root);
}

std::unique_ptr<RunLock> await_lock(Store& store) {
  for (int tries = 0; tries < tries_for_lock; ++tries) {
    if (auto alone = store.try_lock("ledger")) return alone;
    std::this_thread::sleep_for(pause_between_lock_tries);
  }
  return nullptr;
}

}  // namespace

std::vector<CoveringTimestamp> timestamps_for(const std::vector<std::uint64_t>& leaf_indexes,
                                              std::uint64_t size, const TileReader& tiles, Store& store) {
  const std::set<std::uint64_t> indexes(leaf_indexes.begin(), leaf_indexes.end());
  auto found = read_from(store, [&](Reading& reading) { return earliest_over_all(indexes, size, reading); });
  std::vector<CoveringTimestamp> covering;
  for (auto& one : found) {
    const auto stamped = static_cast<std::uint64_t>(one.tree_size);
    auto consistency = stamped < size ? consistency_proof(stamped, size, tiles) : std::vector<Digest>();
    covering.push_back(
        {std::move(one.checkpoint), std::move(consistency), std::move(one.token), one.stamped_at, stamped});
  }
  return covering;
}

std::optional<std::string> doubt_about(const LedgerTimestamp& kept, const Checkpoint& published,
                                       const Ledger& ledger) {
  const auto note = parse_signed_note(kept.checkpoint);
  const auto tree = note ? parse_checkpoint(note->text) : std::nullopt;
  const bool is_ours = tree && tree->origin == ledger.key.name && verify_note(*note, {&ledger.verifier, 1});
  if (!is_ours) return "its checkpoint is not signed by this ledger";
  if (static_cast<std::int64_t>(tree->size) != kept.tree_size) return "its checkpoint is of another size";
  if (!is_beginning_of(*tree, published, ledger)) return "its checkpoint is not the beginning of this ledger";
  const auto said = verify_timestamp(kept.token, kept.checkpoint, std::nullopt);
  if (!said) return said.error();
  if (said->at != kept.stamped_at) return "its token says another time";
  if (std::chrono::abs(kept.received_at - kept.stamped_at) > clock_tolerance) {
    return "it was not received when it was made";
  }
  return std::nullopt;
}

std::optional<std::string> verify_timestamps(const Ledger& ledger, Store& store) {
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  while (true) {
    const auto page = read_from(
        store, [&](Reading& reading) { return reading.ledger_timestamps(last, timestamps_at_once); });
    // After the page: what was stamped beside us is published by now.
    const auto published = published_checkpoint(ledger);
    for (const auto& one : page) {
      const auto doubt = doubt_about(one, published ? published->tree : Checkpoint{}, ledger);
      if (doubt)
        return fmt::format("the timestamp of {} ledger entries does not hold: {}", one.tree_size, *doubt);
    }
    if (page.size() < static_cast<std::size_t>(timestamps_at_once)) return std::nullopt;
    last = page.back().tree_size;
  }
}

bool wants_timestamp(std::uint64_t size, Duration interval, Store& store, Clock& clock) {
  const auto last = read_from(store, [](Reading& reading) { return reading.last_ledger_timestamp(); });
  if (!last) return size > 0;
  // Both ways: a clock that was set back must not stop the timestamps until it has caught up.
  const auto age = std::chrono::abs(clock.now() - last->received_at);
  return static_cast<std::int64_t>(size) > last->tree_size && age >= interval;
}

bool publish_cosigned(const std::string& note, const Ledger& ledger, Store& store) {
  const auto alone = await_lock(store);
  if (!alone) return false;
  const auto published = published_checkpoint(ledger);
  const auto cosigned = checked(note, ledger, "the answer of the witness");
  if (!published || published->tree != cosigned.tree) return false;
  ledger.mirror.publish(note);
  return true;
}

std::optional<std::int64_t> noted_number(std::string_view name, Store& store) {
  const auto text = read_from(store, [&](Reading& reading) { return reading.meta(name); });
  std::int64_t number = 0;
  if (!text) return std::nullopt;
  const auto* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, number);
  return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

void note_number(std::string_view name, std::int64_t number, Store& store) {
  const auto text = std::to_string(number);
  store.write([&](Transaction& transaction) { transaction.put_meta(name, text); });
}

}  // namespace optledger
