// What the steps do.
#include "tests/flows/play.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace optledger::test {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 13> waits{1ms, 1s,  30s,     1min,    4min,    1h,      6h,
                                         24h, 25h, 24h * 3, 24h * 7, 24h * 8, 24h * 30};

// One of them, as often as not the last one.
template <typename Links>
const auto& one_of(const Links& links, std::size_t which) {
  return which % 2 == 0 ? links.back() : links[which / 2 % links.size()];
}

// The n-th spelling: n in binary, a capital letter for each 1. The 0th one is in lower case.
std::string spelling_of(const std::string& person, std::size_t number) {
  auto spelling = person;
  for (std::size_t i = 0; i < name_length; ++i) {
    if (((number >> i) & 1) != 0) spelling[i] = static_cast<char>(spelling[i] - 'a' + 'A');
  }
  return spelling;
}

std::string lower_case(std::string spelling) {
  for (auto& c : spelling) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return spelling;
}

ListName list_of(const Step& step) {
  return step.list < lists.size() ? ListName(lists[step.list]) : std::nullopt;
}
std::string words(const ListName& list) { return list.value_or("every list"); }
std::string words(DeliveryOutcome outcome) {
  return outcome == DeliveryOutcome::accepted    ? "accepted"
         : outcome == DeliveryOutcome::temporary ? "to be tried again"
                                                 : "refused";
}

}  // namespace

// --- time and machine ---

void Play::wait(const Step& step) { stage_.clock.advance(waits[step.how % waits.size()]); }

void Play::wait_for_an_end(const Step& step) {
  std::vector<Instant> ends;
  for (const auto end : reference_.ends()) {
    if (end > now()) ends.push_back(end);
  }
  if (ends.empty()) return;
  const auto end = step.which % 2 == 0 ? ends.front() : ends[step.which / 2 % ends.size()];
  const Duration beside{static_cast<int>(step.how % 3) - 1};
  stage_.clock.set(std::max(now(), end + beside));
}

void Play::forget() {
  tell("what is due is forgotten");
  const bool trusted = reference_.forget(now());
  require(stage_.forget() == trusted, "the clock should be trusted or not");
  must_look_into_files_ = true;
  if (!trusted) return;
  const auto due =
      read_from(stage_.store(), [&](Reading& reading) { return reading.due_for_deletion(now(), 1); });
  require(due.empty(), "something due has stayed");
}

void Play::restart(const Step& step) {
  const bool is_killed = step.how % 2 == 1;
  tell(is_killed ? "the service is killed and starts again" : "the service stops and starts again");
  evidence_.reset();
  stage_.restart(is_killed);
  evidence_ = std::make_unique<Evidence>(stage_.database());
  reference_.release_leases();
  reference_.forget(now());
  must_look_into_files_ = true;
}

// --- letters ---

void Play::send_letters(const Step& step) {
  std::map<std::string, ClaimedLetter> letters;
  for (auto& letter : stage_.claim()) {
    require(may_be_mailed(letter), "a letter to somebody who may not be mailed");
    note_letter(letter);
    letters.emplace(letter.evidence.envelope_to, std::move(letter));
  }
  std::set<std::string> written_to;
  for (const auto& [spelling, letter] : letters) written_to.insert(spelling);
  const auto expected = reference_.claim(now());
  require(written_to == expected, fmt::format("letters to [{}], but expected are [{}]",
                                              fmt::join(written_to, " "), fmt::join(expected, " ")));
  auto result = step.how;
  for (const auto& [spelling, letter] : letters) {
    if (result % 2 == 0) {
      record(letter, result / 2);
    } else {
      in_flight_.push_back(letter);
    }
    ++result;
  }
}

void Play::note_letter(const ClaimedLetter& letter) {
  const auto& spelling = letter.evidence.envelope_to;
  const auto is_known = [&](const auto& links) {
    return std::any_of(links.begin(), links.end(),
                       [&](const auto& link) { return link.token == letter.token; });
  };
  if (const auto* signup = std::get_if<Signup>(&letter.about)) {
    tell(fmt::format("a letter goes to {} for {}", spelling, signup->list));
    if (!is_known(confirm_links_)) confirm_links_.push_back({letter.token, spelling});
  } else {
    tell(fmt::format("a letter about their data goes to {}", spelling));
    if (!letter.token.empty() && !is_known(privacy_links_))
      privacy_links_.push_back({letter.token, spelling});
  }
}

void Play::record(const ClaimedLetter& letter, std::size_t result) {
  constexpr std::array outcomes{DeliveryOutcome::accepted, DeliveryOutcome::temporary,
                                DeliveryOutcome::refused};
  const auto outcome = outcomes[result % outcomes.size()];
  tell(fmt::format("the letter to {} was {}", letter.evidence.envelope_to, words(outcome)));
  stage_.record(letter, outcome);
  reference_.record(letter.evidence.envelope_to, letter.attempts, outcome, now());
}

void Play::late_result(const Step& step) {
  if (in_flight_.empty()) return;
  const auto letter = in_flight_.begin() + static_cast<std::ptrdiff_t>(step.which % in_flight_.size());
  record(*letter, step.how);
  in_flight_.erase(letter);
}

bool Play::may_be_mailed(const ClaimedLetter& letter) {
  const auto* signup = std::get_if<Signup>(&letter.about);
  const auto person = signup != nullptr ? signup->fingerprint : std::get<PrivacyRequest>(letter.about).person;
  const auto rules =
      read_from(stage_.store(), [&](Reading& reading) { return reading.suppressions(person); });
  return std::none_of(rules.begin(), rules.end(), [&](const Suppression& rule) {
    if (signup == nullptr) return rule.kind == SuppressionKind::blocked;
    return (!rule.list || *rule.list == signup->list) &&
           (rule.kind != SuppressionKind::unsubscribed || rule.since >= signup->requested_at);
  });
}

// --- people ---

std::string Play::spell(std::size_t person) { return spelling_of(persons[person], ++spelled_[person]); }

void Play::sign_up(const Step& step) {
  const Place place{persons[step.person], lists[step.list % lists.size()]};
  const auto spelling = spell(step.person);
  tell(fmt::format("{} signs up to {}", spelling, place.list));
  stage_.sign_up(spelling, place.list);
  reference_.sign_up(place, spelling, now());
}

void Play::subscribe(const Step& step) {
  sign_up(step);
  send_letters({.how = 0});
  confirm({.which = 0});
}

// A repeated POST changes nothing: not one page of the database.
template <typename Post>
void Play::twice(Post&& post) {
  post();
  const auto log = stage_.database().string() + "-wal";
  const auto size = std::filesystem::file_size(log);
  post();
  require(std::filesystem::file_size(log) == size, "said again, it changed something");
}

void Play::confirm(const Step& step) {
  if (confirm_links_.empty()) return;
  const auto& link = one_of(confirm_links_, step.which);
  const bool has_left_since = reference_.has_left_since(link.spelling);
  const bool expected = reference_.confirm(link.spelling, now());
  tell(fmt::format("the letter to {} is confirmed, {}", link.spelling, expected ? "with effect" : "in vain"));
  std::optional<ConfirmResult> first;
  twice([&] {
    const auto result = stage_.confirm(link.token);
    if (!first) first = result;
  });
  require((first->state == LinkState::open) == expected, "the link had another effect");
  require(!expected || !has_left_since, "an old link brought somebody back");
  if (!expected) return;
  const Place place{lower_case(link.spelling), first->signup->list};
  unsubscribe_links_.push_back(
      {Stage::unsubscribe_token(*first->subscription), place, reference_.subscription(place)});
}

void Play::cancel(const Step& step, bool no_more_letters) {
  if (confirm_links_.empty()) return;
  const auto& link = one_of(confirm_links_, step.which);
  tell(fmt::format("\"This was not me\" by the letter to {}{}", link.spelling,
                   no_more_letters ? ", and no letter any more" : ""));
  reference_.cancel(link.spelling, no_more_letters, now());
  twice([&] { stage_.cancel(link.token, no_more_letters); });
}

void Play::unsubscribe(const Step& step) {
  if (unsubscribe_links_.empty()) return;
  const auto& link = one_of(unsubscribe_links_, step.which);
  tell(fmt::format("{} unsubscribes from {} by subscription {}", link.place.person, link.place.list,
                   link.subscription));
  reference_.unsubscribe(link.place, link.subscription, now());
  twice([&] { stage_.unsubscribe(link.token); });
}

void Play::ask(const Step& step) {
  const auto spelling = spell(step.person);
  tell(fmt::format("{} asks what is held", spelling));
  stage_.ask(spelling);
  reference_.ask(persons[step.person], spelling, now());
}

void Play::exercise(const Step& step) {
  if (privacy_links_.empty()) return;
  constexpr std::array rights{PrivacyRight::restriction, PrivacyRight::lifting, PrivacyRight::objection,
                              PrivacyRight::erasure};
  const auto& link = one_of(privacy_links_, step.which);
  const auto right = rights[step.how % rights.size()];
  const bool declared = step.list == 0;
  tell(fmt::format("{} by the letter to {}{}", to_text(right), link.spelling,
                   declared && right == PrivacyRight::erasure ? ", with the declaration" : ""));
  reference_.exercise(link.spelling, right, declared, now());
  twice([&] { stage_.exercise(link.token, right, declared); });
}

void Play::exercise_at_once(const Step& step) {
  ask(step);
  send_letters({.how = 0});
  exercise({.list = step.list, .which = 0, .how = step.how});
}

// --- operators ---

void Play::permit(const Step& step) {
  const Place place{persons[step.person], lists[step.list % lists.size()]};
  const auto spelling = spell(step.person);
  tell(fmt::format("{} is a customer who may be mailed on {}", spelling, place.list));
  stage_.permit(spelling, place.list);
  reference_.permit(place, spelling, now());
}

void Play::end(const Step& step, SuppressionKind kind) {
  const auto& person = persons[step.person];
  const auto list = list_of(step);
  tell(fmt::format("{} is {} on {}", person, to_text(kind), words(list)));
  stage_.end(kind, person, list);
  reference_.end(kind, person, list, now());
}

void Play::unblock(const Step& step) {
  const auto& person = persons[step.person];
  const auto list = list_of(step);
  tell(fmt::format("{} is unblocked on {}", person, words(list)));
  stage_.unblock(person, list);
  reference_.unblock(person, list, now());
}

void Play::erase(const Step& step, bool declared) {
  const auto& person = persons[step.person];
  const auto list = list_of(step);
  tell(fmt::format("{} is erased on {}{}", person, words(list), declared ? " with the declaration" : ""));
  stage_.erase(person, list, declared);
  reference_.erase(person, list, declared, now());
}

void Play::import(const Step& step, SuppressionKind kind) {
  const auto& person = persons[step.person];
  const auto list = list_of(step);
  auto since = now() - waits[step.which % waits.size()];
  // As often as not beside a moment that matters.
  if (const auto& requests = reference_.requests(); !requests.empty() && step.how % 2 == 0) {
    since = requests[step.which % requests.size()].at + Duration{static_cast<int>(step.how % 3) - 1};
  }
  since = std::min(since, now());
  tell(fmt::format("{} is imported as {} on {} since {}", person, to_text(kind), words(list),
                   to_rfc3339(since)));
  stage_.import(kind, person, list, since);
  reference_.import(kind, person, list, since, now());
}

}  // namespace optledger::test
