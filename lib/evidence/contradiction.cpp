#include "lib/evidence/contradiction.hpp"

#include "lib/evidence/doubt.hpp"
#include "lib/evidence/signup_evidence.hpp"
#include "lib/subscription/in_force.hpp"

#include <algorithm>

namespace optledger {
namespace {

// A record that decides the state of a subscription.
struct Event {
  std::int64_t leaf_index = 0;
  std::string kind;
  Instant at{};
  const Json* details = nullptr;
  const SignupStanding* of = nullptr;

  bool begins() const { return kind == "confirmed" || kind == "imported"; }
  bool ends() const { return kind == "unsubscribed" || kind == "blocked"; }
};
using Events = std::vector<Event>;

Events events_on(const ListStanding& list) {
  Events events;
  for (const auto& signup : list.signups) {
    for (const auto& [index, record] : signup.records) {
      Event event{index, record.at("kind").get<std::string>(), {}, &record.at("details"), &signup};
      if (!event.begins() && !event.ends() && event.kind != "unblocked") continue;
      event.at = parse_rfc3339(record.at("at").get_ref<const std::string&>()).value();
      events.push_back(std::move(event));
    }
  }
  std::sort(events.begin(), events.end(),
            [](const Event& left, const Event& right) { return left.leaf_index < right.leaf_index; });
  return events;
}

// What was in force beside the consent that a subscription rested on, and ended with it, is due at the same
// time: the record of the end may be erased a moment before it.
bool may_be_left_over(const Signup& signup, const ListStanding& list, const EvidenceTerms& terms) {
  const bool is_rested_on = list.subscription && list.subscription->signup == signup.id;
  return !is_rested_on && signup.held_until && terms.last_erasure &&
         *terms.last_erasure >= *signup.held_until;
}

// Everything in force on a list ends together, and the record of it is kept with one of them.
void examine_end(const Signup& signup, const ListStanding& list, const Events& events,
                 Events::const_iterator begun, const EvidenceTerms& terms, Doubt& doubt) {
  const auto end = std::find_if(begun, events.end(), [](const Event& event) { return event.ends(); });
  const bool is_there = end != events.end() && signup.withdrawn_at == end->at;
  if (!is_there && may_be_left_over(signup, list, terms)) return;
  if (end == events.end()) {
    doubt.demand(signup.state == SignupState::confirmed, "it is said to be {}, and no record ended it",
                 to_text(signup.state));
    return;
  }
  doubt.demand(signup.state == SignupState::withdrawn, "it is said to be {}, and record {} ended it",
               to_text(signup.state), end->leaf_index);
  doubt.demand(signup.withdrawn_at == end->at, "record {} has another time of the end", end->leaf_index);
  doubt.demand(end->details->value("held_until", Json()) == or_null(signup.held_until),
               "record {} has another end of the proof window", end->leaf_index);
}

// Of several requests only the newest is open.
void examine_request_state(const ListStanding& list, std::size_t which, const EvidenceTerms& terms,
                           Doubt& doubt) {
  const auto& signup = list.signups[which].signup;
  const bool has_newer = std::any_of(
      list.signups.begin() + static_cast<std::ptrdiff_t>(which) + 1, list.signups.end(),
      [](const SignupStanding& newer) { return newer.signup.basis == LegalBasis::double_opt_in; });
  if (signup.state == SignupState::pending)
    doubt.demand(!has_newer, "it is said to be pending, and a newer one is there");
  if (signup.state == SignupState::superseded) {
    doubt.demand(has_newer || (terms.last_erasure && *terms.last_erasure >= signup.requested_at),
                 "it is said to be superseded, and no newer one is there");
  }
  doubt.demand(!signup.withdrawn_at, "no record says that it was confirmed");
}

void examine_signups(const ListStanding& list, const Events& events, const EvidenceTerms& terms,
                     const std::string& person, std::optional<std::string>& found) {
  for (std::size_t i = 0; i < list.signups.size() && !found; ++i) {
    const auto& one = list.signups[i];
    Doubt doubt(fmt::format("the signup of {} on list {}, requested at {}", person, list.list,
                            to_rfc3339(one.signup.requested_at)));
    examine_signup(one, terms, doubt);
    const auto begun = std::find_if(events.begin(), events.end(),
                                    [&](const Event& event) { return event.of == &one && event.begins(); });
    if (begun != events.end()) {
      examine_end(one.signup, list, events, begun, terms, doubt);
    } else {
      examine_request_state(list, i, terms, doubt);
    }
    found = doubt.found();
  }
}

struct Course {
  Events::const_iterator begun;  // what the subscription rests on
  SubscriptionState state = SubscriptionState::confirmed;
  std::optional<Instant> ended_at;
  const Event* last_end = nullptr;  // the last that decided
};

std::optional<Course> course_of(const Events& events) {
  const auto last =
      std::find_if(events.rbegin(), events.rend(), [](const Event& event) { return event.begins(); });
  if (last == events.rend()) return std::nullopt;
  Course course{last.base() - 1, SubscriptionState::confirmed, std::nullopt, nullptr};
  for (auto event = course.begun + 1; event != events.end(); ++event) {
    course.last_end = &*event;
    if (!course.ended_at) course.ended_at = event->at;
    course.state = event->kind == "blocked" ? SubscriptionState::blocked : SubscriptionState::unsubscribed;
  }
  return course;
}

// A list's subscription goes with the consent it rested on, which has the record of its end. Who has none was
// beside it.
bool may_be_gone(const Course& course, const EvidenceTerms& terms) {
  const auto* last = course.begun->of;
  return may_be_left_over(last->signup, {}, terms) &&
         std::none_of(last->records.begin(), last->records.end(), [](const KnownRecord& one) {
           return one.record.at("kind") == "unsubscribed" || one.record.at("kind") == "blocked";
         });
}

// Left by the list's unsubscribe link, or by "this was not me" in a letter that asked again.
bool is_link_of(const std::string& hash, const Subscription& subscription, const ListStanding& list,
                const TokenKeys& keys) {
  if (is_hash_of(hash, TokenPurpose::unsubscribe, keys, subscription.nonce)) return true;
  return std::any_of(list.signups.begin(), list.signups.end(), [&](const SignupStanding& one) {
    return is_hash_of(hash, TokenPurpose::confirm, keys, one.signup.id);
  });
}

void examine_link(const Course& course, const Subscription& subscription, const ListStanding& list,
                  const Events& events, const EvidenceTerms& terms, Doubt& doubt) {
  for (auto event = course.begun + 1; event != events.end(); ++event) {
    const auto hash = event->details->value("token_sha256", Json());
    if (!hash.is_string() || (terms.last_erasure && *terms.last_erasure >= event->at)) continue;
    doubt.demand(is_link_of(hash, subscription, list, terms.token_keys), "record {} is about another link",
                 event->leaf_index);
  }
}

// What has ended is followed by a rule for exactly this list that is no weaker, until both are forgotten.
void examine_rule_of_leaving(const Course& course, const PersonStanding& standing, const ListStanding& list,
                             const EvidenceTerms& terms, Doubt& doubt) {
  const auto& signup = course.begun->of->signup;
  const auto rule = rule_of(standing.rules, list.list);
  const auto& end = *course.last_end;
  if (!rule) {
    doubt.demand(signup.held_until && *signup.held_until <= terms.now,
                 "record {} ended it, and no rule holds", end.leaf_index);
    return;
  }
  const bool is_blocked = rule->kind == SuppressionKind::blocked;
  doubt.demand(is_blocked == (course.state == SubscriptionState::blocked),
               "record {} ended it, and the rule says {}", end.leaf_index, to_text(rule->kind));
  doubt.demand(rule->since >= end.at, "record {} ended it, and the rule holds since before", end.leaf_index);
  doubt.demand(!rule->until || !signup.held_until || *rule->until >= *signup.held_until,
               "record {} ended it, and the rule is to be forgotten before its evidence", end.leaf_index);
  if (is_blocked) doubt.demand(!rule->until, "a block is never forgotten");
}

void examine_rules_in_force(const Course& course, const PersonStanding& standing, const ListStanding& list,
                            Doubt& doubt) {
  const auto& signup = course.begun->of->signup;
  for (const auto& rule : covering(standing.rules, list.list)) {
    if (rule.kind == SuppressionKind::restricted) continue;
    doubt.demand(overtakes(signup, rule), "record {} puts it in force, and a rule of {} forbids it",
                 course.begun->leaf_index, to_rfc3339(rule.since));
  }
}

void examine_subscription(const PersonStanding& standing, const ListStanding& list, const Events& events,
                          const EvidenceTerms& terms, Doubt& doubt) {
  const auto course = course_of(events);
  const auto& subscription = list.subscription;
  if (!subscription) {
    doubt.demand(!course || may_be_gone(*course, terms), "it is not there, and record {} puts it in force",
                 course ? course->begun->leaf_index : 0);
    return;
  }
  if (!doubt.demand(course.has_value(), "no record puts it in force")) return;
  const auto& signup = course->begun->of->signup;
  const auto index = course->begun->leaf_index;
  doubt.demand(subscription->signup == signup.id, "it rests on another signup than record {} says", index);
  doubt.demand(subscription->confirmed_at == signup.confirmed_at,
               "record {} has another time since when it is in force", index);
  doubt.demand(subscription->state == course->state,
               "it is said to be {}, and the records say {} (record {})", to_text(subscription->state),
               to_text(course->state), course->last_end != nullptr ? course->last_end->leaf_index : index);
  doubt.demand(subscription->ended_at == course->ended_at, "the records have another time of its end");
  examine_link(*course, *subscription, list, events, terms, doubt);
  if (course->last_end != nullptr) {
    examine_rule_of_leaving(*course, standing, list, terms, doubt);
  } else {
    examine_rules_in_force(*course, standing, list, doubt);
  }
}

// Records of restricting and lifting on any list, in the ledger's order.
struct RestrictionEvent {
  std::int64_t leaf_index = 0;
  bool restricts = false;
  Instant at{};
};

std::vector<RestrictionEvent> restrictions_of(const PersonStanding& standing) {
  std::vector<RestrictionEvent> events;
  for (const auto& list : standing.lists) {
    for (const auto& signup : list.signups) {
      for (const auto& [index, record] : signup.records) {
        const auto& kind = record.at("kind");
        const bool restricts = kind == to_text(RecordKind::restricted);
        if (!restricts && kind != to_text(RecordKind::unrestricted)) continue;
        events.push_back(
            {index, restricts, parse_rfc3339(record.at("at").get_ref<const std::string&>()).value()});
      }
    }
  }
  std::sort(events.begin(), events.end(),
            [](const auto& left, const auto& right) { return left.leaf_index < right.leaf_index; });
  return events;
}

// Who restricts twice is restricted since the first time.
void examine_restriction(const PersonStanding& standing, const EvidenceTerms& terms, Doubt& doubt) {
  const auto rule = std::find_if(standing.rules.begin(), standing.rules.end(), [](const Suppression& one) {
    return one.kind == SuppressionKind::restricted;
  });
  const bool is_there = rule != standing.rules.end();
  const auto events = restrictions_of(standing);
  if (events.empty() || !events.back().restricts) {
    const bool may_be_erased = is_there && terms.last_erasure && *terms.last_erasure >= rule->since;
    doubt.demand(!is_there || (events.empty() && may_be_erased),
                 "it is there, and no record puts it in force");
    return;
  }
  if (!doubt.demand(is_there, "it is not there, and record {} puts it in force", events.back().leaf_index))
    return;
  auto first = events.rbegin();
  while (first + 1 != events.rend() && (first + 1)->restricts) ++first;
  doubt.demand(rule->since == first->at, "record {} has another time", first->leaf_index);
}

std::optional<std::string> examine(const PersonStanding& standing, const EvidenceTerms& terms) {
  const auto person = "person " + to_hex(standing.person.bytes).substr(0, 16);
  for (const auto& list : standing.lists) {
    std::optional<std::string> found;
    const auto events = events_on(list);
    examine_signups(list, events, terms, person, found);
    if (found) return found;
    Doubt doubt(fmt::format("the subscription of {} on list {}", person, list.list));
    examine_subscription(standing, list, events, terms, doubt);
    if (doubt.found()) return doubt.found();
  }
  Doubt doubt(fmt::format("the restriction of {}", person));
  examine_restriction(standing, terms, doubt);
  return doubt.found();
}

}  // namespace

std::optional<std::string> contradiction(const PersonStanding& standing, const EvidenceTerms& terms) {
  try {
    return examine(standing, terms);
  } catch (const std::exception& fault) {
    return fmt::format("a record of person {} is not in a form of ours ({})",
                       to_hex(standing.person.bytes).substr(0, 16), fault.what());
  }
}

}  // namespace optledger
