// The journal of departures and a database that is an older copy of itself: real files, no service.
#include "lib/base/hash.hpp"
#include "service/cli/state.hpp"
#include "service/flows/erase_person.hpp"
#include "service/flows/forget.hpp"
#include "service/flows/keep_departures.hpp"
#include "service/workers/departure_worker.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <thread>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

const EmailAddress anna = EmailAddress::parse("anna@example.org").value();
const EmailAddress berta = EmailAddress::parse("berta@example.org").value();

// One installation whose database can be copied away and back while nobody has it open.
class Installation {
 public:
  ManualClock clock;

  Installation() {
    config_.storage = {StorageConfig::Engine::sqlite, folder_.path() / "state" / "test.db",
                       folder_.path() / "keys"};
  }

  State open() { return open_state(config_, clock, entropy_); }
  std::filesystem::path journal() const { return departures_beside(config_.storage.path); }
  std::string journal_text() const {
    std::ifstream in(journal(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string state_text() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "state")) {
      std::ifstream in(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }
  void copy_away() { std::filesystem::copy_file(config_.storage.path, copy(), overwrite); }
  void copy_back() { std::filesystem::copy_file(copy(), config_.storage.path, overwrite); }

  void sign_up(const EmailAddress& address, bool confirms = true) {
    const auto state = open();
    const auto now = clock.now();
    const auto person = fingerprint_of(address, state.keys.fingerprint);
    const Id id = fresh_id(now, entropy_);
    const auto text = sha256("text");
    Signup signup{.id = id,
                  .list = "news",
                  .fingerprint = person,
                  .address = address,
                  .name = std::nullopt,
                  .locale = "de",
                  .letter = LetterBasis{text, text},
                  .state = SignupState::pending,
                  .requested_at = now,
                  .expires_at = now + 24h};
    Changes changes{InsertSignup{signup}, record(RecordKind::signup_requested, address, id),
                    EnqueueLetter{id, now}};
    if (confirms) {
      changes.push_back(ConfirmSignup{id, now});
      changes.push_back(UpsertSubscription{{"news", person, fresh_id(now, entropy_), id, now}});
      changes.push_back(record(RecordKind::confirmed, address, id));
      changes.push_back(RemoveLetter{id});
    }
    state.store->write([&](Transaction& transaction) {
      transaction.keep_document(text, "text");
      transaction.apply(changes);
    });
    clock.advance(1h);
  }
  void end(SuppressionKind kind, const EmailAddress& address, std::optional<std::string> list = "news") {
    const auto state = open();
    end_subscriptions(kind, request(address, std::move(list)), {}, state.keys.fingerprint, *state.store,
                      clock, entropy_);
    clock.advance(1h);
  }
  void unblock(const EmailAddress& address) {
    const auto state = open();
    optledger::unblock(request(address, "news"), {}, state.keys.fingerprint, *state.store, clock, entropy_);
    clock.advance(1h);
  }
  void erase(const EmailAddress& address) {
    const auto state = open();
    erase_person(request(address, std::nullopt), Declarations{"I had consented", "I was a customer"}, {},
                 state.keys.fingerprint, *state.store, clock, entropy_);
    state.store->purge_deleted();
    clock.advance(1h);
  }
  void forget() {
    const auto state = open();
    forget_all([] { return false; }, *state.store, clock, entropy_);
    state.store->purge_deleted();
  }

  std::optional<SubscriptionState> state_of(const EmailAddress& address) {
    const auto state = open();
    const auto person = fingerprint_of(address, state.keys.fingerprint);
    const auto found =
        read_from(*state.store, [&](Reading& reading) { return reading.subscription(person, "news"); });
    return found ? std::optional(found->state) : std::nullopt;
  }
  std::vector<Suppression> rules_about(const EmailAddress& address) {
    const auto state = open();
    const auto person = fingerprint_of(address, state.keys.fingerprint);
    return read_from(*state.store, [&](Reading& reading) { return reading.suppressions(person); });
  }
  std::size_t receipts_of(const EmailAddress& address) {
    const auto state = open();
    const auto person = fingerprint_of(address, state.keys.fingerprint);
    return read_from(*state.store, [&](Reading& reading) {
      for (const auto& one : reading.erasure_receipts(person)) REQUIRE(reading.document(one.declaration));
      return reading.erasure_receipts(person).size();
    });
  }
  std::size_t signups_of(const EmailAddress& address) {
    const auto state = open();
    const auto person = fingerprint_of(address, state.keys.fingerprint);
    return read_from(*state.store, [&](Reading& reading) { return reading.signups(person, "news").size(); });
  }

 private:
  static constexpr auto overwrite = std::filesystem::copy_options::overwrite_existing;

  std::filesystem::path copy() const { return folder_.path() / "copy.db"; }
  static OperatorRequest request(const EmailAddress& address, std::optional<std::string> list) {
    return {address, std::move(list), "test", "user:test", "command", {}};
  }
  AppendRecord record(RecordKind kind, const EmailAddress& address, const Id& id) {
    return {{kind, clock.now(), address.text(), "news", {}, Json::object()}, fresh_digest(entropy_), id};
  }

  TemporaryFolder folder_;
  Config config_;
  SystemEntropy entropy_;
};

std::size_t count_in(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("the journal holds what left, for its owner alone, and no address") {
  Installation one;
  one.sign_up(anna);
  one.sign_up(berta);
  one.end(SuppressionKind::unsubscribed, anna);
  one.erase(berta);
  const auto text = one.journal_text();
  CHECK(count_in(text, "{\"rule\":") == 2);
  CHECK(count_in(text, "{\"erased\":") == 1);
  CHECK(count_in(text, "{\"receipt\":") == 1);
  CHECK(text.find("example.org") == std::string::npos);
  CHECK((std::filesystem::status(one.journal()).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("a database that is level with its journal is opened without a change of either") {
  Installation one;
  one.sign_up(anna);
  one.end(SuppressionKind::unsubscribed, anna);
  const auto journal = one.journal_text();
  const auto state = one.state_text();
  for (int times = 0; times < 3; ++times) CHECK_FALSE(one.open().departures->reapplied());
  CHECK(one.journal_text() == journal);
  CHECK(one.state_text() == state);
}

TEST_CASE("whoever was erased after the copy is erased from the copied-back database, to the last byte") {
  Installation one;
  one.sign_up(anna);
  one.sign_up(berta);
  one.copy_away();
  one.erase(anna);
  CHECK(one.state_text().find("anna@example.org") == std::string::npos);
  one.copy_back();
  CHECK(one.state_text().find("anna@example.org") != std::string::npos);
  {
    const auto state = one.open();
    REQUIRE(state.departures->reapplied());
    CHECK(state.departures->reapplied()->signups == 1);
    CHECK(state.departures->reapplied()->rules == 1);
    CHECK(state.departures->reapplied()->receipts == 1);
    CHECK(state.store->purge_deleted());
    CHECK(state.store->verify_integrity().empty());
  }
  CHECK(one.state_text().find("anna@example.org") == std::string::npos);
  CHECK(one.receipts_of(anna) == 1);
  CHECK(one.signups_of(anna) == 0);
  CHECK_FALSE(one.state_of(anna));
  CHECK(one.rules_about(anna).size() == 1);
  CHECK(one.state_of(berta) == SubscriptionState::confirmed);
  CHECK_FALSE(one.open().departures->reapplied());
  one.copy_back();
  one.copy_back();
  CHECK(one.receipts_of(anna) == 1);
}

TEST_CASE("whoever left or was blocked after the copy is off again, since then and until then") {
  Installation one;
  one.sign_up(anna);
  one.sign_up(berta);
  one.copy_away();
  const auto left_at = one.clock.now();
  one.end(SuppressionKind::unsubscribed, anna);
  one.end(SuppressionKind::blocked, berta, std::nullopt);
  const auto rules = one.rules_about(anna);
  one.clock.advance(24h * 30);
  one.copy_back();
  CHECK(one.state_of(anna) == SubscriptionState::unsubscribed);
  CHECK(one.state_of(berta) == SubscriptionState::blocked);
  REQUIRE(one.rules_about(anna).size() == 1);
  CHECK(one.rules_about(anna)[0].since == left_at);
  CHECK(one.rules_about(anna)[0].until == rules[0].until);
  CHECK(is_blocked(covering(one.rules_about(berta), "other list")));
  // The proof window counts from the leaving, not from the restore (T2.1).
  one.clock.set(end_of({}, left_at));
  one.forget();
  CHECK(one.signups_of(anna) == 0);
  CHECK(one.rules_about(anna).empty());
}

TEST_CASE("what the retention deleted after the copy is deleted from it again, also when no rule is left") {
  Installation one;
  one.sign_up(anna);
  one.sign_up(berta, false);
  one.copy_away();
  one.end(SuppressionKind::unsubscribed, anna);
  one.clock.advance(24h * 366 * 3);
  one.forget();
  CHECK(one.rules_about(anna).empty());
  one.copy_back();
  CHECK(one.signups_of(anna) == 0);
  CHECK(one.signups_of(berta) == 0);
}

TEST_CASE(
    "what was erased in one past is erased in every other, and nobody else at its place in the ledger") {
  Installation one;
  one.sign_up(berta);
  one.copy_away();
  one.sign_up(anna);
  one.erase(anna);  // leaves 2 and 3 of the first past
  one.copy_back();
  one.sign_up(anna);  // leaves 2 and 3 of the second one
  CHECK(one.state_of(anna) == SubscriptionState::confirmed);
  one.copy_away();
  one.sign_up(EmailAddress::parse("carla@example.org").value());
  one.end(SuppressionKind::blocked, EmailAddress::parse("nobody@example.org").value());
  one.copy_back();
  CHECK(one.open().departures->reapplied()->signups == 0);
  CHECK(one.state_of(anna) == SubscriptionState::confirmed);
  CHECK(one.state_of(berta) == SubscriptionState::confirmed);
}

TEST_CASE("who has come back by a fresh consent stays, as long as the database knows that consent") {
  Installation one;
  one.sign_up(anna);
  one.copy_away();
  one.end(SuppressionKind::unsubscribed, anna);
  one.sign_up(anna);
  {
    const auto state = one.open();
    state.store->write([&](Transaction& transaction) {
      transaction.apply({LiftSuppression{fingerprint_of(anna, state.keys.fingerprint), "news"}});
    });
  }
  std::ofstream(one.journal(), std::ios::app) << "{\"mark";  // a writer was killed: all is applied again
  CHECK(one.open().departures->reapplied());
  CHECK(one.state_of(anna) == SubscriptionState::confirmed);
  one.copy_back();  // it does not know it
  CHECK(one.state_of(anna) == SubscriptionState::unsubscribed);
}

TEST_CASE("a lifted block is applied to no copy from before it; a copy that has the block keeps it") {
  Installation one;
  one.sign_up(berta);
  one.copy_away();
  one.end(SuppressionKind::blocked, anna);
  one.unblock(anna);
  one.copy_back();
  REQUIRE(one.rules_about(anna).size() == 1);
  CHECK_FALSE(is_blocked(one.rules_about(anna)));
  one.end(SuppressionKind::blocked, anna);
  one.copy_away();
  one.unblock(anna);
  one.copy_back();
  CHECK(is_blocked(one.rules_about(anna)));
}

TEST_CASE("broken off between the journal and the database, the next opening makes them level") {
  Installation one;
  one.sign_up(anna);
  one.copy_away();
  one.end(SuppressionKind::unsubscribed, anna);
  one.copy_back();  // as if the database had lost what the journal has already
  const auto journal = one.journal_text();
  CHECK(one.state_of(anna) == SubscriptionState::unsubscribed);
  CHECK(count_in(one.journal_text(), "{\"rule\":") == 1);
  CHECK(one.journal_text() != journal);
  CHECK_FALSE(one.open().departures->reapplied());
}

TEST_CASE("a lost journal is made anew from the database, and a journal put back is applied") {
  Installation one;
  one.sign_up(anna);
  one.sign_up(berta);
  one.end(SuppressionKind::unsubscribed, anna);
  one.erase(berta);
  const auto journal = one.journal_text();
  std::filesystem::remove(one.journal());
  one.open();
  CHECK(count_in(one.journal_text(), "{\"rule\":") == 2);
  CHECK(count_in(one.journal_text(), "{\"erased\":") == 1);
  CHECK_FALSE(one.open().departures->reapplied());
  std::ofstream(one.journal(), std::ios::binary) << journal;
  CHECK(one.open().departures->reapplied());
  CHECK_FALSE(one.open().departures->reapplied());
}

TEST_CASE("a long journal is noted and applied in portions") {
  Installation one;
  one.sign_up(anna);
  one.copy_away();
  constexpr int people = 1201;
  {
    const auto state = one.open();
    state.store->write([&](Transaction& transaction) {
      for (int i = 0; i < people; ++i) {
        const Fingerprint person{sha256("person " + std::to_string(i))};
        transaction.apply(
            {Suppress{{person, "news", SuppressionKind::blocked, one.clock.now(), std::nullopt}}});
      }
    });
  }
  CHECK(count_in(one.journal_text(), "{\"rule\":") == people);
  one.copy_back();
  const auto state = one.open();
  CHECK(state.departures->reapplied()->rules == people);
  CHECK(read_from(*state.store, [](Reading& r) { return r.suppressions(std::nullopt, 9999).size(); }) ==
        people);
  CHECK(count_in(one.journal_text(), "{\"rule\":") == people);
}

TEST_CASE("the journal forgets a rule when it ends, and never an erasure") {
  Installation one;
  one.sign_up(anna);
  one.sign_up(berta);
  one.erase(berta);
  const auto left_at = one.clock.now();
  one.end(SuppressionKind::unsubscribed, anna);
  const auto end = end_of({}, left_at);
  const auto shorten = [&](Instant now) {
    const auto state = one.open();
    return shorten_journal(state.departures->journal(), now);
  };
  CHECK(shorten(end - 2h) == end - 1h);  // that of the erased person
  CHECK(shorten(end - 1ms) == end);
  CHECK(count_in(one.journal_text(), "{\"rule\":") == 1);
  CHECK_FALSE(shorten(end));
  CHECK(count_in(one.journal_text(), "{\"rule\":") == 0);
  CHECK(count_in(one.journal_text(), "{\"receipt\":") == 0);
  CHECK(count_in(one.journal_text(), "{\"erased\":") == 1);
  CHECK_FALSE(one.open().departures->reapplied());
}

TEST_CASE("a clock that jumped makes the journal forget nobody until somebody vouches for it") {
  Installation one;
  one.sign_up(anna);
  one.forget();  // knows the time
  one.end(SuppressionKind::unsubscribed, anna);
  const auto state = one.open();
  clock_jump(24h, *state.store, one.clock);
  one.clock.advance(24h * 365 * 4);
  Health health;
  DepartureWorker worker({*state.departures, *state.store, one.clock, 24h * 31, health});
  worker.start();
  std::this_thread::sleep_for(1200ms);
  CHECK(count_in(one.journal_text(), "{\"rule\":") == 1);
  accept_clock(*state.store, one.clock);
  for (int tries = 0; tries < 400 && count_in(one.journal_text(), "{\"rule\":") > 0; ++tries) {
    std::this_thread::sleep_for(25ms);
  }
  CHECK(count_in(one.journal_text(), "{\"rule\":") == 0);
  CHECK(health.trouble().empty());
}

TEST_CASE("a journal of other keys, and a damaged one that is needed, refuse the opening by name") {
  Installation one;
  Installation other;
  one.sign_up(anna);
  other.sign_up(anna);
  std::filesystem::copy_file(other.journal(), one.journal(),
                             std::filesystem::copy_options::overwrite_existing);
  CHECK_THROWS_WITH_AS(one.open(), doctest::Contains("under other keys"), std::runtime_error);
  std::filesystem::remove(one.journal());
  one.end(SuppressionKind::unsubscribed, anna);
  auto text = one.journal_text();
  text[text.find("rule")] = 'R';
  std::ofstream(one.journal(), std::ios::binary) << text;
  one.open();  // level by its mark, so not read; `check` and the service find it
  CHECK_THROWS_WITH_AS(examine_journal(one.open().departures->journal()),
                       doctest::Contains("damaged in line"), std::runtime_error);
  std::ofstream(one.journal(), std::ios::app) << "{";
  CHECK_THROWS_WITH_AS(one.open(), doctest::Contains("damaged in line"), std::runtime_error);
}
