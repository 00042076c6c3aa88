// Checkpoints anchored outside, over days, by an authority, a witness, a receiver and a mailbox.
#include "service/workers/anchor_worker.hpp"

#include "lib/base/hash.hpp"
#include "lib/consent/erased_record.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "service/flows/grow_ledger.hpp"
#include "service/flows/ledger_anchors.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/anchors/authority.hpp"
#include "tests/anchors/witness_peer.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_folder.hpp"
#include "tests/provider/http_peer.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace optledger {
namespace {

using namespace std::chrono_literals;
using test::authority;
using test::WitnessPeer;

const Digest seed = sha256("the key of a ledger that is anchored");
const std::string letter_template = "--- subject ---\n{{size}}\n--- text ---\n{{note}}";

const std::string vkey = to_text(verifier_of({"newsletter.example.de/v1/ledger", seed}));

// A service whose clock a test moves, and with it those of the outsiders.
class AnchorCase {
 public:
  AnchorCase() {
    config.server.public_url = "https://newsletter.example.de";
    config.storage.path = folder_.path() / "optledger.db";
    config.controller.name = "Example GmbH";
    config.mail.mailbox = folder_.path() / "mail";
    config.mail.from_address = "news@example.de";
    authority().behave("honest");
    store = open_sqlite_store(config.storage.path, clock.now()).store;
    ledger.emplace(open_ledger(config, seed, *store));
  }

  void use_authority() {
    config.ledger.tsa_url = authority().url();
    config.ledger.tsa_ca_file = authority().folder() / "ca.pem";
    set_clocks();
  }
  void use(WitnessPeer& witness) {
    config.ledger.witness = witness.url();
    config.ledger.witness_vkey = to_text(witness.key());
    witness_ = &witness;
    set_clocks();
  }
  // Also after a restart.
  void start() {
    worker.reset();
    metrics.emplace();
    health.emplace();
    worker.emplace(
        AnchorWorker::Parts{config, *ledger, *store, clock, entropy_, *metrics, *health, letter_template});
  }
  void grow(int count) {
    store->write([&](Transaction& transaction) {
      for (int i = 0; i < count; ++i) {
        const auto record = erased_record({}, ErasureCause::request, clock.now());
        transaction.apply({AppendRecord{record, fresh_digest(entropy_), std::nullopt}});
      }
    });
    grow_ledger_wholly(*ledger, *store);
  }
  void look_after(Duration time) {
    clock.advance(time);
    set_clocks();
    worker->anchor();
  }
  std::vector<LedgerTimestamp> stamps() {
    return read_from(*store, [](Reading& reading) { return reading.ledger_timestamps(0, 100); });
  }
  SignedCheckpoint published() const { return published_checkpoint(*ledger).value(); }
  SignedNote note() const { return parse_signed_note(published().note).value(); }

  Config config;
  ManualClock clock{SystemClock().now()};
  std::unique_ptr<Store> store;
  std::optional<Ledger> ledger;
  std::optional<Metrics> metrics;
  std::optional<Health> health;
  std::optional<AnchorWorker> worker;

 private:
  void set_clocks() {
    const auto ahead = clock.now() - SystemClock().now();
    if (!config.ledger.tsa_url.empty()) authority().set_ahead(ahead);
    if (witness_ != nullptr) witness_->set_ahead(ahead);
  }

  TemporaryFolder folder_{fast_folder()};
  SystemEntropy entropy_;
  WitnessPeer* witness_ = nullptr;
};

// A store on a disk that is full.
class FullStore final : public Store {
 public:
  explicit FullStore(Store& store) : store_(store) {}
  void read(const std::function<void(Reading&)>& work) override { store_.read(work); }
  void write(const std::function<void(Transaction&)>&) override {
    throw StoreUnavailable("the disk is full");
  }
  std::unique_ptr<RunLock> try_lock(std::string_view name) override { return store_.try_lock(name); }
  bool has_traces() const override { return store_.has_traces(); }
  bool purge_deleted() override { return store_.purge_deleted(); }
  std::vector<std::string> verify_integrity() override { return store_.verify_integrity(); }

 private:
  Store& store_;
};

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a checkpoint is stamped at most once an hour, and only when the ledger has grown") {
  AnchorCase test;
  test.use_authority();
  test.start();
  test.look_after(0s);
  CHECK(test.stamps().empty());  // nothing is published yet
  test.grow(3);
  test.look_after(0s);
  REQUIRE(test.stamps().size() == 1);
  CHECK(test.stamps()[0].tree_size == 3);
  CHECK(test.stamps()[0].checkpoint == test.published().note);
  CHECK(verify_timestamp(test.stamps()[0].token, test.published().note, authority().ca()));
  test.look_after(2h);
  CHECK(test.stamps().size() == 1);  // it is still the same ledger
  test.grow(1);
  test.look_after(1s);
  CHECK(test.stamps().size() == 2);
  test.grow(1);
  test.start();  // a restart makes nothing sooner
  test.look_after(59min);
  CHECK(test.stamps().size() == 2);
  test.look_after(1min);
  CHECK(test.stamps().size() == 3);
  CHECK(test.health->trouble().empty());
  CHECK(says(test.metrics->text(), "optledger_ledger_anchors_total{anchor=\"timestamp\",result=\"done\"} 1"));
}

TEST_CASE("an authority that fails is asked again after 1, 5 and 15 minutes, and then every hour") {
  AnchorCase test;
  test.use_authority();
  test.start();
  test.grow(3);
  authority().behave("down");
  test.look_after(0s);
  std::vector<int> minutes;
  for (int minute = 1; minute <= 150; ++minute) {
    const auto asked = authority().count();
    test.look_after(1min);
    if (authority().count() > asked) minutes.push_back(minute);
  }
  CHECK(minutes == std::vector<int>{1, 6, 21, 81, 141});
  CHECK(test.stamps().empty());
  CHECK(test.health->trouble().empty());  // it is not a day yet
  authority().behave("honest");
  test.look_after(1h);
  CHECK(test.stamps().size() == 1);
}

TEST_CASE("of an answer that does not hold nothing is kept") {
  AnchorCase test;
  test.use_authority();
  test.start();
  test.grow(3);
  for (const std::string behaviour : {"flipped", "other-imprint", "other-nonce", "expired", "no-usage",
                                      "foreign", "garbage", "rejection", "huge", "redirect", "old-time"}) {
    authority().behave(behaviour);
    const auto asked = authority().count();
    test.look_after(1h);
    CHECK(authority().count() == asked + 1);
  }
  CHECK(test.stamps().empty());
  CHECK(says(test.metrics->text(), "{anchor=\"timestamp\",result=\"failed\"} 11"));
}

TEST_CASE(
    "a timestamp that fails for a day is an alarm, also when the service is restarted, until one comes") {
  AnchorCase test;
  test.use_authority();
  test.start();
  test.grow(3);
  authority().behave("down");
  test.look_after(0s);
  test.look_after(23h);
  CHECK(test.health->trouble().empty());
  test.start();
  test.look_after(61min);
  CHECK(test.health->trouble() ==
        "ledger timestamp: failing for 24 hours: the authority answers with HTTP status 503");
  test.config.ledger.tsa_url.clear();
  test.start();  // nobody is asked for a while
  test.look_after(1h);
  CHECK(test.health->trouble().empty());
  test.use_authority();
  test.start();
  test.look_after(1h);
  CHECK(test.health->trouble().empty());  // it is failing anew
  test.look_after(25h);
  CHECK_FALSE(test.health->trouble().empty());
  authority().behave("honest");
  test.look_after(1h);
  CHECK(test.health->trouble().empty());
  CHECK(test.stamps().size() == 1);
}

TEST_CASE("a clock that was set back stops neither timestamps nor the tries after a failure") {
  AnchorCase test;
  test.use_authority();
  test.start();
  test.grow(3);
  test.look_after(0s);
  test.grow(1);
  test.look_after(-48h);
  CHECK(test.stamps().size() == 2);
  authority().behave("down");
  test.grow(1);
  test.look_after(1h);
  authority().behave("honest");
  test.look_after(-24h);
  CHECK(test.stamps().size() == 3);
}

TEST_CASE("a proof gets for each record the earliest timestamp that covers it, with its place in the tree") {
  AnchorCase test;
  test.use_authority();
  test.start();
  for (const int count : {3, 2, 300}) {
    test.grow(count);
    test.look_after(1h);
  }
  test.grow(4);
  REQUIRE(test.stamps().size() == 3);
  const auto tree = test.published().tree;
  const auto reader = test.ledger->mirror.reader();
  const auto sizes = [&](const std::vector<std::uint64_t>& leaves, std::uint64_t size) {
    std::vector<std::uint64_t> found;
    for (const auto& one : timestamps_for(leaves, size, reader, *test.store)) found.push_back(one.size);
    return found;
  };
  using Sizes = std::vector<std::uint64_t>;
  CHECK(sizes({0}, tree.size) == Sizes{3});
  CHECK(sizes({3}, tree.size) == Sizes{5});
  CHECK(sizes({2, 0, 304, 305}, tree.size) == Sizes{3, 305});
  CHECK(sizes({305}, tree.size).empty());  // not stamped yet
  CHECK(sizes({0, 4}, 4) == Sizes{3});     // the other one is of a larger tree than the proof's
  CHECK(sizes({}, tree.size).empty());
  for (const auto& one : timestamps_for({0, 4, 100}, tree.size, reader, *test.store)) {
    const auto note = parse_signed_note(one.checkpoint).value();
    const auto stamped = parse_checkpoint(note.text).value();
    CHECK(stamped.size == one.size);
    CHECK(verify_consistency(stamped.size, tree.size, one.consistency, stamped.root, tree.root));
    const auto verified = verify_timestamp(one.token, one.checkpoint, authority().ca());
    REQUIRE(verified);
    CHECK(verified->at == one.at);
  }
}

TEST_CASE("a row of the timestamps that was changed by hand is noticed, and named") {
  AnchorCase test;
  test.use_authority();
  test.start();
  test.grow(3);
  test.look_after(0s);
  const auto stamped_before = test.stamps()[0];
  test.grow(4);
  test.look_after(1h);
  const auto kept = test.stamps()[1];
  const auto doubt = [&](const LedgerTimestamp& one) {
    return doubt_about(one, test.published().tree, *test.ledger).value_or("none");
  };
  for (const auto& one : {stamped_before, kept}) CHECK(doubt(one) == "none");
  CHECK_FALSE(verify_timestamps(*test.ledger, *test.store));
  auto changed = kept;
  changed.tree_size = 6;
  CHECK(doubt(changed) == "its checkpoint is of another size");
  changed = kept;
  changed.stamped_at -= 1h;
  CHECK(doubt(changed) == "its token says another time");
  changed.tree_size = 300;
  test.store->write([&](Transaction& transaction) { transaction.keep_ledger_timestamp(changed); });
  CHECK(verify_timestamps(*test.ledger, *test.store) ==
        "the timestamp of 300 ledger entries does not hold: its checkpoint is of another size");
  changed = kept;
  changed.received_at += 1h;
  CHECK(doubt(changed) == "it was not received when it was made");
  changed = kept;
  changed.checkpoint.back() = ' ';
  CHECK(doubt(changed) == "its checkpoint is not signed by this ledger");
  changed = kept;
  changed.token = stamped_before.token;
  CHECK(doubt(changed) == "the token is about other bytes");
  changed.token.clear();
  CHECK(doubt(changed) == "the token is no signed one of RFC 3161");
  changed = kept;
  changed.checkpoint = sign_note(to_text(Checkpoint{test.ledger->key.name, 7, Digest{}}), test.ledger->key);
  CHECK(doubt(changed) == "its checkpoint is not the beginning of this ledger");
  changed.checkpoint = sign_note(to_text(Checkpoint{test.ledger->key.name, 9, Digest{}}), test.ledger->key);
  changed.tree_size = 9;
  CHECK(doubt(changed) == "its checkpoint is not the beginning of this ledger");
}

TEST_CASE("a cosigned checkpoint takes the place of the published one, and is what is stamped") {
  WitnessPeer witness(vkey);
  AnchorCase test;
  test.use_authority();
  test.use(witness);
  test.start();
  for (const int count : {3, 400}) {
    test.grow(count);
    test.look_after(1h);
    CHECK(is_cosigned(test.note(), witness.key()));
    const std::vector<VerifierKey> keys{test.ledger->verifier, witness.key()};
    CHECK(verify_note(test.note(), keys)->size() == 2);
    CHECK(test.stamps().back().checkpoint == test.published().note);
  }
  const auto asked = witness.requests().size();
  test.look_after(1h);
  test.start();
  test.look_after(1h);
  CHECK(witness.requests().size() == asked);  // it is cosigned already
  test.grow(1);
  test.look_after(1h);
  CHECK(is_cosigned(test.note(), witness.key()));
  CHECK(grow_ledger(*test.ledger, *test.store)->size == 404);  // the ledger goes on from it
}

TEST_CASE("without its witness a checkpoint is published and stamped all the same") {
  WitnessPeer witness(vkey);
  AnchorCase test;
  test.use_authority();
  test.use(witness);
  test.start();
  witness.behave("flipped");
  test.grow(3);
  test.look_after(0s);
  CHECK(test.note().signatures.size() == 1);
  CHECK(test.stamps().size() == 1);
  CHECK(test.health->trouble().empty());
  witness.behave("honest");
  test.look_after(1min);
  CHECK(test.note().signatures.size() == 2);
}

TEST_CASE("a witness that has seen another ledger of ours is an alarm at once") {
  WitnessPeer witness(vkey);
  AnchorCase real;
  real.use(witness);
  real.start();
  real.grow(5);
  real.look_after(0s);
  AnchorCase older;
  older.use(witness);
  older.start();
  older.grow(3);
  older.look_after(0s);
  CHECK(says(older.health->trouble(), "ledger witness: the witness has cosigned this ledger with 5 entries"));
  older.grow(7);
  older.look_after(1h);
  CHECK(says(older.health->trouble(), "another ledger of this name: its 5 entries"));
  CHECK(older.note().signatures.size() == 1);
}

TEST_CASE("a checkpoint is pushed when it is new, at most once a minute, and again when that failed") {
  using test::HttpPeer;
  HttpPeer receiver({{.status = 204}, {.status = 500}, {.status = 200}});
  AnchorCase test;
  test.config.ledger.push_url = receiver.url() + "/checkpoints";
  test.start();
  test.grow(1);
  test.look_after(0s);
  test.look_after(1h);  // nothing new
  test.start();
  test.look_after(1s);
  REQUIRE(receiver.requests().size() == 1);
  CHECK(receiver.requests()[0]["method"] == "POST");
  CHECK(receiver.requests()[0]["target"] == "/checkpoints");
  CHECK(receiver.requests()[0]["body"] == test.published().note);
  test.grow(1);
  test.look_after(1s);  // fails
  test.look_after(1s);
  REQUIRE(receiver.requests().size() == 2);
  test.look_after(1min);
  REQUIRE(receiver.requests().size() == 3);
  test.grow(1);
  test.look_after(1s);
  CHECK(receiver.requests().size() == 3);
  test.look_after(1min);
  CHECK(receiver.requests().size() == 4);
  CHECK(receiver.requests()[3]["body"] == test.published().note);
}

TEST_CASE("the officer gets the checkpoint by mail once a day, when it is a new one") {
  AnchorCase test;
  test.config.ledger.mail_to = "officer@example.de";
  test.start();
  const auto letters = [&] {
    int count = 0;
    const auto folder = test.config.mail.mailbox / "new";
    if (!std::filesystem::exists(folder)) return 0;
    for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder)) ++count;
    return count;
  };
  test.grow(3);
  test.look_after(0s);
  CHECK(letters() == 1);
  test.grow(1);
  test.look_after(23h);
  test.start();
  test.look_after(30min);
  CHECK(letters() == 1);
  test.look_after(30min);
  CHECK(letters() == 2);
  test.look_after(48h);
  CHECK(letters() == 2);
  std::filesystem::remove_all(test.config.mail.mailbox);
  std::ofstream(test.config.mail.mailbox) << "no folder";
  test.grow(1);
  test.look_after(1h);
  CHECK(says(test.metrics->text(), "{anchor=\"mail\",result=\"failed\"} 1"));
}

TEST_CASE("the worker anchors a growing ledger by itself, and ends at once while an authority hangs") {
  WitnessPeer witness(vkey);
  AnchorCase test;
  test.use_authority();
  test.use(witness);
  test.start();
  test.worker->start();
  const auto soon = [&](const std::function<bool()>& condition) {
    for (int tries = 0; tries < 600 && !condition(); ++tries) {
      test.grow(1);
      std::this_thread::sleep_for(20ms);
    }
    return condition();
  };
  CHECK(soon([&] { return test.stamps().size() == 1; }));
  authority().behave("slow");
  const auto asked = authority().count();
  test.clock.advance(1h);
  witness.set_ahead(1h);
  CHECK(soon([&] { return authority().count() > asked; }));
  const auto before = std::chrono::steady_clock::now();
  test.worker->stop();
  CHECK(std::chrono::steady_clock::now() - before < 10s);
  CHECK(test.stamps().size() == 1);
  CHECK(test.health->trouble().empty());
}

TEST_CASE("with a full disk nobody is asked or sent to again and again") {
  test::HttpPeer receiver(test::says({{.status = 204}}));
  AnchorCase test;
  test.use_authority();
  test.config.ledger.push_url = receiver.url();
  test.config.ledger.mail_to = "officer@example.de";
  test.grow(3);
  FullStore full(*test.store);
  Metrics metrics;
  Health health;
  SystemEntropy entropy;
  AnchorWorker worker(
      {test.config, *test.ledger, full, test.clock, entropy, metrics, health, letter_template});
  const auto asked = authority().count();
  for (int second = 0; second < 30; ++second) {
    try {
      worker.anchor();
    } catch (const StoreUnavailable&) {
      test.clock.advance(1s);
    }
  }
  CHECK(authority().count() == asked + 1);
  CHECK(receiver.requests().size() == 1);
  CHECK(std::distance(std::filesystem::directory_iterator(test.config.mail.mailbox / "new"), {}) == 1);
}

TEST_CASE("a letter template without the checkpoint is refused at the start") {
  AnchorCase test;
  test.config.ledger.mail_to = "officer@example.de";
  const std::string empty = "--- subject ---\nx\n--- text ---\ny";
  Metrics metrics;
  Health health;
  SystemEntropy entropy;
  const AnchorWorker::Parts parts{test.config, *test.ledger, *test.store, test.clock,
                                  entropy,     metrics,      health,      empty};
  CHECK_THROWS_AS(AnchorWorker{parts}, std::invalid_argument);
}

}  // namespace
}  // namespace optledger
