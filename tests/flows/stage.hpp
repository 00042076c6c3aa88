// The real flows on a real SQLite file, under a clock the test moves: what people, operators and the workers
// of a running service do, one call each.
#pragma once

#include "service/flows/confirm.hpp"
#include "service/flows/erase_person.hpp"
#include "service/flows/exercise_rights.hpp"
#include "service/flows/import_suppressions.hpp"
#include "service/flows/send_letters.hpp"
#include "tests/fakes/counting_entropy.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace optledger::test {

using ListName = std::optional<std::string>;  // absent: every list

class Stage {
 public:
  // What the configuration says unless it says otherwise.
  static constexpr Duration unconfirmed{std::chrono::hours{24 * 7}};
  static constexpr Duration max_clock_jump{std::chrono::hours{24 * 31}};
  static constexpr Duration lease{std::chrono::minutes{3}};
  static const LetterPolicy letter_policy;
  static const FingerprintKey fingerprint_key;
  static const TokenKey token_key;

  Stage(Instant start, ProofWindow window);

  void sign_up(const std::string& email, const std::string& list);
  ConfirmResult confirm(const std::string& token);
  void cancel(const std::string& token, bool no_more_letters);
  void unsubscribe(const std::string& token);
  void ask(const std::string& email);  // what is held about it
  void exercise(const std::string& token, PrivacyRight right, bool declared);

  void permit(const std::string& email, const std::string& list);  // an existing customer, from a file
  void end(SuppressionKind kind, const std::string& email, const ListName& list);
  void unblock(const std::string& email, const ListName& list);
  void erase(const std::string& email, const ListName& list, bool declared);
  void import(SuppressionKind kind, const std::string& email, const ListName& list, Instant since);

  std::vector<ClaimedLetter> claim();
  void record(const ClaimedLetter& letter, DeliveryOutcome outcome);
  // As the retention worker does it. False: the clock is not trusted, and nothing was deleted.
  bool forget();
  void accept_clock();
  // The process ends, in order or killed, and the next one starts as `serve` does.
  void restart(bool is_killed = false);

  static std::string unsubscribe_token(const Subscription& subscription);

  Store& store() { return *store_; }
  std::filesystem::path folder() const { return folder_.path(); }
  std::filesystem::path database() const { return folder_.path() / "optledger.db"; }

  ManualClock clock;

 private:
  OperatorRequest asked_for(const std::string& email, const ListName& list) const;
  void open();

  TemporaryFolder folder_;
  ProofWindow window_;
  CountingEntropy entropy_;
  std::unique_ptr<Store> store_;
};

}  // namespace optledger::test
