// Plays a history twice, on the real flows and on the reference model, and compares after each step. Tells
// what it did in words, so that a failing history can be read.
#pragma once

#include "tests/flows/evidence.hpp"
#include "tests/flows/history.hpp"
#include "tests/flows/reference.hpp"
#include "tests/flows/stage.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace optledger::test {

class Play {
 public:
  explicit Play(bool short_window);

  // What is wrong after this step; nothing: nothing is.
  std::optional<std::string> go(const Step& step);
  const std::string& told() const { return told_; }
  // What `ledger verify` would say: in no history is there anything to say.
  std::optional<std::string> difference();

 private:
  struct LetterLink {
    std::string token;
    std::string spelling;  // of the address it went to
  };
  struct UnsubscribeLink {
    std::string token;
    Place place;
    int subscription;
  };

  void act(const Step& step);
  void wait(const Step& step);
  void wait_for_an_end(const Step& step);
  void sign_up(const Step& step);
  void subscribe(const Step& step);
  void send_letters(const Step& step);
  void note_letter(const ClaimedLetter& letter);
  void late_result(const Step& step);
  void confirm(const Step& step);
  void cancel(const Step& step, bool no_more_letters);
  void unsubscribe(const Step& step);
  void ask(const Step& step);
  void exercise(const Step& step);
  void exercise_at_once(const Step& step);
  void permit(const Step& step);
  void end(const Step& step, SuppressionKind kind);
  void unblock(const Step& step);
  void erase(const Step& step, bool declared);
  void import(const Step& step, SuppressionKind kind);
  void forget();
  void restart(const Step& step);

  template <typename Post>
  void twice(Post&& post);
  void record(const ClaimedLetter& letter, std::size_t result);
  void compare_standings();
  void compare_files();
  bool may_be_mailed(const ClaimedLetter& letter);

  std::string spell(std::size_t person);
  Instant now() { return stage_.clock.now(); }
  void tell(const std::string& sentence);
  void require(bool holds, const std::string& problem);

  Stage stage_;
  Reference reference_;
  std::unique_ptr<Evidence> evidence_;
  std::vector<LetterLink> confirm_links_;
  std::vector<UnsubscribeLink> unsubscribe_links_;
  std::vector<LetterLink> privacy_links_;
  std::vector<ClaimedLetter> in_flight_;
  std::vector<std::size_t> spelled_;  // how often each person's address was typed
  std::set<std::string> spellings_;   // that the files may hold, as of the step before
  bool must_look_into_files_ = false;
  std::string told_;
  std::optional<std::string> problem_;
};

}  // namespace optledger::test
