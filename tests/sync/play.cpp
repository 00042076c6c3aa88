#include "tests/sync/play.hpp"

#include <fmt/format.h>

#include <sstream>

namespace optledger::test {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 8> waits{1ms, 400ms, 1s, 31s, 10min, 5h, 25h, 24h * 366 * 3};
constexpr Duration beyond_all_waits{25h};

constexpr std::array<ProviderFault, 6> faults{ProviderFault::none,   ProviderFault::none,
                                              ProviderFault::before, ProviderFault::midway,
                                              ProviderFault::after,  ProviderFault::refused};

bool is_there(const Step& step) {
  return step.verb >= Verb::unsubscribe_there && step.verb <= Verb::resubscribe_there;
}

// CleverReach counts whole seconds: nobody can tell which of two things in one second was first.
bool is_in_doubt(const Receiver& theirs, Instant confirmed_at) {
  for (const auto& at : {theirs.deactivated, theirs.bounced, theirs.left_in_person}) {
    if (at && *at + 999ms >= confirmed_at) return true;
  }
  return false;
}

}  // namespace

Play::Play(const History& history) : history_(history) {
  stage_.there.refuses_return = history.refuses_return;
  stage_.there.auto_blacklist = history.auto_blacklist;
  watch();
}

std::optional<std::string> Play::go() {
  auto step = history_.steps.begin();
  while (step != history_.steps.end() && !problem_) {
    const auto& now = *step++;
    if (now.verb != Verb::run) {
      act(now);
      continue;
    }
    std::deque<Step> during;
    while (static_cast<int>(during.size()) < now.how / 24 % 4 && step != history_.steps.end() &&
           step->verb != Verb::run) {
      during.push_back(*step++);
    }
    run(now, std::move(during));
  }
  if (!problem_) heal();
  for (int number = 0; number < Stage::persons && !problem_; ++number) {
    check_person(number);
    check_records(number);
  }
  return problem_;
}

void Play::require(bool holds, const std::string& problem) {
  if (!holds && !problem_) problem_ = problem;
}

// --- what is judged while it happens ---

Play::Person* Play::person_with(const std::string& email) {
  for (int number = 0; number < Stage::persons; ++number) {
    if (stage_.address(number).text() == email) return &people_[static_cast<std::size_t>(number)];
  }
  return nullptr;
}

void Play::watch() {
  stage_.there.on_read = [this](const std::string& email) {
    auto* person = person_with(email);
    if (!person) return;
    person->read = ++happened_;
    person->read_in_call = stage_.there.calls();
  };
  stage_.there.on_deactivated = [this](const std::string& email) {
    if (auto* person = person_with(email)) person->deactivated_by_us = run_began_;
  };
  stage_.there.on_sent = [this](const std::string& email) {
    const auto* person = person_with(email);
    require(person && person->has_confirmed, "sent without a confirmation");
    if (person && person->left_here)
      require(person->left_here > run_began_, "sent, though they had left here");
  };
  stage_.there.on_activated = [this](const std::string& email) {
    auto* person = person_with(email);
    if (!person || !person->left_there) return;
    require(person->left_there > person->read, "brought back, though we had read that they left there");
    require(person->read_in_call == stage_.there.calls() - 1, "brought back without a look right before");
    person->slipped = true;
  };
}

// --- people ---

void Play::act(const Step& step) {
  std::ostringstream told;
  told << "  " << to_rfc3339(stage_.clock.now()) << ' ' << step << '\n';
  told_ += told.str();
  auto& person = people_[static_cast<std::size_t>(step.person)];
  if (step.verb == Verb::wait) return wait(step);
  if (is_there(step)) return act_there(step, person);
  act_here(step, person);
}

void Play::wait(const Step& step) {
  // The long one is rare.
  const auto which = static_cast<std::size_t>(step.how) % waits.size();
  stage_.clock.advance(which == 7 && step.when > 3 ? waits[2] : waits[which]);
}

void Play::act_here(const Step& step, Person& person) {
  switch (step.verb) {
    case Verb::confirm:
      return confirm(step, person);
    case Verb::leave:
      stage_.leave(step.person);
      break;
    case Verb::block:
      stage_.block(step.person);
      break;
    case Verb::erase:
      stage_.erase(step.person);
      person.is_erased = true;
      break;
    case Verb::restrict:
      stage_.restrict(step.person);
      // Nobody looks at them now: what has just vanished there cannot be told from what we take off.
      if (person.due == Due::off && is_in_force(step.person) && !person.left_there) person.due = Due::either;
      return;
    case Verb::lift:
      return stage_.lift(step.person);
    case Verb::rename:
      return stage_.rename(step.person, fmt::format("Name {}", step.how % 3));
    case Verb::forget:
      return stage_.forget();
    case Verb::hint:
      if (const auto* theirs = stage_.there.look(stage_.address(step.person).text())) {
        for (int times = 0; times <= step.how % 2; ++times) stage_.hint(theirs->id);
      }
      return;
    default:
      return;
  }
  person.due = Due::off;
  if (!person.left_here) person.left_here = ++happened_;
}

void Play::confirm(const Step& step, Person& person) {
  const auto& email = stage_.address(step.person).text();
  const bool is_unnoticed = is_in_force(step.person) || is_known_active(step.person);
  const bool vanished = person.has_vanished && is_unnoticed && !stage_.there.is_active(email);
  if (!stage_.confirm(step.person)) return;
  const auto* theirs = stage_.there.look(email);
  // What we have read of them, and in which call, stays so.
  person = {.read = person.read, .read_in_call = person.read_in_call};
  person.has_confirmed = true;
  person.has_vanished = vanished;
  person.due = Due::on;
  // Deleted or paused there without a time: before or after this confirmation?
  if (vanished && !(theirs && theirs->deactivated)) person.due = Due::either;
  if (theirs && is_in_doubt(*theirs, stage_.clock.now())) person.due = Due::either;
  if (stage_.there.is_barred(email)) person.due = Due::off;
}

void Play::act_there(const Step& step, Person& person) {
  const auto& email = stage_.address(step.person).text();
  switch (step.verb) {
    case Verb::unsubscribe_there:
      if (!stage_.there.unsubscribe(email)) return;
      person.left_there = ++happened_;
      break;
    case Verb::bounce_there:
      if (!stage_.there.bounce(email)) return;
      break;
    case Verb::bar_there:
      stage_.there.bar(email);
      person.left_there = ++happened_;
      break;
    case Verb::delete_there:
      return vanish_there(step, person, false);
    case Verb::pause_there:
      return vanish_there(step, person, true);
    default:
      return resubscribe_there(step, person);
  }
  person.due = Due::off;
}

// Without a time and without a reason: known to be their leaving only while we know them as active there.
void Play::vanish_there(const Step& step, Person& person, bool stays) {
  const auto& email = stage_.address(step.person).text();
  const auto* theirs = stage_.there.look(email);
  if (!theirs) return;
  if (stays && !stage_.there.is_active(email)) return void(stage_.there.pause(email));  // changes nothing
  person.has_vanished = true;
  const bool tells = is_known_active(step.person) && wanted(stage_.standing(step.person)) == Wanted::active;
  if (stays) {
    stage_.there.pause(email);
    if (person.left_there) return;
  } else {
    stage_.there.drop(email);
    person.left_there = 0;
  }
  if (!is_in_force(step.person)) return;
  person.due = tells ? Due::off : Due::either;
}

void Play::resubscribe_there(const Step& step, Person& person) {
  // Whoever is not held here is nobody that we would take off there.
  if (!stage_.standing(step.person).subscription) return;
  if (!stage_.there.resubscribe(stage_.address(step.person).text())) return;
  person.left_there = 0;
  person.slipped = false;
  if (person.due == Due::off && is_in_force(step.person)) person.due = Due::either;
}

bool Play::is_in_force(int person) {
  const auto subscription = stage_.standing(person).subscription;
  return subscription && subscription->state == SubscriptionState::confirmed;
}

bool Play::is_known_active(int person) {
  const auto known = stage_.known(person);
  return known && known->acknowledged == Acknowledged::active;
}

// --- runs ---

void Play::do_meanwhile(bool all) {
  ++moment_;
  while (!meanwhile_.empty() && (all || moment_ >= meanwhile_.front().when)) {
    const auto step = meanwhile_.front();
    meanwhile_.pop_front();
    act(step);
  }
}

SyncReport Play::synchronise(bool fully) {
  ListSync sync(stage_.synced(), stage_.there);
  sync.poll();
  if (fully) sync.compare();
  sync.push();
  return sync.report();
}

void Play::run(const Step& step, std::deque<Step> meanwhile) {
  told_ += fmt::format("  run: which {}, fault {} at call {}\n", step.how % 4, step.how / 4 % 6, step.when);
  meanwhile_ = std::move(meanwhile);
  moment_ = 0;
  run_began_ = ++happened_;
  const auto failing = faults[static_cast<std::size_t>(step.how / 4 % 6)];
  const bool kills = step.how % 5 == 0;
  stage_.there.between = [this] { do_meanwhile(false); };
  stage_.there.fault = [&, until = step.when]() mutable {
    if (until-- != 0) return ProviderFault::none;
    stage_.store().is_dead = kills && failing != ProviderFault::none;
    return failing;
  };
  bool broke = false;
  try {
    if (step.how % 4 == 0) {
      ListSync sync(stage_.synced(), stage_.there);
      sync.push();
    } else {
      synchronise(step.how % 4 == 1);
    }
  } catch (const ProviderUnavailable&) {
    broke = true;
  } catch (const ProviderRefused&) {
    broke = true;
  } catch (const Killed&) {
    broke = true;
  }
  told_ += broke ? "  it broke off\n" : "  it ended\n";
  // Whose deactivation was ours is not known for sure then: in doubt the product mails nobody.
  for (auto& person : people_) {
    if (broke && person.deactivated_by_us && person.due == Due::on) person.due = Due::either;
  }
  stage_.store().is_dead = false;
  stage_.there.fault = [] { return ProviderFault::none; };
  stage_.there.between = [] {};
  if (broke && kills && step.how % 3 == 0) stage_.reopen();
  for (int number = 0; number < Stage::persons && !broke; ++number) {
    const auto& person = people_[static_cast<std::size_t>(number)];
    if (!person.slipped || person.due != Due::off) continue;
    require(!stage_.there.is_active(stage_.address(number).text()),
            "brought back and not put right in that run");
  }
  do_meanwhile(true);
}

void Play::heal() {
  told_ += "  all heals\n";
  for (int rounds = 0; rounds < 6; ++rounds) {
    stage_.clock.advance(beyond_all_waits);
    run_began_ = ++happened_;
    synchronise(true);
  }
  stage_.clock.advance(beyond_all_waits);
  const auto last = synchronise(true);
  require(last.pushed == 0 && last.deactivated == 0 && last.deleted == 0 && last.foreign == 0,
          fmt::format("never comes to rest: {} pushed, {} deactivated, {} deleted, {} foreign", last.pushed,
                      last.deactivated, last.deleted, last.foreign));
  require(history_.refuses_return || stage_.owed() == 0, "something is owed for ever");
}

// --- what it must have come to ---

void Play::check_person(int number) {
  const auto& person = people_[static_cast<std::size_t>(number)];
  const auto& email = stage_.address(number).text();
  const auto standing = stage_.standing(number);
  const bool is_wanted = wanted(standing) == Wanted::active;
  const bool is_active = stage_.there.is_active(email);
  const auto* theirs = stage_.there.look(email);
  const bool is_refused = history_.refuses_return && theirs && theirs->left_in_person;
  const auto name = fmt::format("person {}: ", number);
  require(is_wanted || !is_active, name + "active there, not wanted here");
  require(!is_wanted || is_active || is_refused, name + "wanted here, not active there");
  if (is_refused && is_wanted && !is_active)
    require(stage_.known(number)->due_at.has_value(), name + "not owed");
  if (person.due == Due::off) require(!is_wanted, name + "left, and is wanted");
  if (person.due == Due::on && !is_restricted(standing.rules)) require(is_wanted, name + "lost");
  if (person.is_erased) require(theirs == nullptr, name + "erased, and known there");
  if (!person.has_confirmed) require(theirs == nullptr, name + "never confirmed, and known there");
}

void Play::check_records(int number) {
  for (const auto& records : stage_.records(number)) {
    int foreign = 0;
    std::optional<Json> after;
    for (const auto& record : records) {
      if (record.at("kind") == "foreign_change") ++foreign;
      if (record.at("kind") != "provider_changed") continue;
      const auto& details = record.at("details");
      const auto& before = details.at("before");
      require(!after || before.is_null() || before == *after,
              "a change at the provider does not follow the last");
      after = details.at("after");
    }
    require(foreign <= 1, "one leaving there, recorded twice");
  }
}

}  // namespace optledger::test
