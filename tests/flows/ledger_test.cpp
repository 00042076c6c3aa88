// The ledger beside a real SQLite file: growing, and refusing whatever does not fit.
#include "lib/base/hash.hpp"
#include "lib/consent/restored_record.hpp"
#include "lib/ledger/merkle_tree.hpp"
#include "service/flows/level_ledger.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/counting_entropy.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <thread>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

using std::filesystem::copy_options;
using std::filesystem::path;

const Digest seed = sha256("ledger key");

std::string content_of(const path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void flip(const path& file, std::streamoff at) {
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  bytes.seekg(at);
  const auto one = static_cast<char>(bytes.get() ^ 1);
  bytes.seekp(at);
  bytes.put(one);
}

// A database with records, its ledger and what may happen to them.
class LedgerCase {
  TemporaryFolder folder_{fast_folder()};
  CountingEntropy entropy_;

 public:
  Config config = at(folder_.path());
  ManualClock clock{from_millis(1'800'000'000'000)};
  std::unique_ptr<Store> store = open();
  Ledger ledger = open_ledger(config, seed, *store);

  static Config at(const path& folder) {
    Config config;
    config.server.public_url = "https://newsletter.example.de";
    config.storage.path = folder / "optledger.db";
    return config;
  }
  std::unique_ptr<Store> open() const { return open_sqlite_store(config.storage.path, clock_start()).store; }
  static Instant clock_start() { return from_millis(1'800'000'000'000); }

  void append(int count) {
    store->write([&](Transaction& transaction) {
      for (int i = 0; i < count; ++i) {
        const Record record{
            RecordKind::erased, clock.now(), std::nullopt,
            std::nullopt,       {},          {{"leaf_indices", Json::array()}, {"cause", "request"}}};
        transaction.apply({AppendRecord{record, fresh_digest(entropy_), std::nullopt}});
      }
    });
  }
  std::uint64_t grow() {
    grow_ledger_wholly(ledger, *store);
    return published().tree.size;
  }
  SignedCheckpoint published() const { return published_checkpoint(ledger).value(); }
  Levelled level() { return level_ledger(ledger, "new disk", *store, clock, entropy_); }
  std::vector<Digest> entries(std::uint64_t size) {
    return read_from(*store,
                     [&](Reading& reading) { return reading.ledger_entries(0, static_cast<int>(size)); });
  }
  void require_whole() {
    const auto now = published();
    const auto growth =
        optledger::grow(0, entries(now.tree.size), [](const TileId&) { return std::string(); });
    REQUIRE(growth.root == now.tree.root);
    REQUIRE(root_of(now.tree.size, ledger.mirror.reader()) == now.tree.root);
  }
  std::string refusal() {
    try {
      grow_ledger_wholly(ledger, *store);
    } catch (const LedgerContradiction& fault) {
      return fault.what();
    }
    return {};
  }

  // What an administrator does with files.
  path copy_database() {
    store.reset();
    const auto copy = folder_.path() / "copy.db";
    std::filesystem::copy_file(config.storage.path, copy, copy_options::overwrite_existing);
    store = open();
    return copy;
  }
  void put_database(const path& copy) {
    store.reset();
    for (const char* rest : {"-wal", "-shm"}) std::filesystem::remove(config.storage.path.string() + rest);
    std::filesystem::copy_file(copy, config.storage.path, copy_options::overwrite_existing);
    store = open();
  }
  path mirror(const std::string& name = {}) const { return ledger.mirror.folder() / name; }
  path elsewhere() const { return folder_.path() / "elsewhere"; }
};

}  // namespace

TEST_CASE("the ledger's name comes from the address of the service and is fixed with its key") {
  LedgerCase state;
  CHECK(state.ledger.key.name == "newsletter.example.de/v1/ledger");
  auto moved = state.config;
  moved.server.public_url = "https://other.example.de";
  CHECK(open_ledger(moved, seed, *state.store).vkey() == state.ledger.vkey());
  moved.ledger.origin = "other.example.de";
  CHECK_THROWS_WITH_AS(open_ledger(moved, seed, *state.store),
                       doctest::Contains("was begun as \"newsletter.example.de/v1/ledger\""),
                       LedgerContradiction);
  CHECK_THROWS_WITH_AS(open_ledger(state.config, sha256("another key"), *state.store),
                       doctest::Contains("ledger.key is not that of this ledger"), LedgerContradiction);
}

TEST_CASE("a ledger grows with the database, and each checkpoint is the one of its entries") {
  LedgerCase state;
  CHECK_FALSE(published_checkpoint(state.ledger));
  for (const int count : {1, 3, 252, 1, 500, 17000}) {
    state.append(count);
    state.grow();
    state.require_whole();
  }
  CHECK(state.published().tree.size == 17757);
  CHECK(grow_ledger(state.ledger, *state.store)->size == 17757);
  const auto known = read_from(
      *state.store, [&](Reading& reading) { return known_checkpoint(state.ledger, reading).value(); });
  CHECK(known.note == state.published().note);
}

TEST_CASE("an old checkpoint is consistent with every later one") {
  LedgerCase state;
  state.append(300);
  state.grow();
  const auto before = state.published().tree;
  state.append(400);
  state.grow();
  const auto after = state.published().tree;
  const auto proof = consistency_proof(before.size, after.size, state.ledger.mirror.reader());
  CHECK(verify_consistency(before.size, after.size, proof, before.root, after.root));
}

TEST_CASE("a proof waits until its record is under a checkpoint, and does the step when nobody else does") {
  LedgerCase state;
  state.append(5);
  const auto over = under_checkpoint(4, 1s, state.ledger, *state.store);
  REQUIRE(over);
  CHECK(over->tree.size == 5);
  CHECK_FALSE(under_checkpoint(5, 50ms, state.ledger, *state.store));
  state.append(1);
  const auto held = state.store->try_lock("ledger");
  CHECK_FALSE(grow_ledger(state.ledger, *state.store));
  CHECK_FALSE(under_checkpoint(5, 50ms, state.ledger, *state.store));
}

TEST_CASE("two that grow one ledger at once make one ledger") {
  LedgerCase state;
  const auto other = state.open();
  std::jthread beside([&] {
    for (int i = 0; i < 40; ++i) grow_ledger(state.ledger, *other);
  });
  for (int i = 0; i < 40; ++i) {
    state.append(13);
    grow_ledger(state.ledger, *state.store);
  }
  beside.join();
  state.grow();
  CHECK(state.published().tree.size == 520);
  state.require_whole();
}

TEST_CASE("an older database is not gone on from until an operator says that it was restored") {
  LedgerCase state;
  state.append(300);
  const auto copy = state.copy_database();
  state.append(700);
  state.grow();
  const auto before = state.published();
  const auto lost = state.entries(1000);
  state.put_database(copy);
  CHECK(state.refusal().find("has 300 ledger entries") != std::string::npos);
  CHECK(state.published().note == before.note);
  CHECK(state.level().entries_put_back == 700);
  state.grow();
  state.require_whole();
  const auto after = state.published().tree;
  CHECK(after.size == 1001);
  CHECK(verify_consistency(1000, after.size,
                           consistency_proof(1000, after.size, state.ledger.mirror.reader()),
                           before.tree.root, after.root));
  CHECK(state.entries(1000) == lost);
  const auto records =
      read_from(*state.store, [](Reading& reading) { return reading.records_without_person(300, 10); });
  REQUIRE(records.size() == 1);
  const auto named = restored_in(records[0].body).value();
  CHECK(named.size() == 700);
  CHECK(named.front() == 300);
  CHECK(named.back() == 999);
}

TEST_CASE("many lost places are named by several records of a bounded size") {
  LedgerCase state;
  const auto copy = state.copy_database();
  state.append(4500);
  state.grow();
  state.put_database(copy);
  CHECK(state.level().entries_put_back == 4500);
  std::size_t named = 0;
  const auto records =
      read_from(*state.store, [](Reading& reading) { return reading.records_without_person(0, 10); });
  for (const auto& record : records) named += restored_in(record.body).value().size();
  CHECK(records.size() == 3);
  CHECK(named == 4500);
  state.grow();
  state.require_whole();
}

TEST_CASE("a database that is no older copy is not brought level") {
  LedgerCase state;
  state.append(100);
  const auto copy = state.copy_database();
  state.append(100);
  state.grow();
  state.put_database(copy);
  state.append(50);
  CHECK_THROWS_WITH_AS(state.level(), doctest::Contains("differ at entry 100"), LedgerContradiction);
}

TEST_CASE("a mirror whose lost entries were changed is not believed") {
  for (const auto* file : {"tile/entries/001", "tile/0/001", "tile/1/000", "tile/entries/000"}) {
    LedgerCase state;
    state.append(100);
    const auto copy = state.copy_database();
    state.append(500);
    state.grow();
    state.put_database(copy);
    flip(state.mirror(file), 20);
    CHECK_THROWS_AS(state.level(), LedgerContradiction);
    CHECK(read_from(*state.store, [](Reading& reading) { return reading.ledger_size(); }) == 100);
  }
}

TEST_CASE("a mirror that is missing is not made anew unasked, and then is what was signed") {
  LedgerCase state;
  state.append(20000);
  state.grow();
  const auto before = state.published().note;
  std::filesystem::rename(state.mirror(), state.elsewhere());
  state.append(1);
  CHECK(state.refusal().find("is missing or empty") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(state.mirror()));
  CHECK(state.level().mirror_made_anew);
  CHECK(state.grow() == 20002);
  state.require_whole();
  CHECK(content_of(state.mirror("tile/entries/007")) == content_of(state.elsewhere() / "tile/entries/007"));
  CHECK(content_of(state.mirror("tile/0/077")) == content_of(state.elsewhere() / "tile/0/077"));
}

TEST_CASE("a mirror that lost its checkpoint keeps its tiles, and they must be those of the database") {
  LedgerCase state;
  state.append(1000);
  state.grow();
  const auto before = state.published();
  std::filesystem::remove(state.mirror("checkpoint"));
  CHECK(state.refusal().find("is missing or empty") != std::string::npos);
  flip(state.mirror("tile/entries/001"), 100);
  CHECK_THROWS_WITH_AS(state.level(), doctest::Contains("disagree"), LedgerContradiction);
  flip(state.mirror("tile/entries/001"), 100);
  state.level();
  state.grow();
  state.require_whole();
}

TEST_CASE("a mirror that is an older copy of itself catches up with what was signed") {
  LedgerCase state;
  state.append(300);
  state.grow();
  std::filesystem::copy(state.mirror(), state.elsewhere(), copy_options::recursive);
  state.append(20000);
  state.grow();
  const auto before = state.published();
  std::filesystem::remove_all(state.mirror());
  std::filesystem::rename(state.elsewhere(), state.mirror());
  CHECK(state.published().tree.size == 300);
  state.grow();
  CHECK(state.published().note == before.note);
  state.require_whole();
}

TEST_CASE("what was changed in database or mirror is noticed before the next signature") {
  for (const auto* file : {"tile/entries/003", "tile/0/003", "tile/1/000"}) {
    LedgerCase state;
    state.append(1000);
    state.grow();
    const auto before = state.published().note;
    state.append(1);
    flip(state.mirror(file), 40);
    CHECK_FALSE(state.refusal().empty());
    CHECK(state.published().note == before);
    flip(state.mirror(file), 40);
    CHECK(state.grow() == 1001);
  }
}

TEST_CASE("a checkpoint that our key did not sign is never gone on from") {
  LedgerCase state;
  state.append(10);
  state.grow();
  const auto good = state.published();
  state.append(1);
  const SigningKey foreign{state.ledger.key.name, sha256("another key")};
  for (const auto& note :
       {sign_note(to_text(good.tree), foreign), std::string("nonsense"), std::string(),
        sign_note(to_text(Checkpoint{"other.example", 10, good.tree.root}), {"other.example", seed})}) {
    state.ledger.mirror.publish(note);
    CHECK(state.refusal().find("was not signed by this ledger") != std::string::npos);
  }
  state.ledger.mirror.publish(good.note);
  CHECK(state.grow() == 11);
}

TEST_CASE("a checkpoint of ours over another tree is never gone on from") {
  LedgerCase state;
  state.append(10);
  state.grow();
  state.append(1);
  state.ledger.mirror.publish(
      sign_note(to_text(Checkpoint{state.ledger.key.name, 10, sha256("another root")}), state.ledger.key));
  CHECK(state.refusal().find("do not make the checkpoint") != std::string::npos);
}

TEST_CASE("a checkpoint that was published and not noted is gone on from") {
  LedgerCase state;
  state.append(10);
  const auto copy = state.copy_database();
  state.grow();
  const auto published = state.published().note;
  state.put_database(copy);  // as it was a moment before
  state.append(1);
  CHECK(state.grow() == 11);
  state.require_whole();
}
