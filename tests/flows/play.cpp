#include "tests/flows/play.hpp"

#include "service/flows/check_suppressions.hpp"
#include "tests/flows/verifying.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace optledger::test {
namespace {

using namespace std::chrono_literals;

const Instant start = parse_rfc3339("2028-02-25T12:00:00.000Z").value();
const ProofWindow years{};
const ProofWindow shortest{.years = 3, .shorter = Stage::unconfirmed};

// Parsed and fingerprinted once: each takes longer than a step.
const std::vector<EmailAddress>& addresses() {
  static const std::vector<EmailAddress> parsed{EmailAddress::parse(persons.at(0)).value(),
                                                EmailAddress::parse(persons.at(1)).value()};
  return parsed;
}

const Fingerprint& fingerprint_of_person(const std::string& person) {
  static const std::map<std::string, Fingerprint> known{
      {persons.at(0), fingerprint_of(addresses().at(0), Stage::fingerprint_key)},
      {persons.at(1), fingerprint_of(addresses().at(1), Stage::fingerprint_key)}};
  return known.at(person);
}

std::optional<Rule> rule_from(const std::optional<Suppression>& rule) {
  return rule ? std::optional(Rule{rule->kind, rule->since, rule->until}) : std::nullopt;
}

void look_at(const Place& place, Reading& reading, Standing& seen) {
  const auto& person = fingerprint_of_person(place.person);
  const auto rules = reading.suppressions(person);
  seen.rule = rule_from(rule_of(rules, place.list));
  seen.rule_for_every_list = rule_from(rule_of(rules, std::nullopt));
  const auto subscription = reading.subscription(person, place.list);
  if (subscription) seen.subscription = to_text(subscription->state);
  for (const auto& signup : reading.signups(person, place.list)) {
    seen.held.push_back({signup.address ? signup.address->text() : "", std::string(to_text(signup.state)),
                         reading.records(signup.id).size(), signup.held_until});
  }
  for (const auto& receipt : reading.erasure_receipts(person)) {
    seen.receipts += receipt.list == place.list ? 1 : 0;
  }
  seen.acts = reading.acts_about(person).size();
  seen.questions = reading.privacy_requests(person).size();
}

}  // namespace

Play::Play(bool short_window)
    : stage_(start, short_window ? shortest : years),
      reference_(short_window ? shortest : years),
      evidence_(std::make_unique<Evidence>(stage_.database())),
      spelled_(persons.size()) {}

std::optional<std::string> Play::go(const Step& step) {
  must_look_into_files_ = false;
  const auto told_before = told_.size();
  act(step);
  if (told_.size() == told_before) return problem_;  // only time has passed
  compare_standings();
  compare_files();
  for (const auto& problem : {evidence_->problem_with_subscriptions(), evidence_->problem_with_letters(),
                              evidence_->problem_with_ledger()}) {
    require(problem.empty(), problem);
  }
  return problem_;
}

std::optional<std::string> Play::difference() { return verify(stage_).difference; }

void Play::act(const Step& step) {
  switch (step.verb) {
    case Verb::wait:
      return wait(step);
    case Verb::wait_for_an_end:
      return wait_for_an_end(step);
    case Verb::sign_up:
      return sign_up(step);
    case Verb::subscribe:
      return subscribe(step);
    case Verb::send_letters:
      return send_letters(step);
    case Verb::late_result:
      return late_result(step);
    case Verb::confirm:
      return confirm(step);
    case Verb::cancel:
      return cancel(step, false);
    case Verb::cancel_for_good:
      return cancel(step, true);
    case Verb::unsubscribe:
      return unsubscribe(step);
    case Verb::ask:
      return ask(step);
    case Verb::exercise:
      return exercise(step);
    case Verb::exercise_at_once:
      return exercise_at_once(step);
    case Verb::permit:
      return permit(step);
    case Verb::unsubscribe_by_operator:
      return end(step, SuppressionKind::unsubscribed);
    case Verb::block:
      return end(step, SuppressionKind::blocked);
    case Verb::unblock:
      return unblock(step);
    case Verb::erase:
      return erase(step, false);
    case Verb::erase_declared:
      return erase(step, true);
    case Verb::import_leaving:
      return import(step, SuppressionKind::unsubscribed);
    case Verb::import_block:
      return import(step, SuppressionKind::blocked);
    case Verb::forget:
      return forget();
    case Verb::accept_clock:
      tell("the clock is accepted");
      stage_.accept_clock();
      reference_.accept_clock(now());
      return forget();
    case Verb::restart:
      return restart(step);
  }
}

// --- what is compared ---

void Play::compare_standings() {
  std::map<Place, Standing> seen;
  for (const auto& list : lists) {
    const auto answers = check_suppressions(addresses(), list, Stage::fingerprint_key, stage_.store());
    for (std::size_t i = 0; i < persons.size(); ++i) {
      if (answers[i].rule) seen[{persons[i], list}].suppression = to_text(answers[i].rule->kind);
    }
  }
  stage_.store().read([&](Reading& reading) {
    for (const auto& person : persons) {
      for (const auto& list : lists) look_at({person, list}, reading, seen[{person, list}]);
    }
  });
  for (const auto& [place, standing] : seen) {
    const auto expected = reference_.standing(place);
    if (standing == expected) continue;
    require(false, fmt::format("{} on {}\n    is     {}\n    not    {}", place.person, place.list,
                               words(standing), words(expected)));
  }
}

// Of whom something is held, and of nobody else, the address stands in the files.
void Play::compare_files() {
  const auto expected = reference_.spellings();
  const bool has_lost =
      !std::includes(expected.begin(), expected.end(), spellings_.begin(), spellings_.end());
  spellings_ = expected;
  if (!has_lost && !must_look_into_files_) return;
  if (stage_.store().has_traces()) require(stage_.store().purge_deleted(), "the log cannot be cut");
  const auto found = addresses_in_files(stage_.folder(), domain, name_length);
  require(found == expected,
          fmt::format("in the files stands [{}], not [{}]", fmt::join(found, " "), fmt::join(expected, " ")));
}

void Play::tell(const std::string& sentence) {
  told_ += fmt::format("  {}  {}\n", to_rfc3339(now()), sentence);
}

void Play::require(bool holds, const std::string& problem) {
  if (!holds && !problem_) problem_ = problem;
}

}  // namespace optledger::test
