// A random history: what people, operators, workers, time and the machine do to two people on two lists.
// Every sequence of steps is a possible one, so that a failing history shrinks to a short one.
#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <string>
#include <vector>

namespace optledger::test {

inline const std::string domain = "@letters.example";
inline constexpr std::size_t name_length =
    8;  // of everybody, so that the files can be searched for any spelling
inline const std::vector<std::string> persons{"annegret" + domain, "bernhard" + domain};
inline const std::vector<std::string> lists{"news", "offers"};

enum class Verb {
  wait,
  wait_for_an_end,  // of a link, a lease, a window: to the millisecond before it, to it, or behind it
  sign_up,
  subscribe,     // sign up, get the letter, confirm
  send_letters,  // all that are due; what becomes of each depends on the step
  late_result,   // of a letter that was sent before
  confirm,       // by any link that ever was in a letter
  cancel,
  cancel_for_good,
  unsubscribe,       // by any link there ever was
  ask,               // what is held about me
  exercise,          // a right, by any link to one's data
  exercise_at_once,  // ask, get the letter, exercise
  permit,            // an existing customer, who has not asked for anything
  unsubscribe_by_operator,
  block,
  unblock,
  erase,
  erase_declared,
  import_leaving,
  import_block,
  forget,
  accept_clock,
  restart,
};

struct Step {
  Verb verb = Verb::wait;
  std::size_t person = 0;
  std::size_t list = 0;  // the one behind the last list: every list, where that is possible
  std::size_t which =
      0;  // of the links, letters or moments there are; if even, the last link or the next moment
  std::size_t how = 0;  // how long, since when, or with which result
};

struct History {
  bool short_window = false;  // of proof: days instead of years
  std::vector<Step> steps;
};

std::ostream& operator<<(std::ostream& out, const History& history);

rc::Gen<History> any_history();

}  // namespace optledger::test
