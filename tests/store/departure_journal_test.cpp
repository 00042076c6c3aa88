// The journal of departures on a real disk: order, turns, what is left after an interruption.
#include "service/store/departure_journal.hpp"

#include "lib/base/hash.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

using namespace optledger;

namespace {

using Turn = DepartureJournal::Turn;

Suppression rule_about(int number, SuppressionKind kind = SuppressionKind::unsubscribed) {
  return {{sha256("who left " + std::to_string(number))}, "news", kind, noon, std::nullopt};
}

JournalMark mark_number(int number) { return {sha256("mark " + std::to_string(number))}; }

// A journal in a folder of its own.
class Beside {
  TemporaryFolder folder_;

 public:
  DepartureJournal journal{folder_.path() / "test.db-departures", "our keys"};

  void begin() {
    Turn(journal).replace([](const Turn::Take&) {});
  }
  void append(const Departure& departure, int mark) {
    Turn(journal).append(to_line(departure), mark_number(mark));
  }
  std::vector<Departure> read() const {
    std::vector<Departure> all;
    Turn(journal).read([&all](const Departure& departure) { all.push_back(departure); });
    return all;
  }
  std::string failure() const {
    try {
      read();
    } catch (const std::runtime_error& fault) {
      return fault.what();
    }
    return {};
  }
  std::string bytes() const {
    std::ifstream in(journal.file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const std::string& text) const { std::ofstream(journal.file(), std::ios::binary) << text; }
};

}  // namespace

TEST_CASE("what was appended is read, and the last mark is found without reading") {
  Beside beside;
  CHECK_FALSE(beside.journal.mark());
  CHECK(Turn(beside.journal).is_missing());
  CHECK_FALSE(beside.journal.mark());
  beside.begin();
  CHECK_FALSE(Turn(beside.journal).is_missing());
  CHECK_FALSE(beside.journal.mark());
  beside.append(rule_about(1), 1);
  beside.append(ErasedLeaves{ErasureCause::request, {{4, sha256("four")}}}, 2);
  CHECK(beside.journal.mark() == mark_number(2).mark);
  CHECK(Turn(beside.journal).mark() == mark_number(2).mark);
  const auto all = beside.read();
  REQUIRE(all.size() == 2);
  CHECK(std::get<Suppression>(all[0]).person == rule_about(1).person);
  CHECK(std::get<ErasedLeaves>(all[1]).leaves[0].index == 4);
  struct stat status{};
  REQUIRE(::stat(beside.journal.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("of the rules about one person only the last is read, and lines that are repeated only once") {
  Beside beside;
  beside.begin();
  const ErasedLeaves erased{ErasureCause::request, {{4, sha256("four")}}};
  beside.append(rule_about(1, SuppressionKind::blocked), 1);
  beside.append(erased, 2);
  beside.append(rule_about(2), 3);
  beside.append(rule_about(1), 4);
  beside.append(erased, 5);
  const auto all = beside.read();
  REQUIRE(all.size() == 3);
  CHECK(std::get<Suppression>(all[1]).kind == SuppressionKind::unsubscribed);
}

TEST_CASE("what a killed writer left behind the last whole line is never read and makes room for the next") {
  Beside beside;
  beside.begin();
  beside.append(rule_about(1), 1);
  const auto whole = beside.bytes();
  const auto half = to_line(rule_about(2)).substr(0, 40);
  for (const auto& left : {half, to_line(rule_about(2)) + half, to_line(rule_about(2)),
                           to_line(rule_about(2)) + to_line(mark_number(2)).substr(0, 20)}) {
    beside.put(whole + left);
    CHECK_FALSE(beside.journal.mark());  // so that everything is applied and noted again
    CHECK(beside.read().size() == (left == half ? 1 : 2));
    beside.append(rule_about(3), 3);
    CHECK(beside.journal.mark() == mark_number(3).mark);
    CHECK(beside.read().size() == (left == half ? 2 : 3));
  }
}

TEST_CASE("a damaged journal and one of other keys are refused by name and line") {
  Beside beside;
  beside.begin();
  beside.append(rule_about(1), 1);
  const auto whole = beside.bytes();
  auto damaged = whole;
  damaged[damaged.find("news")] = '"';
  beside.put(damaged);
  CHECK(beside.failure().find("test.db-departures is damaged in line 2") != std::string::npos);
  beside.put(whole.substr(whole.find('\n') + 1));
  CHECK(beside.failure().find("line 1") != std::string::npos);
  beside.put(whole + whole);
  CHECK(beside.failure().find("line 4") != std::string::npos);
  beside.put(whole + std::string(max_departure_line + 1, 'x') + "\n");
  CHECK(beside.failure().find("too long") != std::string::npos);
  beside.put(whole);
  CHECK(beside.failure().empty());
  const DepartureJournal other(beside.journal.file(), "other keys");
  CHECK_THROWS_WITH_AS(Turn(other).read([](const Departure&) {}), doctest::Contains("under other keys"),
                       std::runtime_error);
}

TEST_CASE("a journal that is written anew is the old one until it is whole") {
  Beside beside;
  beside.begin();
  beside.append(rule_about(1), 1);
  CHECK_THROWS(Turn(beside.journal).replace([](const Turn::Take& write) {
    write(rule_about(2));
    throw std::runtime_error("no");
  }));
  CHECK(beside.read().size() == 1);
  CHECK(beside.journal.mark() == mark_number(1).mark);
}

TEST_CASE("writers take turns, also while the journal is written anew by others") {
  Beside beside;
  beside.begin();
  constexpr int each = 40;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&beside, thread] {
      for (int i = 0; i < each; ++i) {
        beside.append(rule_about(thread * each + i), i);
        if (i % 10 != 0) continue;
        Turn turn(beside.journal);
        turn.replace([&turn](const Turn::Take& write) { turn.read(write); });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(beside.read().size() == 4 * each);
}
