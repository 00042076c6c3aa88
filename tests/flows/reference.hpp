// What the product promises, told once more and as plainly as possible: nothing is merged, looked up or
// optimised here. Every request and every leaving stays what it was, and whoever asks gets an answer by
// looking through all of them. Lifting and deletion alone ever take one away.
#pragma once

#include "tests/flows/stage.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace optledger::test {

// One person on one list. Persons are named by their address in lower case.
struct Place {
  std::string person;
  std::string list;
  auto operator<=>(const Place&) const = default;
};

struct OwedLetter {
  Instant due{};
  int attempts = 0;
  Instant leased_until = {};
};

// One sign-up that was recorded. Each is made under a spelling of the address of its own (the case of its
// letters), which names it in this model and finds its bytes in the files.
struct Request {
  Place place;
  std::string spelling;
  std::set<std::string> spellings;  // that of every repeat too: what the files may hold because of it
  Instant at{};
  SignupState state = SignupState::pending;
  std::size_t turn = 0;          // of all that ever came into force, which one
  bool without_consent = false;  // an existing customer's
  std::optional<Instant> held_until = {};
  std::size_t records = 1;
  std::optional<OwedLetter> letter = {};
  std::size_t leavings_before = 0;

  bool was_confirmed() const { return state == SignupState::confirmed || state == SignupState::withdrawn; }
};

// "What is held about me?", named by its spelling as well.
struct Question {
  std::string person;
  std::string spelling;
  Instant at{};
  bool for_officer = false;  // no letter may go out, so a human has to answer
  bool has_address = true;
  std::optional<Instant> link_until = {};
  std::set<PrivacyRight> used = {};
  std::optional<Instant> kept_until = {};  // once answered
  std::optional<OwedLetter> letter = {};
};

struct Rule {
  SuppressionKind kind;
  Instant since{};
  std::optional<Instant> until;
  bool operator==(const Rule&) const = default;
};

// What anybody can see of one place.
struct Standing {
  struct Held {
    std::string spelling;  // none when cancelled
    std::string state;
    std::size_t records = 0;
    std::optional<Instant> held_until;
    bool operator==(const Held&) const = default;
  };
  std::string subscription;  // its state, or nothing
  std::string suppression;   // its kind, or nothing
  std::optional<Rule> rule;  // of exactly this list
  std::optional<Rule> rule_for_every_list;
  std::vector<Held> held;
  std::size_t receipts = 0;
  std::size_t acts = 0;       // of operators, about the person
  std::size_t questions = 0;  // of the person, and what they did with the links
  bool operator==(const Standing&) const = default;
};

std::string words(const Standing& standing);

class Reference {
 public:
  explicit Reference(ProofWindow window) : window_(window) {}

  void sign_up(const Place& place, const std::string& spelling, Instant now);
  bool confirm(const std::string& spelling, Instant now);
  void cancel(const std::string& spelling, bool no_more_letters, Instant now);
  // `subscription`: which of those that there have been at this place.
  void unsubscribe(const Place& place, int subscription, Instant now);

  void ask(const std::string& person, const std::string& spelling, Instant now);
  void exercise(const std::string& spelling, PrivacyRight right, bool declared, Instant now);

  void permit(const Place& place, const std::string& spelling, Instant now);
  void end(SuppressionKind kind, const std::string& person, const ListName& list, Instant now);
  void unblock(const std::string& person, const ListName& list, Instant now);
  void erase(const std::string& person, const ListName& list, bool declared, Instant now);
  void import(SuppressionKind kind, const std::string& person, const ListName& list, Instant since,
              Instant now);

  // The spellings of those who are written to.
  std::set<std::string> claim(Instant now);
  void record(const std::string& spelling, int attempts, DeliveryOutcome outcome, Instant now);
  bool forget(Instant now);
  void accept_clock(Instant now) { known_time_ = now; }
  void release_leases();

  Standing standing(const Place& place) const;
  // Whether somebody left after this request was made: also when that is lifted or forgotten by now.
  bool has_left_since(const std::string& spelling);
  // Of the subscription there is now, or was last.
  int subscription(const Place& place) const;
  // Exactly these stand in the files.
  std::set<std::string> spellings() const;
  // The moments at which something ends or falls due.
  std::set<Instant> ends() const;
  const std::vector<Request>& requests() const { return requests_; }

 private:
  struct Leaving {
    std::string person;
    ListName list;
    SuppressionKind kind;
    Instant since{};
    std::optional<Instant> until;
    bool covers(const Place& place) const { return person == place.person && (!list || *list == place.list); }
    // Whoever asked for something at that time asked in vain.
    bool closes(Instant at) const { return kind == SuppressionKind::blocked || at <= since; }
  };
  struct Receipt {
    Place place;
    Instant until{};
  };

  std::optional<Rule> strictest(const std::string& person, const ListName& list) const;
  std::vector<Request*> at(const Place& place);
  Request* find(const std::string& spelling);
  Question* find_question(const std::string& spelling);
  Request* last_consent(const Place& place);
  Request* evidence(const Place& place);
  std::vector<Place> places(const std::string& person, const ListName& list) const;
  template <typename Condition>
  bool any_leaving(Condition&& condition) const {
    return std::any_of(leavings_.begin(), leavings_.end(), condition);
  }
  bool is_blocked(const Place& place) const;
  bool is_blocked_anywhere(const std::string& person) const;
  bool is_open(const Request& request, Instant now) const;
  bool is_owed(const Question& question, Instant now) const;

  void put_in_force(Request& request);
  void leave(SuppressionKind kind, const std::string& person, const ListName& list, Instant since);
  void leave(const Leaving& leaving);
  void end_at(SuppressionKind kind, const Place& place, Instant now);
  void end_everywhere(SuppressionKind kind, const std::string& person, Instant now);
  void erase_at(const Place& place, bool declared, Instant now);
  void forget_leavings(Instant now);
  void end_questions_of_the_erased(const std::string& person, Instant now);
  void end_restrictions_of_the_gone();
  void record(Request& request, const OwedLetter& next, DeliveryOutcome outcome);
  void record(Question& question, const OwedLetter& next, DeliveryOutcome outcome, Instant now);
  void note_act(const std::string& person, Instant now) { acts_.emplace(person, end_of({}, now)); }

  ProofWindow window_;
  std::vector<Request> requests_;
  std::vector<Question> questions_;
  std::vector<Leaving> leavings_;
  std::vector<Leaving> all_leavings_;  // nothing is ever taken from these
  std::vector<Receipt> receipts_;
  std::set<std::string> restricted_;
  std::multimap<std::string, Instant> acts_;       // what operators did, and until when it is remembered
  std::multimap<std::string, Instant> exercises_;  // what people did with their link, likewise
  std::map<Place, int> subscriptions_;             // how many there have been
  std::size_t turns_ = 0;
  std::optional<Instant> known_time_;
};

}  // namespace optledger::test
