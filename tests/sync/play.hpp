// Plays a history and remembers, apart from the product, what it must come to. Whoever left, on either side,
// is off until they confirm anew; every moment in which a call of ours makes somebody active is judged at
// once.
#pragma once

#include "service/workers/list_sync.hpp"
#include "tests/sync/history.hpp"
#include "tests/sync/stage.hpp"

#include <array>
#include <deque>
#include <optional>
#include <string>

namespace optledger::test {

class Play {
 public:
  explicit Play(const History& history);

  // The first thing that went wrong, if any.
  std::optional<std::string> go();
  const std::string& told() const { return told_; }

 private:
  enum class Due {
    off,
    on,
    either,  // what would tell has been deleted there, or is of the same second
  };
  struct Person {
    Due due = Due::off;
    bool has_confirmed = false;  // ever
    bool is_erased = false;      // and has not confirmed since
    bool has_vanished = false;   // deleted or paused there
    bool slipped = false;        // made active, though they had left since our last look
    // In the order of all that happens; 0: not since they last confirmed.
    long left_here = 0;
    long left_there = 0;
    long read = 0;
    long deactivated_by_us = 0;  // in the run that began then
    std::int64_t read_in_call = 0;
  };

  void act(const Step& step);
  void act_here(const Step& step, Person& person);
  void act_there(const Step& step, Person& person);
  void confirm(const Step& step, Person& person);
  void vanish_there(const Step& step, Person& person, bool stays);
  void resubscribe_there(const Step& step, Person& person);
  void wait(const Step& step);

  void run(const Step& step, std::deque<Step> meanwhile);
  void do_meanwhile(bool all);
  void heal();
  SyncReport synchronise(bool fully);

  void watch();
  Person* person_with(const std::string& email);
  bool is_in_force(int person);
  bool is_known_active(int person);

  void check_person(int number);
  void check_records(int number);
  void require(bool holds, const std::string& problem);

  const History& history_;
  Stage stage_;
  std::array<Person, Stage::persons> people_;
  std::deque<Step> meanwhile_;
  int moment_ = 0;
  long happened_ = 0;
  long run_began_ = 0;
  std::string told_;
  std::optional<std::string> problem_;
};

}  // namespace optledger::test
