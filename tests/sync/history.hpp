// A random history: what people do here and at CleverReach, what fails, and how runs break off. Every
// sequence of steps is a possible one, so that a failing history shrinks to a short one.
#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <vector>

namespace optledger::test {

enum class Verb {
  wait,
  confirm,  // sign up and follow the link
  leave,    // by the link
  block,
  erase,
  restrict,
  lift,
  rename,
  unsubscribe_there,
  bounce_there,
  delete_there,
  bar_there,
  pause_there,
  resubscribe_there,
  hint,  // the hook calls
  forget,
  run,  // the steps behind it happen between its calls
};

struct Step {
  Verb verb = Verb::wait;
  int person = 0;
  int how = 0;   // how long; which run, which fault
  int when = 0;  // before which moment of the run it happens; at which call of the run the fault
};

struct History {
  bool refuses_return = false;
  bool auto_blacklist = false;
  std::vector<Step> steps;
};

std::ostream& operator<<(std::ostream& out, const Step& step);
std::ostream& operator<<(std::ostream& out, const History& history);

rc::Gen<History> any_history();

}  // namespace optledger::test
