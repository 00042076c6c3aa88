// What people and operators do.
#include "tests/flows/reference.hpp"

namespace optledger::test {

using namespace std::chrono_literals;

// --- people ---

void Reference::sign_up(const Place& place, const std::string& spelling, Instant now) {
  if (is_blocked(place) || restricted_.contains(place.person)) return;
  Request* waiting = nullptr;
  bool was_written_to = false;
  for (auto* request : at(place)) {
    if (request->state == SignupState::pending) waiting = request;
    was_written_to = was_written_to || (!request->was_confirmed() && request->at > now - 24h);
  }
  if (was_written_to) {
    if (waiting == nullptr) return;  // after "this was not me"
    ++waiting->records;
    waiting->spellings.insert(spelling);
    return;
  }
  if (waiting != nullptr) {
    waiting->state = SignupState::superseded;
    waiting->letter.reset();
  }
  requests_.push_back({.place = place, .spelling = spelling, .spellings = {spelling}, .at = now});
  requests_.back().letter = OwedLetter{.due = now};
  requests_.back().leavings_before = all_leavings_.size();
}

bool Reference::confirm(const std::string& spelling, Instant now) {
  auto* request = find(spelling);
  if (request == nullptr || !is_open(*request, now)) return false;
  const auto& place = request->place;
  put_in_force(*request);
  ++request->records;
  request->letter.reset();
  std::erase_if(leavings_, [&](const Leaving& leaving) {
    return leaving.person == place.person && leaving.list == place.list;
  });
  return true;
}

void Reference::put_in_force(Request& request) {
  if (last_consent(request.place) == nullptr) ++subscriptions_[request.place];
  request.state = SignupState::confirmed;
  request.turn = ++turns_;
}

void Reference::cancel(const std::string& spelling, bool no_more_letters, Instant now) {
  auto* request = find(spelling);
  if (request == nullptr || !is_open(*request, now)) return;
  request->state = SignupState::cancelled;
  request->records = 0;
  request->spellings.clear();
  request->letter.reset();
  if (no_more_letters) end_everywhere(SuppressionKind::blocked, request->place.person, now);
}

void Reference::unsubscribe(const Place& place, int subscription, Instant now) {
  if (last_consent(place) == nullptr || subscriptions_[place] != subscription) return;
  end_at(SuppressionKind::unsubscribed, place, now);
}

void Reference::ask(const std::string& person, const std::string& spelling, Instant now) {
  const bool is_blocked = is_blocked_anywhere(person);
  int letters_in_an_hour = 0;
  int letters_in_a_day = 0;
  for (const auto& question : questions_) {
    if (question.person != person) continue;
    if (is_blocked && question.for_officer && !question.kept_until) return;
    if (question.for_officer) continue;
    letters_in_an_hour += question.at > now - 1h ? 1 : 0;
    letters_in_a_day += question.at > now - 24h ? 1 : 0;
  }
  if (!is_blocked && (letters_in_an_hour > 0 || letters_in_a_day >= 3)) return;
  Question question{.person = person, .spelling = spelling, .at = now, .for_officer = is_blocked};
  const bool is_held = !places(person, std::nullopt).empty() ||
                       any_leaving([&](const Leaving& leaving) { return leaving.person == person; }) ||
                       std::any_of(receipts_.begin(), receipts_.end(),
                                   [&](const Receipt& receipt) { return receipt.place.person == person; });
  if (!is_blocked) question.letter = OwedLetter{.due = now};
  if (!is_blocked && is_held) question.link_until = now + 24h;
  questions_.push_back(std::move(question));
}

void Reference::exercise(const std::string& spelling, PrivacyRight right, bool declared, Instant now) {
  auto* question = find_question(spelling);
  if (question == nullptr || !question->has_address) return;
  if (!question->link_until || now >= *question->link_until || question->used.contains(right)) return;
  const auto person = question->person;
  const auto everywhere = places(person, std::nullopt);
  if (right == PrivacyRight::objection) {
    end_everywhere(SuppressionKind::blocked, person, now);
  } else if (right == PrivacyRight::erasure) {
    for (const auto& place : everywhere) erase_at(place, declared, now);
    end_questions_of_the_erased(person, now);
  } else if (!everywhere.empty()) {
    for (const auto& place : everywhere) ++evidence(place)->records;
    if (right == PrivacyRight::restriction) restricted_.insert(person);
    if (right == PrivacyRight::lifting) restricted_.erase(person);
  }
  if (everywhere.empty() && right != PrivacyRight::objection) return;
  question->used.insert(right);
  exercises_.emplace(person, end_of({}, now));
}

// --- leaving ---

void Reference::leave(SuppressionKind kind, const std::string& person, const ListName& list, Instant since) {
  const bool is_block = kind == SuppressionKind::blocked;
  leave({person, list, kind, since, is_block ? std::nullopt : std::optional(end_of(window_, since))});
}

void Reference::leave(const Leaving& leaving) {
  leavings_.push_back(leaving);
  all_leavings_.push_back(leaving);
}

void Reference::end_at(SuppressionKind kind, const Place& place, Instant now) {
  const auto is_closed = [&](const Request& request) {
    return any_leaving([&](const Leaving& leaving) {
      return leaving.person == place.person && leaving.list == place.list && leaving.closes(request.at);
    });
  };
  bool is_waiting = false;
  for (auto* request : at(place)) {
    is_waiting = is_waiting || (request->state == SignupState::pending && !is_closed(*request));
  }
  auto* consent = last_consent(place);
  const bool is_news = consent != nullptr && (consent->state == SignupState::confirmed ||
                                              (kind == SuppressionKind::blocked && !is_blocked(place)));
  if (is_news) ++consent->records;
  for (auto* request : at(place)) {
    if (request->state != SignupState::confirmed) continue;
    request->state = SignupState::withdrawn;
    request->held_until = end_of(window_, now);
  }
  if (consent != nullptr && !is_news && !is_waiting) return;
  leave(kind, place.person, place.list, now);
  // A customer who leaves objects, and that is never forgotten.
  if (consent != nullptr && consent->without_consent) leavings_.back().until.reset();
}

void Reference::end_everywhere(SuppressionKind kind, const std::string& person, Instant now) {
  for (const auto& place : places(person, std::nullopt)) end_at(kind, place, now);
  leave(kind, person, std::nullopt, now);
}

// --- operators ---

void Reference::permit(const Place& place, const std::string& spelling, Instant now) {
  const bool has_left = any_leaving([&](const Leaving& leaving) { return leaving.covers(place); });
  if (has_left || restricted_.contains(place.person) || last_consent(place) != nullptr) return;
  requests_.push_back({.place = place, .spelling = spelling, .spellings = {spelling}, .at = now});
  requests_.back().without_consent = true;
  put_in_force(requests_.back());
}

void Reference::end(SuppressionKind kind, const std::string& person, const ListName& list, Instant now) {
  note_act(person, now);
  if (list) return end_at(kind, {person, *list}, now);
  end_everywhere(kind, person, now);
}

void Reference::unblock(const std::string& person, const ListName& list, Instant now) {
  note_act(person, now);
  std::set<ListName> blocked;
  for (const auto& leaving : leavings_) {
    if (leaving.person == person && leaving.kind == SuppressionKind::blocked) blocked.insert(leaving.list);
  }
  if (list && blocked.contains(std::nullopt)) return;
  for (const auto& where : blocked) {
    if (list && where != list) continue;
    auto* consent = where ? last_consent({person, *where}) : nullptr;
    if (consent != nullptr) ++consent->records;
    // Everything that was before is covered by leaving now.
    std::erase_if(leavings_,
                  [&](const Leaving& leaving) { return leaving.person == person && leaving.list == where; });
    leave(SuppressionKind::unsubscribed, person, where, now);
    if (consent != nullptr && consent->without_consent) leavings_.back().until.reset();
  }
}

void Reference::erase(const std::string& person, const ListName& list, bool declared, Instant now) {
  note_act(person, now);
  for (const auto& place : places(person, list)) erase_at(place, declared, now);
  end_questions_of_the_erased(person, now);
}

void Reference::erase_at(const Place& place, bool declared, Instant now) {
  std::erase_if(requests_,
                [&](const Request& request) { return request.place == place && !request.was_confirmed(); });
  if (last_consent(place) != nullptr && !declared) end_at(SuppressionKind::unsubscribed, place, now);
  if (last_consent(place) != nullptr && declared) {
    Instant until{};
    for (auto* request : at(place)) {
      until = std::max(until, request->held_until.value_or(end_of(window_, now)));
    }
    std::erase_if(requests_, [&](const Request& request) { return request.place == place; });
    receipts_.push_back({place, until});
    leave({place.person, place.list, SuppressionKind::unsubscribed, now, until});
  }
  end_restrictions_of_the_gone();
}

void Reference::end_questions_of_the_erased(const std::string& person, Instant now) {
  if (!places(person, std::nullopt).empty()) return;
  for (auto& question : questions_) {
    if (question.person != person || !question.has_address) continue;
    if (!question.kept_until) question.kept_until = end_of({}, now);
    question.has_address = false;
    question.link_until.reset();
    question.letter.reset();
  }
}

void Reference::end_restrictions_of_the_gone() {
  std::erase_if(restricted_, [&](const std::string& person) {
    return std::none_of(requests_.begin(), requests_.end(),
                        [&](const Request& request) { return request.place.person == person; });
  });
}

void Reference::import(SuppressionKind kind, const std::string& person, const ListName& list, Instant since,
                       Instant now) {
  bool has_come_back = false;
  for (const auto& place : places(person, list)) {
    const auto* consent = last_consent(place);
    if (consent == nullptr) continue;
    const bool is_subscribed = consent->state == SignupState::confirmed;
    // A permission is nobody's wish, so it is younger than no leaving.
    const bool is_older = consent->without_consent || consent->at <= since;
    if (kind == SuppressionKind::blocked || (is_subscribed && is_older)) {
      end_at(kind, place, now);
    } else if (is_subscribed && list) {
      has_come_back = true;
    }
  }
  const bool is_over = kind == SuppressionKind::unsubscribed && end_of(window_, since) <= now;
  if (!has_come_back && !is_over) leave(kind, person, list, since);
}

}  // namespace optledger::test
