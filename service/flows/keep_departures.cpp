#include "service/flows/keep_departures.hpp"

#include "lib/consent/erased_record.hpp"

#include <algorithm>

namespace optledger {
namespace {

using Turn = DepartureJournal::Turn;

// Which line of the journal the database is level with, and how much of its ledger was looked through.
constexpr std::string_view mark_name = "departures_mark";
constexpr std::string_view examined_name = "departures_examined";

constexpr int rows_to_note_at_once = 500;
constexpr int erasures_at_once = 50;  // of up to some hundred leaves each

struct News {
  std::vector<ErasedLeaves> erased;
  std::vector<Suppression> rules;
  std::vector<NotedReceipt> receipts;
  std::int64_t examined = 0;
  bool is_all = true;
};

std::optional<Digest> mark_of(Reading& reading) {
  const auto text = reading.meta(mark_name);
  return text ? digest_from_hex(*text) : std::nullopt;
}

std::int64_t examined_of(Reading& reading) { return std::stoll(reading.meta(examined_name).value_or("0")); }

bool has_news(Reading& reading) {
  return !reading.suppressions_to_note(1).empty() || !reading.erasure_receipts_to_note(1).empty() ||
         !reading.records_without_person(examined_of(reading), 1).empty();
}

// In portions of a line each.
void add_erasure(const Erasure& erasure, Reading& reading, std::vector<ErasedLeaves>& lines) {
  for (std::size_t i = 0; i < erasure.leaf_indices.size(); ++i) {
    if (i % max_leaves == 0) lines.push_back({erasure.cause, {}});
    const auto index = erasure.leaf_indices[i];
    lines.back().leaves.push_back({index, reading.ledger_entry(index).value()});
  }
}

News read_news(Reading& reading) {
  News news;
  news.examined = reading.ledger_size();
  const auto records = reading.records_without_person(examined_of(reading), erasures_at_once);
  for (const auto& record : records) {
    if (const auto erasure = erasure_in(record.body)) add_erasure(*erasure, reading, news.erased);
  }
  news.rules = reading.suppressions_to_note(rows_to_note_at_once);
  for (auto& receipt : reading.erasure_receipts_to_note(rows_to_note_at_once)) {
    auto declaration = reading.document(receipt.declaration).value();
    news.receipts.push_back({std::move(receipt), std::move(declaration)});
  }
  const bool has_more_records = records.size() == erasures_at_once;
  if (has_more_records) news.examined = records.back().leaf_index + 1;
  news.is_all = !has_more_records && news.rules.size() < rows_to_note_at_once &&
                news.receipts.size() < rows_to_note_at_once;
  return news;
}

void keep(const News& news, const Digest& mark, Store& store) {
  store.write([&](Transaction& transaction) {
    for (const auto& rule : news.rules) transaction.note_suppression(rule);
    for (const auto& noted : news.receipts) transaction.note_erasure_receipt(noted.receipt);
    transaction.put_meta(examined_name, std::to_string(news.examined));
    transaction.put_meta(mark_name, to_hex(mark));
  });
}

// First the journal, then the database: broken off in between, they are not level, and all is done again.
void note_news(Turn& turn, Store& store, Entropy& entropy) {
  for (bool is_all = false; !is_all;) {
    const auto news = read_from(store, read_news);
    is_all = news.is_all;
    std::string lines;
    for (const auto& erased : news.erased) lines += to_line(erased);
    for (const auto& rule : news.rules) lines += to_line(rule);
    for (const auto& noted : news.receipts) lines += to_line(noted);
    const JournalMark mark{fresh_digest(entropy)};
    turn.append(lines, mark);
    keep(news, mark.mark, store);
  }
}

void note_everything_again(Store& store) {
  store.write([](Transaction& transaction) {
    transaction.note_nothing();
    transaction.put_meta(examined_name, "0");
  });
}

std::optional<Instant> shorten(Turn& turn, Instant now) {
  const auto mark = turn.mark();
  std::optional<Instant> next_end;
  turn.replace([&](const Turn::Take& write) {
    turn.read([&](const Departure& departure) {
      const auto end = end_of(departure);
      if (end && *end <= now) return;
      if (end) next_end = std::min(next_end.value_or(*end), *end);
      write(departure);
    });
    if (mark) write(JournalMark{*mark});
  });
  return next_end;
}

}  // namespace

KeptDepartures keep_departures(const DepartureJournal& journal, const ProofWindow& window, Store& store,
                               Clock& clock, Entropy& entropy) {
  const auto [known, news] =
      read_from(store, [](Reading& reading) { return std::pair(mark_of(reading), has_news(reading)); });
  if (known && !news && known == journal.mark()) return {};
  Turn turn(journal);
  const auto mark = read_from(store, mark_of);  // another process may have had its turn
  KeptDepartures kept;
  if (turn.is_missing()) {
    kept.journal_was_lost = mark.has_value();
    turn.replace([](const Turn::Take&) {});
  } else if (!mark || mark != turn.mark()) {
    kept.reapplied = reapply_departures(turn, window, store, clock, entropy);
  }
  const bool was_level = mark && mark == turn.mark();
  if (!was_level) note_everything_again(store);
  note_news(turn, store, entropy);
  if (kept.reapplied) shorten(turn, Instant::min());
  return kept;
}

std::optional<Instant> shorten_journal(const DepartureJournal& journal, Instant now) {
  Turn turn(journal);
  return turn.is_missing() ? std::nullopt : shorten(turn, now);
}

JournalCounts examine_journal(const DepartureJournal& journal) {
  JournalCounts counts;
  Turn(journal).read([&counts](const Departure& departure) {
    if (const auto* erased = std::get_if<ErasedLeaves>(&departure)) {
      counts.leaves += static_cast<std::int64_t>(erased->leaves.size());
    }
    counts.rules += std::holds_alternative<Suppression>(departure) ? 1 : 0;
  });
  return counts;
}

}  // namespace optledger
