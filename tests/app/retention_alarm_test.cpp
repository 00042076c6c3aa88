// A retention run that does not happen, for whatever reason, raises an alarm after a day.
#include "service/flows/forget.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/app/running_app.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

// A store whose writes and reads hang, as on a network drive that went away, until it is let go.
class StuckStore final : public Store {
 public:
  explicit StuckStore(Store& real) : real_(real) {}
  ~StuckStore() override { is_stuck = false; }

  void read(const std::function<void(Reading&)>& work) override {
    hang();
    real_.read(work);
  }
  void write(const std::function<void(Transaction&)>& work) override {
    hang();
    real_.write(work);
  }
  std::unique_ptr<RunLock> try_lock(std::string_view name) override { return real_.try_lock(name); }
  bool has_traces() const override { return real_.has_traces(); }
  bool purge_deleted() override { return real_.purge_deleted(); }
  std::vector<std::string> verify_integrity() override { return real_.verify_integrity(); }

  std::atomic<bool> is_stuck = false;
  std::atomic<int> hanging = 0;

 private:
  void hang() {
    ++hanging;
    while (is_stuck) std::this_thread::sleep_for(5ms);
    --hanging;
  }
  Store& real_;
};

bool soon(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 1200 && !condition(); ++tries) std::this_thread::sleep_for(25ms);
  return condition();
}

bool complains(const RunningApp& app) {
  const auto answer = app.client().Get("/readyz");
  return answer && answer->body.find("retention overdue") != std::string::npos;
}

std::string overdue_metric(RunningApp& app, const httplib::Headers& key) {
  const auto body = app.client().Get("/metrics", key)->body;
  const std::string name = "\noptledger_retention_overdue ";
  return body.substr(body.find(name) + name.size(), 1);
}

}  // namespace

TEST_CASE("a run that fails for a day is an alarm in /readyz and in the metrics, until one succeeds") {
  RunningApp app;
  const httplib::Headers key{{"Authorization", "Bearer " + app.add_key({"stats"})}};
  SQLite::Database database((app.folder() / "state" / "optledger.db").string(), SQLite::OPEN_READWRITE, 5000);
  CHECK_FALSE(complains(app));
  CHECK(overdue_metric(app, key) == "0");
  database.exec("ALTER TABLE erasure_receipt RENAME TO mislaid");
  app.clock.advance(24h - 1min);
  CHECK_FALSE(complains(app));
  app.clock.advance(2min);
  CHECK(soon([&] { return complains(app); }));
  CHECK(overdue_metric(app, key) == "1");
  database.exec("ALTER TABLE mislaid RENAME TO erasure_receipt");
  CHECK(soon([&] { return !complains(app); }));
  CHECK(overdue_metric(app, key) == "0");
}

TEST_CASE("a run that hangs for a day is an alarm too") {
  TemporaryFolder folder;
  ManualClock clock;
  SystemEntropy entropy;
  const auto opened = open_sqlite_store(folder.path() / "test.db", clock.now());
  StuckStore store(*opened.store);
  Metrics metrics;
  Health health;
  const RetentionConfig settings;
  RetentionWorker worker({store, clock, entropy, settings, nullptr, metrics, health});
  worker.catch_up();
  store.is_stuck = true;
  worker.start();
  REQUIRE(soon([&] { return store.hanging > 0; }));
  clock.advance(24h);
  std::this_thread::sleep_for(1500ms);
  CHECK(health.trouble().empty());
  clock.advance(1ms);
  CHECK(soon([&] { return health.trouble().find("retention overdue") != std::string::npos; }));
  CHECK(metrics.text().find("\noptledger_retention_overdue 1") != std::string::npos);
  store.is_stuck = false;
  CHECK(soon([&] { return health.trouble().empty(); }));
}

TEST_CASE("the last run is known after a restart, and a stopped clock is an alarm when nothing runs") {
  TemporaryFolder folder;
  ManualClock clock;
  SystemEntropy entropy;
  const auto began = clock.now();
  const auto opened = open_sqlite_store(folder.path() / "test.db", clock.now());
  CHECK_FALSE(last_retention_run(*opened.store));
  Metrics metrics;
  Health health;
  const RetentionConfig settings;
  {
    RetentionWorker({*opened.store, clock, entropy, settings, nullptr, metrics, health}).catch_up();
  }
  CHECK(last_retention_run(*opened.store) == began);
  clock.advance(24h * 40);  // further than max_clock_jump: nothing is deleted
  Metrics later;
  RetentionWorker worker({*opened.store, clock, entropy, settings, nullptr, later, health});
  worker.catch_up();
  CHECK(last_retention_run(*opened.store) == began);
  CHECK(later.text().find("\noptledger_retention_overdue 1") != std::string::npos);
  accept_clock(*opened.store, clock);
  worker.catch_up();
  CHECK(last_retention_run(*opened.store) == clock.now());
  CHECK(later.text().find("\noptledger_retention_overdue 0") != std::string::npos);
}
