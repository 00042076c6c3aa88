// The real flows and runs on a real SQLite file, beside a CleverReach in memory, under a clock the test
// moves.
#pragma once

#include "service/flows/sync_receivers.hpp"
#include "tests/fakes/counting_entropy.hpp"
#include "tests/fakes/fake_cleverreach.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace optledger::test {

// What a process that was killed can still do: nothing.
struct Killed : std::runtime_error {
  Killed() : std::runtime_error("killed") {}
};

class MortalStore final : public Store {
 public:
  explicit MortalStore(std::unique_ptr<Store> real) : real_(std::move(real)) {}
  bool is_dead = false;

  void read(const std::function<void(Reading&)>& work) override { living().read(work); }
  void write(const std::function<void(Transaction&)>& work) override { living().write(work); }
  std::unique_ptr<RunLock> try_lock(std::string_view name) override { return living().try_lock(name); }
  bool has_traces() const override { return real_->has_traces(); }
  bool purge_deleted() override { return living().purge_deleted(); }
  std::vector<std::string> verify_integrity() override { return living().verify_integrity(); }

 private:
  Store& living() {
    if (is_dead) throw Killed();
    return *real_;
  }
  std::unique_ptr<Store> real_;
};

class Stage {
 public:
  Stage();

  bool confirm(int person);  // signs up and follows the link; false: it did not take effect
  void leave(int person);
  void block(int person);
  void erase(int person);
  void restrict(int person);
  void lift(int person);
  void rename(int person, const std::string& name);
  void hint(const std::string& provider_id);
  void forget();
  void reopen();

  const EmailAddress& address(int person) const;
  const Fingerprint& fingerprint(int person) const;
  ProviderStanding standing(int person);
  std::optional<ProviderReceiver> known(int person);
  std::int64_t owed();
  // Of every signup held of the person the bodies of its records, in their order.
  std::vector<std::vector<Json>> records(int person);

  SyncedList synced();
  MortalStore& store() { return *store_; }

  static constexpr int persons = 3;
  ManualClock clock;
  FakeCleverReach there{clock};

 private:
  template <typename Decide>
  void change_standing(int person, Decide&& decide);

  TemporaryFolder folder_;
  CountingEntropy entropy_;
  ProofWindow window_;
  std::unique_ptr<MortalStore> store_;
};

}  // namespace optledger::test
