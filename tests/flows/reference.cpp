// What holds, who is who, and what the workers do.
#include "tests/flows/reference.hpp"

namespace optledger::test {
namespace {

using namespace std::chrono_literals;

Instant end_of_link(const Request& request) { return request.at + Stage::unconfirmed; }

bool is_over(const Request& request, Instant now) {
  return request.was_confirmed() ? request.held_until && now >= *request.held_until
                                 : now >= end_of_link(request);
}

// Who has an answer and no link to it any more.
bool is_over(const Question& question, Instant now) {
  return question.kept_until && (!question.link_until || now >= *question.link_until);
}

std::string words(const std::optional<Rule>& rule) {
  if (!rule) return "no rule";
  return std::string(to_text(rule->kind)) + " since " + to_rfc3339(rule->since) +
         (rule->until ? " until " + to_rfc3339(*rule->until) : "");
}

bool is_due(const std::optional<OwedLetter>& letter, Instant now) {
  return letter && letter->due <= now && letter->leased_until <= now;
}

}  // namespace

// --- what holds ---

bool Reference::is_blocked(const Place& place) const {
  return any_leaving([&](const Leaving& leaving) {
    return leaving.covers(place) && leaving.kind == SuppressionKind::blocked;
  });
}

bool Reference::is_blocked_anywhere(const std::string& person) const {
  return any_leaving([&](const Leaving& leaving) {
    return leaving.person == person && leaving.kind == SuppressionKind::blocked;
  });
}

bool Reference::is_open(const Request& request, Instant now) const {
  return request.state == SignupState::pending && now < end_of_link(request) &&
         !restricted_.contains(request.place.person) && !any_leaving([&](const Leaving& leaving) {
           return leaving.covers(request.place) && leaving.closes(request.at);
         });
}

bool Reference::is_owed(const Question& question, Instant now) const {
  return question.has_address && !question.kept_until && !is_blocked_anywhere(question.person) &&
         (!question.link_until || now < *question.link_until);
}

std::string words(const Standing& standing) {
  auto text = "subscription \"" + standing.subscription + "\", suppression \"" + standing.suppression +
              "\", " + words(standing.rule) + " here, " + words(standing.rule_for_every_list) +
              " everywhere, " + std::to_string(standing.receipts) + " receipts, " +
              std::to_string(standing.acts) + " acts, " + std::to_string(standing.questions) + " questions";
  for (const auto& held : standing.held) {
    text += "; " + held.spelling + " " + held.state + " with " + std::to_string(held.records) + " records" +
            (held.held_until ? " until " + to_rfc3339(*held.held_until) : "");
  }
  return text;
}

Standing Reference::standing(const Place& place) const {
  Standing standing;
  bool was_subscribed = false;
  bool is_subscribed = false;
  for (const auto& request : requests_) {
    if (request.place != place) continue;
    was_subscribed = was_subscribed || request.was_confirmed();
    is_subscribed = is_subscribed || request.state == SignupState::confirmed;
    const bool is_cancelled = request.state == SignupState::cancelled;
    standing.held.push_back({is_cancelled ? "" : request.spelling, std::string(to_text(request.state)),
                             request.records, request.held_until});
  }
  const bool has_left = any_leaving([&](const Leaving& leaving) { return leaving.covers(place); });
  standing.suppression = is_blocked(place)                    ? "blocked"
                         : restricted_.contains(place.person) ? "restricted"
                         : has_left && !is_subscribed         ? "unsubscribed"
                                                              : "";
  if (was_subscribed) {
    standing.subscription = is_subscribed ? "confirmed" : is_blocked(place) ? "blocked" : "unsubscribed";
  }
  standing.rule = strictest(place.person, place.list);
  standing.rule_for_every_list = strictest(place.person, std::nullopt);
  for (const auto& receipt : receipts_) standing.receipts += receipt.place == place ? 1 : 0;
  standing.acts = acts_.count(place.person);
  standing.questions = exercises_.count(place.person);
  for (const auto& question : questions_) standing.questions += question.person == place.person ? 1 : 0;
  return standing;
}

// All leavings from exactly there as one rule: blocks before the others, then since and until the latest.
std::optional<Rule> Reference::strictest(const std::string& person, const ListName& list) const {
  std::optional<Rule> rule;
  for (const auto& leaving : leavings_) {
    if (leaving.person != person || leaving.list != list || (rule && leaving.kind < rule->kind)) continue;
    if (!rule || leaving.kind > rule->kind) rule = Rule{leaving.kind, {}, leaving.until};
    rule->since = std::max(rule->since, leaving.since);
    rule->until = rule->until && leaving.until ? std::max(rule->until, leaving.until) : std::nullopt;
  }
  return rule;
}

bool Reference::has_left_since(const std::string& spelling) {
  const auto* request = find(spelling);
  if (request == nullptr) return false;
  const auto first = all_leavings_.begin() + static_cast<std::ptrdiff_t>(request->leavings_before);
  return std::any_of(first, all_leavings_.end(), [&](const Leaving& leaving) {
    return leaving.covers(request->place) && leaving.since >= request->at;
  });
}

int Reference::subscription(const Place& place) const {
  const auto found = subscriptions_.find(place);
  return found == subscriptions_.end() ? 0 : found->second;
}

std::set<std::string> Reference::spellings() const {
  std::set<std::string> all;
  for (const auto& request : requests_) all.insert(request.spellings.begin(), request.spellings.end());
  for (const auto& question : questions_) {
    if (question.has_address) all.insert(question.spelling);
  }
  return all;
}

std::set<Instant> Reference::ends() const {
  std::set<std::optional<Instant>> ends;
  const auto add_letter = [&](const std::optional<OwedLetter>& letter) {
    if (letter) ends.insert({letter->due, letter->leased_until});
  };
  for (const auto& request : requests_) {
    ends.insert(request.was_confirmed() ? request.held_until : end_of_link(request));
    add_letter(request.letter);
  }
  for (const auto& question : questions_) {
    ends.insert({question.link_until, question.kept_until, answer_due(question.at)});
    add_letter(question.letter);
  }
  for (const auto& leaving : leavings_) ends.insert(leaving.until);
  for (const auto& receipt : receipts_) ends.insert(receipt.until);
  for (const auto& [person, until] : acts_) ends.insert(until);
  for (const auto& [person, until] : exercises_) ends.insert(until);
  if (known_time_) ends.insert(*known_time_ + Stage::max_clock_jump);
  std::set<Instant> known;
  for (const auto& end : ends) {
    if (end) known.insert(*end);
  }
  return known;
}

// --- who and where ---

std::vector<Request*> Reference::at(const Place& place) {
  std::vector<Request*> found;
  for (auto& request : requests_) {
    if (request.place == place) found.push_back(&request);
  }
  return found;
}

Request* Reference::find(const std::string& spelling) {
  const auto found = std::find_if(requests_.begin(), requests_.end(),
                                  [&](const Request& request) { return request.spelling == spelling; });
  return found == requests_.end() ? nullptr : &*found;
}

Question* Reference::find_question(const std::string& spelling) {
  const auto found = std::find_if(questions_.begin(), questions_.end(),
                                  [&](const Question& question) { return question.spelling == spelling; });
  return found == questions_.end() ? nullptr : &*found;
}

Request* Reference::last_consent(const Place& place) {
  Request* last = nullptr;
  for (auto* request : at(place)) {
    if (request->was_confirmed() && (last == nullptr || request->turn > last->turn)) last = request;
  }
  return last;
}

// What a record about the person belongs to: the consent, else the last request.
Request* Reference::evidence(const Place& place) {
  if (auto* consent = last_consent(place)) return consent;
  Request* last = nullptr;
  for (auto* request : at(place)) last = request->state != SignupState::cancelled ? request : last;
  return last;
}

std::vector<Place> Reference::places(const std::string& person, const ListName& list) const {
  if (list) return {{person, *list}};
  std::set<Place> places;
  for (const auto& request : requests_) {
    if (request.place.person == person && request.state != SignupState::cancelled) {
      places.insert(request.place);
    }
  }
  return {places.begin(), places.end()};
}

// --- what the workers do ---

std::set<std::string> Reference::claim(Instant now) {
  std::set<std::string> written_to;
  const auto hand_out = [&](auto& about, bool is_owed) {
    if (!is_due(about.letter, now)) return;
    if (is_owed) {
      about.letter->leased_until = now + Stage::lease;
      written_to.insert(about.spelling);
    } else {
      about.letter.reset();
    }
  };
  for (auto& request : requests_) hand_out(request, is_open(request, now));
  for (auto& question : questions_) hand_out(question, is_owed(question, now));
  return written_to;
}

void Reference::record(const std::string& spelling, int attempts, DeliveryOutcome outcome, Instant now) {
  const auto& waits = Stage::letter_policy.retry;
  const auto wait = waits[std::min(static_cast<std::size_t>(attempts), waits.size() - 1)];
  const OwedLetter next{.due = now + wait, .attempts = attempts + 1};
  if (auto* request = find(spelling)) record(*request, next, outcome);
  if (auto* question = find_question(spelling)) record(*question, next, outcome, now);
}

void Reference::record(Request& request, const OwedLetter& next, DeliveryOutcome outcome) {
  if (request.state == SignupState::cancelled) return;
  if (outcome == DeliveryOutcome::temporary && next.due < end_of_link(request)) {
    if (request.letter) request.letter = next;
    return;
  }
  request.letter.reset();
  ++request.records;
}

void Reference::record(Question& question, const OwedLetter& next, DeliveryOutcome outcome, Instant now) {
  if (question.kept_until) return;
  const auto last = question.link_until.value_or(answer_due(question.at));
  if (outcome == DeliveryOutcome::temporary && next.due < last) {
    if (question.letter) question.letter = next;
    return;
  }
  question.letter.reset();
  if (outcome != DeliveryOutcome::accepted) return;
  question.kept_until = question.link_until ? end_of({}, now) : now + 24h * 30;
}

void Reference::release_leases() {
  for (auto& request : requests_) {
    if (request.letter) request.letter->leased_until = {};
  }
  for (auto& question : questions_) {
    if (question.letter) question.letter->leased_until = {};
  }
}

// Whoever left a place several times is forgotten there when the last time is over.
void Reference::forget_leavings(Instant now) {
  const auto leavings = leavings_;
  std::erase_if(leavings_, [&](const Leaving& one) {
    return std::all_of(leavings.begin(), leavings.end(), [&](const Leaving& other) {
      return other.person != one.person || other.list != one.list || (other.until && now >= *other.until);
    });
  });
}

bool Reference::forget(Instant now) {
  if (known_time_ && now - *known_time_ > Stage::max_clock_jump) return false;
  if (!known_time_ || now - *known_time_ >= 1h) known_time_ = now;
  const auto is_over_by_now = [now](const std::optional<Instant>& until) { return until && now >= *until; };
  std::erase_if(requests_, [&](const Request& request) { return is_over(request, now); });
  end_restrictions_of_the_gone();
  forget_leavings(now);
  std::erase_if(receipts_, [&](const Receipt& receipt) { return now >= receipt.until; });
  std::erase_if(acts_, [&](const auto& act) { return now >= act.second; });
  std::erase_if(exercises_, [&](const auto& exercise) { return now >= exercise.second; });
  for (auto& question : questions_) {
    if (!is_over(question, now)) continue;
    question.has_address = false;
    question.link_until.reset();
  }
  std::erase_if(questions_, [&](const Question& question) { return is_over_by_now(question.kept_until); });
  return true;
}

}  // namespace optledger::test
