// What every engine must keep: the same cases run over each of them. An engine brings open(), which may be
// called again on the same data ("reopen and it is still there").
#include "lib/base/hash.hpp"
#include "lib/consent/commitment.hpp"
#include "lib/consent/erased_record.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace optledger;

namespace {

class SqliteEngine {
 public:
  std::unique_ptr<Store> open() { return open_sqlite_store(folder_.path() / "test.db", noon).store; }

 private:
  TemporaryFolder folder_;
};

Id id(int number) { return Id{static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8)}; }
Fingerprint person(int number) { return {sha256("person " + std::to_string(number))}; }

const Digest letter_template = sha256("template");
const Digest letter_facts = sha256("facts");

void keep_letter_documents(Store& store) {
  store.write([](Transaction& transaction) {
    transaction.keep_document(letter_template, "template");
    transaction.keep_document(letter_facts, "facts");
  });
}

Signup signup(int number, const std::string& list = "news") {
  return {.id = id(number),
          .list = list,
          .fingerprint = person(number),
          .address = EmailAddress::parse("p" + std::to_string(number) + "@example.org").value(),
          .name = "Ünï",
          .locale = "de",
          .letter = LetterBasis{letter_template, letter_facts},
          .state = SignupState::pending,
          .requested_at = noon,
          .expires_at = noon + std::chrono::hours(1)};
}

// In force from the start, without a letter.
Changes permission(int number, const std::string& list = "news") {
  auto permitted = signup(number, list);
  permitted.letter.reset();
  permitted.state = SignupState::confirmed;
  permitted.confirmed_at = noon;
  permitted.basis = LegalBasis::existing_customer;
  return {InsertSignup{permitted},
          UpsertSubscription{{list, person(number), id(1000 + number), id(number), noon}}};
}

AppendRecord record(int number) {
  return {{RecordKind::signup_requested,
           noon,
           "p" + std::to_string(number) + "@example.org",
           "news",
           {},
           Json::object()},
          sha256("salt " + std::to_string(number)),
          id(number)};
}

void insert(Store& store, int number) {
  store.write([&](Transaction& transaction) {
    transaction.apply({InsertSignup{signup(number)}, record(number), EnqueueLetter{id(number), noon}});
  });
}

std::optional<Signup> find(Store& store, int number) {
  return read_from(store, [&](Reading& reading) { return reading.signup(id(number)); });
}

}  // namespace

TEST_CASE_TEMPLATE("what was written is there after reopening", Engine, SqliteEngine) {
  Engine engine;
  {
    const auto store = engine.open();
    keep_letter_documents(*store);
    insert(*store, 1);
  }
  const auto store = engine.open();
  const auto found = find(*store, 1);
  REQUIRE(found);
  CHECK(found->address->text() == "p1@example.org");
  CHECK(*found->name == "Ünï");
  CHECK(found->expires_at == noon + std::chrono::hours(1));
  const auto records = read_from(*store, [](Reading& reading) { return reading.records(id(1)); });
  REQUIRE(records.size() == 1);
  CHECK(read_from(*store, [](Reading& reading) { return reading.count_records(id(1)); }) == 1);
  CHECK(entry_of(records[0].body, records[0].salt) == commit_to(record(1).record, record(1).salt).entry);
}

TEST_CASE_TEMPLATE("a transaction that throws leaves nothing, its neighbours everything", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int number = 1; number <= 40; ++number) {
    threads.emplace_back([&, number] {
      try {
        store->write([&](Transaction& transaction) {
          transaction.apply({InsertSignup{signup(number)}, record(number)});
          if (number % 4 == 0) throw std::runtime_error("no");
        });
      } catch (const std::runtime_error&) {
        ++refused;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(refused == 10);
  for (int number = 1; number <= 40; ++number) CHECK(find(*store, number).has_value() == (number % 4 != 0));
  CHECK(read_from(*store, [](Reading& reading) { return reading.ledger_size(); }) == 30);
}

TEST_CASE_TEMPLATE("the ledger has no gaps, also after rollbacks", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  CHECK_THROWS(store->write([](Transaction& transaction) {
    transaction.apply({InsertSignup{signup(2)}, record(2)});
    throw std::runtime_error("no");
  }));
  insert(*store, 3);
  CHECK(read_from(*store, [](Reading& reading) { return reading.records(id(3)); }).at(0).leaf_index == 1);
}

TEST_CASE_TEMPLATE("entries are read in order in portions, and those put back have no record", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  for (int number = 1; number <= 3; ++number) insert(*store, number);
  const auto entries = [&](std::int64_t from, int limit) {
    return read_from(*store, [&](Reading& reading) { return reading.ledger_entries(from, limit); });
  };
  const auto entry = [](int number) {
    const auto appended = record(number);
    return commit_to(appended.record, appended.salt).entry;
  };
  CHECK(entries(0, 10) == std::vector{entry(1), entry(2), entry(3)});
  CHECK(entries(1, 1) == std::vector{entry(2)});
  CHECK(entries(3, 10).empty());
  store->write([](Transaction& transaction) {
    transaction.put_back_entry(sha256("four"));
    transaction.put_back_entry(sha256("five"));
  });
  CHECK(entries(3, 10) == std::vector{sha256("four"), sha256("five")});
  CHECK(read_from(*store, [](Reading& reading) { return reading.ledger_size(); }) == 5);
  CHECK(read_from(*store, [](Reading& reading) { return reading.records_without_person(0, 10).empty(); }));
}

TEST_CASE_TEMPLATE("one address has one pending signup on a list, whoever races", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  std::vector<std::thread> threads;
  for (int number = 1; number <= 20; ++number) {
    threads.emplace_back([&, number] {
      auto mine = signup(number);
      mine.fingerprint = person(1);
      store->write([&](Transaction& transaction) {
        if (transaction.signups(person(1), mine.list).empty()) transaction.apply({InsertSignup{mine}});
      });
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(read_from(*store, [](Reading& r) { return r.signups(person(1), signup(1).list).size(); }) == 1);
}

TEST_CASE_TEMPLATE("a leased letter is nobody else's until the lease ends or is released", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  const auto due = [&](Instant now) {
    return read_from(*store, [&](Reading& r) { return r.due_letters(now, 10).size(); });
  };
  CHECK(due(noon - Duration(1)) == 0);
  CHECK(due(noon) == 1);
  const auto until = noon + std::chrono::minutes(3);
  store->write([&](Transaction& transaction) { transaction.apply({LeaseLetter{id(1), until}}); });
  CHECK(due(noon) == 0);
  CHECK(due(until) == 1);
  store->write([](Transaction& transaction) { transaction.release_letter_leases(); });
  CHECK(due(noon) == 1);
  store->write([](Transaction& t) { t.apply({RescheduleLetter{id(1), noon + std::chrono::minutes(5), 1}}); });
  CHECK(due(until) == 0);
  CHECK(read_from(*store, [](Reading& r) { return r.due_letters(noon + std::chrono::minutes(5), 10); })
            .at(0)
            .attempts == 1);
}

TEST_CASE_TEMPLATE("an erased signup leaves its ledger entries and nothing else", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  CHECK(store->has_traces());  // a process that was killed may have left some
  CHECK(store->purge_deleted());
  CHECK_FALSE(store->has_traces());
  store->write([](Transaction& transaction) { transaction.apply({EraseSignup{id(1)}}); });
  CHECK_FALSE(find(*store, 1));
  CHECK(read_from(*store, [](Reading& reading) { return reading.records(id(1)).empty(); }));
  CHECK(read_from(*store, [](Reading& reading) { return reading.count_records(id(1)); }) == 0);
  CHECK_FALSE(read_from(*store, [](Reading& reading) { return reading.has_due_letter(noon); }));
  CHECK(read_from(*store, [](Reading& reading) { return reading.ledger_size(); }) == 1);
  CHECK(store->has_traces());
  CHECK(store->purge_deleted());
  CHECK_FALSE(store->has_traces());
}

TEST_CASE_TEMPLATE("a cancelled signup keeps no address and no name", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  store->write(
      [](Transaction& transaction) { transaction.apply({CancelSignup{id(1)}, EraseRecords{id(1)}}); });
  const auto found = find(*store, 1);
  REQUIRE(found);
  CHECK(found->state == SignupState::cancelled);
  CHECK_FALSE(found->address);
  CHECK_FALSE(found->name);
  CHECK(read_from(*store, [](Reading& reading) { return reading.lists_of(person(1)).empty(); }));
}

TEST_CASE_TEMPLATE("people with evidence come in pages, each once for a list, and none that cancelled",
                   Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  for (const int number : {5, 1, 4, 2, 3}) insert(*store, number);
  store->write(
      [](Transaction& transaction) { transaction.apply({CancelSignup{id(4)}, EraseRecords{id(4)}}); });
  std::vector<Fingerprint> found;
  std::optional<PersonOnOneList> last;
  for (;;) {
    const auto page =
        read_from(*store, [&](Reading& reading) { return reading.people_with_evidence(last, 2); });
    if (page.empty()) break;
    CHECK(page.size() <= 2);
    for (const auto& one : page) found.push_back(one.person);
    last = page.back();
  }
  std::vector<Fingerprint> expected = {person(1), person(2), person(3), person(5)};
  const auto by_bytes = [](const auto& left, const auto& right) { return left.bytes < right.bytes; };
  std::sort(expected.begin(), expected.end(), by_bytes);
  CHECK(found == expected);
}

TEST_CASE_TEMPLATE("expired signups come with the leaves of their records; confirmed ones never", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  insert(*store, 2);
  store->write([](Transaction& transaction) {
    transaction.apply(
        {ConfirmSignup{id(2), noon},
         UpsertSubscription{{"news", person(2), id(20), id(2), noon, SubscriptionState::confirmed, {}}}});
  });
  const auto end = noon + std::chrono::hours(1);
  CHECK(read_from(*store, [&](Reading& r) { return r.due_for_deletion(end - Duration(1), 10).empty(); }));
  const auto expired = read_from(*store, [&](Reading& r) { return r.due_for_deletion(end, 10).unconfirmed; });
  REQUIRE(expired.size() == 1);
  CHECK(expired[0].id == id(1));
  CHECK(expired[0].leaf_indices == std::vector<std::int64_t>{0});
}

TEST_CASE_TEMPLATE("a subscription is found with its signup and keeps one row for each address and list",
                   Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  for (const auto at : {noon, noon + Duration(5)}) {
    store->write(
        [&](Transaction& t) { t.apply({UpsertSubscription{{"news", person(1), id(20), id(1), at}}}); });
  }
  const auto found =
      read_from(*store, [](Reading& reading) { return reading.subscription(person(1), "news"); });
  REQUIRE(found);
  CHECK(found->signup == id(1));
  CHECK(found->nonce == id(20));
  CHECK(found->confirmed_at == noon + Duration(5));
  CHECK_FALSE(read_from(*store, [](Reading& reading) { return reading.subscription(person(1), "other"); }));
}

TEST_CASE_TEMPLATE(
    "a permission is kept with its basis and without a letter, and never comes to an end by itself", Engine,
    SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  store->write([](Transaction& transaction) { transaction.apply(permission(2)); });
  CHECK(find(*store, 1)->basis == LegalBasis::double_opt_in);
  const auto found = find(*store, 2);
  REQUIRE(found);
  CHECK(found->basis == LegalBasis::existing_customer);
  CHECK_FALSE(found->letter);
  CHECK(found->confirmed_at == noon);
  const auto due = read_from(*store, [](Reading& reading) {
    return reading.due_for_deletion(noon + std::chrono::hours(24 * 365 * 10), 10);
  });
  CHECK(due.unconfirmed.size() == 1);
  CHECK(due.held.empty());
}

TEST_CASE_TEMPLATE("a double opt-in without a letter and a permission with one are both refused", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  const auto write = [&](const Signup& one) {
    store->write([&](Transaction& transaction) { transaction.apply({InsertSignup{one}}); });
  };
  auto without_letter = signup(1);
  without_letter.letter.reset();
  CHECK_THROWS(write(without_letter));
  auto with_letter = std::get<InsertSignup>(permission(2).front()).signup;
  with_letter.letter = LetterBasis{letter_template, letter_facts};
  CHECK_THROWS(write(with_letter));
  auto pending = std::get<InsertSignup>(permission(3).front()).signup;
  pending.state = SignupState::pending;
  pending.confirmed_at.reset();
  CHECK_THROWS(write(pending));
}

TEST_CASE_TEMPLATE("subscriptions in force are read in pages, each once, and ended ones never", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  const auto page = [&](const std::optional<Subscription>& last, int limit) {
    return read_from(*store, [&](Reading& reading) { return reading.subscriptions_in_force(last, limit); });
  };
  CHECK(page(std::nullopt, 10).empty());
  store->write([](Transaction& transaction) {
    for (int number = 0; number < 10; ++number) transaction.apply(permission(number));
    for (const auto state : {SubscriptionState::unsubscribed, SubscriptionState::blocked}) {
      transaction.apply(
          {EndSubscription{person(state == SubscriptionState::blocked ? 3 : 4), "news", state, noon}});
    }
  });
  std::vector<Subscription> all;
  for (auto some = page(std::nullopt, 3); !some.empty(); some = page(some.back(), 3)) {
    CHECK(some.size() <= 3);
    all.insert(all.end(), some.begin(), some.end());
  }
  REQUIRE(all.size() == 8);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].state == SubscriptionState::confirmed);
    if (i > 0) CHECK(all[i - 1].fingerprint.bytes < all[i].fingerprint.bytes);
  }
}

TEST_CASE_TEMPLATE("API keys are added once, found by hash, and revoked for good", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  const ApiKey key{"website", {"signup", "stats"}, noon, std::nullopt};
  CHECK(write_to(*store, [&](Transaction& t) { return t.add_api_key(key, sha256("k")); }));
  CHECK_FALSE(write_to(*store, [&](Transaction& t) { return t.add_api_key(key, sha256("other")); }));
  CHECK(read_from(*store, [](Reading& r) { return r.api_key(sha256("k")); })->scopes == key.scopes);
  CHECK(write_to(*store, [](Transaction& t) { return t.revoke_api_key("website", noon); }));
  CHECK_FALSE(write_to(*store, [](Transaction& t) { return t.revoke_api_key("website", noon); }));
  CHECK(read_from(*store, [](Reading& r) { return r.api_key(sha256("k")); })->revoked_at == noon);
}

TEST_CASE_TEMPLATE("documents and wordings are kept once and never change", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  for (int times = 0; times < 2; ++times) {
    store->write([](Transaction& transaction) {
      transaction.keep_document(sha256("text"), "text");
      transaction.keep_wording("news", "de", sha256("text"), noon);
    });
  }
  store->write([](Transaction& transaction) { transaction.keep_document(sha256("text"), "forged"); });
  CHECK(read_from(*store, [](Reading& r) { return r.document(sha256("text")); }) == "text");
  CHECK(read_from(*store, [](Reading& r) { return r.knows_wording("news", sha256("text")); }));
  CHECK_FALSE(read_from(*store, [](Reading& r) { return r.knows_wording("other", sha256("text")); }));
}

TEST_CASE_TEMPLATE("all rules are read in pages, each once, also those for every list", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  const auto page = [&](const std::optional<Suppression>& last, int limit) {
    return read_from(*store, [&](Reading& reading) { return reading.suppressions(last, limit); });
  };
  CHECK(page(std::nullopt, 10).empty());
  store->write([](Transaction& transaction) {
    for (int number = 0; number < 10; ++number) {
      for (const auto& list : {std::optional<std::string>(), std::optional<std::string>("news")}) {
        transaction.apply({Suppress{{person(number), list, SuppressionKind::blocked, noon, std::nullopt}}});
      }
    }
  });
  std::vector<Suppression> all;
  for (auto rules = page(std::nullopt, 3); !rules.empty(); rules = page(rules.back(), 3)) {
    CHECK(rules.size() <= 3);
    all.insert(all.end(), rules.begin(), rules.end());
  }
  REQUIRE(all.size() == 20);
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto& before = all[i - 1];
    const bool same_person = all[i].person == before.person;
    CHECK((same_person ? !before.list && all[i].list == "news" : before.person.bytes < all[i].person.bytes));
  }
}

TEST_CASE_TEMPLATE("a rule is to be noted until it is, and again after every change of it", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  const auto to_note = [&] {
    return read_from(*store, [](Reading& r) { return r.suppressions_to_note(10); });
  };
  const auto put = [&](const Suppression& rule) {
    store->write([&](Transaction& transaction) { transaction.apply({Suppress{rule}}); });
  };
  const auto note = [&](const Suppression& rule) {
    store->write([&](Transaction& transaction) { transaction.note_suppression(rule); });
  };
  const Suppression rule{person(1), "news", SuppressionKind::unsubscribed, noon,
                         noon + std::chrono::hours(1)};
  put(rule);
  put({person(1), std::nullopt, SuppressionKind::blocked, noon, std::nullopt});
  REQUIRE(to_note().size() == 2);
  note(to_note()[0]);
  REQUIRE(to_note().size() == 1);
  auto longer = rule;
  longer.until = noon + std::chrono::hours(2);
  put(longer);
  note(rule);  // as it was read before it changed
  CHECK(to_note().at(0).until == longer.until);
  note(longer);
  CHECK(to_note().empty());
  store->write([](Transaction& transaction) { transaction.note_nothing(); });
  CHECK(to_note().size() == 2);
}

TEST_CASE_TEMPLATE("a receipt is to be noted until it is", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  const ErasureReceipt receipt{
      person(1), "news", sha256("d"), "api", {{LegalBasis::double_opt_in, noon, std::nullopt}}, noon, noon};
  store->write([&](Transaction& transaction) {
    transaction.keep_document(sha256("d"), "d");
    transaction.apply({KeepReceipt{receipt}});
  });
  const auto to_note = [&] {
    return read_from(*store, [](Reading& r) { return r.erasure_receipts_to_note(10); });
  };
  REQUIRE(to_note().size() == 1);
  CHECK(to_note()[0].person == person(1));
  store->write([&](Transaction& transaction) { transaction.note_erasure_receipt(receipt); });
  CHECK(to_note().empty());
  store->write([](Transaction& transaction) { transaction.note_nothing(); });
  CHECK(to_note().size() == 1);
}

TEST_CASE_TEMPLATE("a record is found by its place and its entry, and only as long as it is there", Engine,
                   SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  insert(*store, 1);
  insert(*store, 2);
  store->write([](Transaction& transaction) {
    transaction.apply(
        {EraseSignup{id(1)}, AppendRecord{erased_record({0}, ErasureCause::request, noon), {}, {}}});
  });
  const auto signup_of = [&](std::int64_t index, const Digest& entry) {
    return read_from(*store, [&](Reading& reading) { return reading.signup_of_entry(index, entry); });
  };
  const auto entry = [&](std::int64_t index) {
    return read_from(*store, [&](Reading& reading) { return reading.ledger_entry(index); });
  };
  CHECK(entry(1) == commit_to(record(2).record, record(2).salt).entry);
  CHECK(signup_of(1, *entry(1)) == id(2));
  CHECK_FALSE(signup_of(1, *entry(0)));
  CHECK_FALSE(signup_of(0, *entry(0)));
  CHECK_FALSE(entry(3));
  const auto without_person = [&](std::int64_t from) {
    return read_from(*store, [&](Reading& reading) { return reading.records_without_person(from, 10); });
  };
  REQUIRE(without_person(0).size() == 1);
  CHECK(without_person(2).at(0).leaf_index == 2);
  CHECK(without_person(3).empty());
  const auto erasure = erasure_in(without_person(0)[0].body);
  REQUIRE(erasure);
  CHECK(erasure->cause == ErasureCause::request);
  CHECK(erasure->leaf_indices == std::vector<std::int64_t>{0});
}

TEST_CASE_TEMPLATE("many threads writing at once all get what they were promised", Engine, SqliteEngine) {
  Engine engine;
  const auto store = engine.open();
  keep_letter_documents(*store);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const int number = thread * 50 + i + 1;
        insert(*store, number);
        REQUIRE(find(*store, number).has_value());  // answered means visible
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(read_from(*store, [](Reading& reading) { return reading.ledger_size(); }) == 400);
  CHECK(store->verify_integrity().empty());
}
