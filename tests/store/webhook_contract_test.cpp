// What every engine must keep of webhooks.
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace optledger;
using namespace std::chrono_literals;

namespace {

class WebhookSqlite {
 public:
  std::unique_ptr<Store> open() { return open_sqlite_store(folder_.path() / "test.db", noon).store; }

 private:
  TemporaryFolder folder_;
};

const Digest call{1, 2, 3};

bool knows(Store& store, const Digest& digest) {
  return read_from(store, [&](Reading& reading) { return reading.knows_webhook_call(digest); });
}

void put(Store& store, const WebhookDelivery& delivery) {
  store.write([&](Transaction& transaction) { transaction.put_webhook_delivery(delivery); });
}

WebhookDelivery delivery(std::int64_t leaf, Instant due_at, const std::string& endpoint = "shop") {
  return {endpoint, leaf, 0, due_at, noon + 24h};
}

std::vector<std::int64_t> due(Store& store, Instant now, int limit = 10) {
  std::vector<std::int64_t> leaves;
  for (const auto& one : read_from(
           store, [&](Reading& reading) { return reading.due_webhook_deliveries("shop", now, limit); })) {
    leaves.push_back(one.leaf_index);
  }
  return leaves;
}

WebhookCounts count(Store& store) {
  return read_from(store, [](Reading& reading) { return reading.count_webhook_deliveries("shop"); });
}

}  // namespace

TEST_CASE_TEMPLATE("a signed call is known from its commit to its end", Engine, WebhookSqlite) {
  Engine engine;
  CHECK_FALSE(knows(*engine.open(), call));
  engine.open()->write(
      [](Transaction& transaction) { transaction.apply({KeepWebhookCall{call, noon + 1h}}); });
  const auto store = engine.open();
  CHECK(knows(*store, call));
  CHECK_FALSE(knows(*store, Digest{1, 2, 4}));
  const auto ended = [&](Instant now) {
    return read_from(*store, [&](Reading& reading) { return reading.due_for_deletion(now, 10); });
  };
  CHECK(ended(noon + 1h - 1ms).empty());
  REQUIRE(ended(noon + 1h).webhook_calls.size() == 1);
  store->write([&](Transaction& transaction) {
    CHECK(transaction.count_due_for_deletion(noon + 1h).webhook_calls == 1);
    transaction.apply(forget(transaction.due_for_deletion(noon + 1h, 10), noon + 1h, {}));
    transaction.keep_deletion_receipt(noon + 1h, {.webhook_calls = 1});
  });
  CHECK_FALSE(knows(*store, call));
}

TEST_CASE_TEMPLATE("the same call cannot be kept twice", Engine, WebhookSqlite) {
  Engine engine;
  const auto store = engine.open();
  const auto keep = [&] {
    store->write([](Transaction& transaction) { transaction.apply({KeepWebhookCall{call, noon}}); });
  };
  keep();
  CHECK_THROWS(keep());
}

TEST_CASE_TEMPLATE("how far an endpoint has been told is there after reopening", Engine, WebhookSqlite) {
  Engine engine;
  const auto read = [&] {
    return read_from(*engine.open(), [](Reading& reading) { return reading.webhook_endpoint("shop"); });
  };
  CHECK_FALSE(read());
  engine.open()->write([](Transaction& transaction) {
    transaction.put_webhook_endpoint({"shop", 7, std::nullopt});
    transaction.put_webhook_endpoint({"crm", 1, std::nullopt});
    transaction.put_webhook_endpoint({"shop", 9, noon});
  });
  REQUIRE(read());
  CHECK(read()->next_leaf == 9);
  CHECK(read()->disabled_at == noon);
}

TEST_CASE_TEMPLATE("deliveries are due by endpoint, the longest due first", Engine, WebhookSqlite) {
  Engine engine;
  const auto store = engine.open();
  put(*store, delivery(5, noon));
  put(*store, delivery(4, noon));
  put(*store, delivery(9, noon - 1s));
  put(*store, delivery(1, noon + 1ms));
  put(*store, delivery(2, noon, "crm"));
  CHECK(due(*store, noon) == std::vector<std::int64_t>{9, 4, 5});
  CHECK(due(*store, noon, 1) == std::vector<std::int64_t>{9});
  put(*store, {"shop", 9, 3, noon + 1h, noon + 24h});
  CHECK(due(*store, noon) == std::vector<std::int64_t>{4, 5});
  store->write([](Transaction& transaction) { transaction.end_webhook_delivery("shop", 4); });
  CHECK(due(*store, noon + 2h) == std::vector<std::int64_t>{5, 1, 9});
}

TEST_CASE_TEMPLATE("what was given up is counted, and tried again when somebody says so", Engine,
                   WebhookSqlite) {
  Engine engine;
  const auto store = engine.open();
  put(*store, delivery(1, noon));
  put(*store, {"shop", 2, 10, std::nullopt, noon + 24h});
  CHECK(count(*store).waiting == 1);
  CHECK(count(*store).given_up == 1);
  CHECK(due(*store, noon + 1000h) == std::vector<std::int64_t>{1});
  store->write([](Transaction& transaction) { transaction.retry_webhook_deliveries("shop", noon + 1h); });
  CHECK(due(*store, noon + 1h) == std::vector<std::int64_t>{1, 2});
  CHECK(count(*store).given_up == 0);
}

TEST_CASE_TEMPLATE("a delivery ends with its time, whether it was given up or not", Engine, WebhookSqlite) {
  Engine engine;
  const auto store = engine.open();
  put(*store, delivery(1, noon));
  put(*store, {"shop", 2, 10, std::nullopt, noon + 24h});
  put(*store, {"shop", 3, 0, noon, noon + 25h});
  store->write([](Transaction& transaction) {
    CHECK(transaction.count_due_for_deletion(noon + 24h - 1ms).webhook_deliveries == 0);
    CHECK(transaction.count_due_for_deletion(noon + 24h).webhook_deliveries == 2);
    transaction.apply(forget(transaction.due_for_deletion(noon + 24h, 10), noon + 24h, {}));
    transaction.keep_deletion_receipt(noon + 24h, {.webhook_deliveries = 2});
  });
  CHECK(due(*store, noon + 48h) == std::vector<std::int64_t>{3});
}
