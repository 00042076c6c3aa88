#include "tests/sync/history.hpp"

#include "tests/fakes/weighted_verbs.hpp"

#include <array>

namespace optledger::test {
namespace {

constexpr std::array<WeightedVerb<Verb>, 17> verbs{{
    {Verb::wait, 12, "wait"},
    {Verb::confirm, 16, "confirm"},
    {Verb::leave, 7, "leave"},
    {Verb::block, 2, "block"},
    {Verb::erase, 7, "erase"},
    {Verb::restrict, 3, "restrict"},
    {Verb::lift, 4, "lift"},
    {Verb::rename, 4, "rename"},
    {Verb::unsubscribe_there, 8, "unsubscribe_there"},
    {Verb::bounce_there, 2, "bounce_there"},
    {Verb::delete_there, 3, "delete_there"},
    {Verb::bar_there, 1, "bar_there"},
    {Verb::pause_there, 2, "pause_there"},
    {Verb::resubscribe_there, 2, "resubscribe_there"},
    {Verb::hint, 4, "hint"},
    {Verb::forget, 1, "forget"},
    {Verb::run, 30, "run"},
}};

rc::Gen<Step> any_step() {
  return rc::gen::build<Step>(
      rc::gen::set(&Step::verb, any_verb(verbs)),
      // The first more often than the others, so that more happens to one person.
      rc::gen::set(&Step::person, rc::gen::map(below(5), [](int n) { return n < 3 ? 0 : n - 2; })),
      rc::gen::set(&Step::how, below(120)), rc::gen::set(&Step::when, below(10)));
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << name_of(step.verb, verbs) << '(' << step.person << ' ' << step.how << ' ' << step.when << ')';
}

std::ostream& operator<<(std::ostream& out, const History& history) {
  out << (history.refuses_return ? "return refused" : "return allowed")
      << (history.auto_blacklist ? ", auto-blacklist:" : ":");
  for (const auto& step : history.steps) out << ' ' << step;
  return out;
}

rc::Gen<History> any_history() {
  const auto rarely = rc::gen::map(below(6), [](int n) { return n == 5; });
  const auto steps = rc::gen::withSize(
      [](int size) { return rc::gen::resize(6 + size, rc::gen::container<std::vector<Step>>(any_step())); });
  return rc::gen::build<History>(rc::gen::set(&History::refuses_return, rarely),
                                 rc::gen::set(&History::auto_blacklist, rarely),
                                 rc::gen::set(&History::steps, steps));
}

}  // namespace optledger::test
