#include "tests/flows/history.hpp"

#include "tests/fakes/weighted_verbs.hpp"

#include <array>

namespace optledger::test {
namespace {

constexpr std::array<WeightedVerb<Verb>, 24> verbs{{
    {Verb::wait, 16, "wait"},
    {Verb::wait_for_an_end, 12, "wait_for_an_end"},
    {Verb::sign_up, 14, "sign_up"},
    {Verb::subscribe, 14, "subscribe"},
    {Verb::send_letters, 16, "send_letters"},
    {Verb::late_result, 4, "late_result"},
    {Verb::confirm, 14, "confirm"},
    {Verb::cancel, 3, "cancel"},
    {Verb::cancel_for_good, 1, "cancel_for_good"},
    {Verb::unsubscribe, 8, "unsubscribe"},
    {Verb::ask, 6, "ask"},
    {Verb::exercise, 8, "exercise"},
    {Verb::exercise_at_once, 5, "exercise_at_once"},
    {Verb::permit, 5, "permit"},
    {Verb::unsubscribe_by_operator, 4, "unsubscribe_by_operator"},
    {Verb::block, 2, "block"},
    {Verb::unblock, 5, "unblock"},
    {Verb::erase, 2, "erase"},
    {Verb::erase_declared, 2, "erase_declared"},
    {Verb::import_leaving, 4, "import_leaving"},
    {Verb::import_block, 1, "import_block"},
    {Verb::forget, 8, "forget"},
    {Verb::accept_clock, 6, "accept_clock"},
    {Verb::restart, 3, "restart"},
}};

// The first more often than the others, so that more happens between the same person and list.
std::size_t mostly_first(std::size_t number) { return number < 3 ? 0 : number - 2; }

rc::Gen<Step> any_step() {
  return rc::gen::build<Step>(rc::gen::set(&Step::verb, any_verb(verbs)),
                              rc::gen::set(&Step::person, rc::gen::map(below<std::size_t>(4), mostly_first)),
                              rc::gen::set(&Step::list, rc::gen::map(below<std::size_t>(5), mostly_first)),
                              rc::gen::set(&Step::which, below<std::size_t>(60)),
                              rc::gen::set(&Step::how, below<std::size_t>(60)));
}

// Short ones first, but none so short that nothing can happen.
rc::Gen<std::vector<Step>> any_steps() {
  return rc::gen::withSize(
      [](int size) { return rc::gen::resize(20 + size, rc::gen::container<std::vector<Step>>(any_step())); });
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const History& history) {
  out << (history.short_window ? "a window of days:" : "a window of years:");
  for (const auto& step : history.steps) {
    out << ' ' << name_of(step.verb, verbs) << '(' << step.person << ' ' << step.list << ' ' << step.which
        << ' ' << step.how << ')';
  }
  return out;
}

rc::Gen<History> any_history() {
  return rc::gen::build<History>(rc::gen::set(&History::short_window, rc::gen::arbitrary<bool>()),
                                 rc::gen::set(&History::steps, any_steps()));
}

}  // namespace optledger::test
