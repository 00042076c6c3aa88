// Lines of the journal of departures: what is written is read again, and nothing else.
#include "lib/departures/departure.hpp"

#include "lib/base/hash.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const Fingerprint who_left{sha256("anna")};

std::string line_without_end(const Departure& departure) {
  auto line = to_line(departure);
  REQUIRE(line.ends_with('\n'));
  line.pop_back();
  REQUIRE(line.find('\n') == std::string::npos);
  return line;
}

template <typename Kind>
Kind read_again(const Kind& departure) {
  const auto read = departure_from_line(line_without_end(departure));
  REQUIRE_MESSAGE(read, read.error());
  REQUIRE(std::holds_alternative<Kind>(*read));
  return std::get<Kind>(*read);
}

std::string refused_line(std::string line, const std::string& part, const std::string& instead) {
  const auto at = line.find(part);
  REQUIRE(at != std::string::npos);
  line.replace(at, part.size(), instead);
  const auto read = departure_from_line(line);
  return read ? "taken: " + line : read.error();
}

const Suppression rule_with_end{who_left, "news", SuppressionKind::unsubscribed, noon, noon + 24h};
const ErasedLeaves two_leaves{ErasureCause::retention, {{7, sha256("seven")}, {9, sha256("nine")}}};

}  // namespace

TEST_CASE("every kind of line is read as it was written") {
  CHECK(read_again(JournalHead{"abc"}).keys == "abc");
  CHECK(read_again(JournalMark{sha256("mark")}).mark == sha256("mark"));
  const auto erased = read_again(two_leaves);
  CHECK(erased.cause == ErasureCause::retention);
  CHECK(erased.leaves == two_leaves.leaves);
  for (const auto cause : {ErasureCause::request, ErasureCause::retention, ErasureCause::unconfirmed}) {
    CHECK(read_again(ErasedLeaves{cause, {{0, sha256("x")}}}).cause == cause);
  }
  const auto rule = read_again(rule_with_end);
  CHECK(rule.person == who_left);
  CHECK(rule.list == "news");
  CHECK(rule.kind == SuppressionKind::unsubscribed);
  CHECK(rule.since == noon);
  CHECK(rule.until == noon + 24h);
  const auto block = read_again(Suppression{who_left, std::nullopt, SuppressionKind::blocked, noon, {}});
  CHECK_FALSE(block.list);
  CHECK_FALSE(block.until);
  CHECK(block.kind == SuppressionKind::blocked);
}

TEST_CASE("a receipt is read as it was written, with the hash of its declaration") {
  const NotedReceipt noted{{who_left,
                            "news",
                            sha256("Ich hatte zugestimmt.\n"),
                            "api",
                            {{LegalBasis::double_opt_in, noon - 2h, noon - 1h},
                             {LegalBasis::existing_customer, noon - 1h, std::nullopt}},
                            noon,
                            noon + 24h},
                           "Ich hatte zugestimmt.\n"};
  const auto read = read_again(noted);
  CHECK(read.declaration == noted.declaration);
  CHECK(read.receipt.declaration == noted.receipt.declaration);
  CHECK(read.receipt.person == who_left);
  CHECK(read.receipt.list == "news");
  CHECK(read.receipt.method == "api");
  CHECK(read.receipt.periods.size() == 2);
  CHECK(read.receipt.periods[0].until == noon - 1h);
  CHECK_FALSE(read.receipt.periods[1].until);
  CHECK(read.receipt.periods[1].basis == LegalBasis::existing_customer);
  CHECK(read.receipt.erased_at == noon);
  CHECK(read.receipt.kept_until == noon + 24h);
  const auto line = line_without_end(noted);
  CHECK(refused_line(line, "\"method\"", "\"way\"") == "an incomplete receipt");
  CHECK(refused_line(line, "\"api\"", "7") == "a receipt with a member of another kind");
  CHECK(refused_line(line, "\"until\":null", "\"until\":0") == "a receipt with a member of another kind");
  CHECK(refused_line(line, "\"periods\":[", "\"periods\":[1,") == "a receipt with a member of another kind");
}

TEST_CASE("rules and receipts are forgotten with the database, blocks when they are lifted, erasures never") {
  CHECK(end_of(rule_with_end) == noon + 24h);
  CHECK(end_of(NotedReceipt{{who_left, "news", {}, "api", {}, noon, noon + 1h}, ""}) == noon + 1h);
  CHECK_FALSE(end_of(Suppression{who_left, std::nullopt, SuppressionKind::blocked, noon, {}}));
  CHECK_FALSE(end_of(two_leaves));
}

TEST_CASE("as many leaves as one line may have fit into it") {
  ErasedLeaves erased{ErasureCause::unconfirmed, {}};
  for (std::size_t i = 0; i < max_leaves; ++i) {
    erased.leaves.push_back({(std::int64_t{1} << 53) - 1, sha256(std::to_string(i))});
  }
  CHECK(to_line(erased).size() < max_departure_line);
  CHECK(read_again(erased).leaves.size() == max_leaves);
  erased.leaves.push_back({1, {}});
  CHECK_FALSE(departure_from_line(line_without_end(erased)));
}

TEST_CASE("a line that is not exactly one of them is refused, and the error repeats nothing of it") {
  for (const char* line :
       {"", " ", "{}", "[]", "null", "{\"mark\":1}", "{\"erased\":{}}", "{\"rule\":[]}",
        "{\"rule\":{},\"mark\":\"\"}", "{\"format\":\"optledger-departures/2\",\"keys\":\"\"}",
        "{\"format\":\"optledger-departures/1\"}"}) {
    CHECK_MESSAGE(!departure_from_line(line), line);
  }
  const auto rule = line_without_end(rule_with_end);
  CHECK_FALSE(departure_from_line(rule + "x"));
  CHECK_FALSE(departure_from_line(rule.substr(0, rule.size() - 1)));
  const auto since = "\"since\":\"" + to_rfc3339(noon) + "\"";
  CHECK(refused_line(rule, "\"unsubscribed\"", "\"left\"") == "a rule of an unknown kind");
  CHECK(refused_line(rule, to_hex(who_left.bytes), "anna@example.org") == "a rule without person or time");
  CHECK(refused_line(rule, since, "\"since\":\"2026-11-23\"") == "a rule without person or time");
  CHECK(refused_line(rule, since, "\"since\":\"2026-11-23T12:00:00Z\"") == "a rule without person or time");
  CHECK(refused_line(rule, since, since + "," + since).starts_with("not one JSON object"));
  CHECK(refused_line(rule, since, since + ",\"email\":\"anna@example.org\"") == "an incomplete rule");
  CHECK(refused_line(rule, "\"news\"", "\"\"") == "a rule about no list");
  CHECK(refused_line(rule, "\"news\"", "\"*\"") == "a rule about no list");
  CHECK(refused_line(rule, "\"news\"", "7") == "a rule about no list");
  CHECK(refused_line(rule, to_rfc3339(noon + 24h), "never") == "a rule with an end that is no time");
  const auto erased = line_without_end(two_leaves);
  CHECK(refused_line(erased, "\"retention\"", "\"boredom\"").starts_with("an erasure with an unknown cause"));
  CHECK(refused_line(erased, "[7,", "[-7,") == "a leaf that is not an index and a hash");
  CHECK(refused_line(erased, "[7,", "[7.5,") == "a leaf that is not an index and a hash");
  CHECK(refused_line(erased, "[7,", "[9007199254740992,") == "a leaf that is not an index and a hash");
  CHECK(refused_line(erased, "[7,", "[7,7,") == "a leaf that is not an index and a hash");
  CHECK(refused_line(erased, to_hex(sha256("nine")), "9") == "a leaf that is not an index and a hash");
}

TEST_CASE("only the last rule about a person on a list counts; erasures are never replaced") {
  auto later = rule_with_end;
  later.kind = SuppressionKind::blocked;
  later.since = noon + 1h;
  CHECK(subject_of(rule_with_end) == subject_of(later));
  later.list = std::nullopt;
  CHECK(subject_of(rule_with_end) != subject_of(later));
  auto other = rule_with_end;
  other.person = {sha256("berta")};
  CHECK(subject_of(rule_with_end) != subject_of(other));
  auto fewer = two_leaves;
  fewer.leaves.pop_back();
  CHECK(subject_of(two_leaves) == subject_of(ErasedLeaves(two_leaves)));
  CHECK(subject_of(two_leaves) != subject_of(fewer));
}
