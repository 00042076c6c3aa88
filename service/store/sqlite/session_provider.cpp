// What the provider holds, and what is owed to it.
#include "service/store/sqlite/session.hpp"

namespace optledger::sqlite {
namespace {

// Columns as in receiver_of_person.
ProviderReceiver receiver_from(const Run& row) {
  return {
      .list = row.text(0),
      .person = {row.bytes<Digest>(1)},
      .provider_id = row.optional_text(2),
      .acknowledged = acknowledged_from(row.text(3)),
      .content = row.optional_bytes<Digest>(4),
      .commitment = row.optional_bytes<Digest>(5),
      .our_deactivation = row.optional_instant(6),
      .due_at = row.optional_instant(7),
      .attempts = static_cast<int>(row.integer(8)),
      .look = row.integer(9) != 0,
  };
}

std::vector<ProviderReceiver> receivers_from(Run& rows) {
  std::vector<ProviderReceiver> receivers;
  while (rows.step()) receivers.push_back(receiver_from(rows));
  return receivers;
}

}  // namespace

std::optional<ProviderReceiver> Session::receiver(const Fingerprint& person, std::string_view list) {
  Run run(connection_.statement("receiver_of_person"));
  run.bind(list, person.bytes);
  if (!run.step()) return std::nullopt;
  return receiver_from(run);
}

bool Session::has_due_receiver(std::string_view list, Instant now) {
  Run run(connection_.statement("any_due_receiver"));
  run.bind(list, now);
  return run.step();
}

std::vector<ProviderReceiver> Session::due_receivers(std::string_view list, Instant now, int limit) {
  Run run(connection_.statement("due_receivers"));
  run.bind(list, now, limit);
  return receivers_from(run);
}

std::int64_t Session::count_owed_receivers(std::string_view list) {
  Run run(connection_.statement("count_owed_receivers"));
  run.bind(list);
  run.step();
  return run.integer(0);
}

std::vector<ProviderReceiver> Session::receivers(std::string_view list, const Fingerprint& last, int limit) {
  Run run(connection_.statement("receivers_in_order"));
  run.bind(list, last.bytes, limit);
  return receivers_from(run);
}

void Session::apply_one(const OweReceiver& change) {
  exec("owe_receiver", change.list, change.person.bytes, change.due_at);
}

void Session::apply_one(const LookAtReceiver& change) {
  exec("look_at_receiver", change.due_at, change.list, change.provider_id);
}

void Session::apply_one(const PutReceiver& change) {
  const auto& receiver = change.receiver;
  exec("put_receiver", receiver.list, receiver.person.bytes, receiver.provider_id,
       to_text(receiver.acknowledged), receiver.content, receiver.commitment, receiver.our_deactivation,
       receiver.due_at, receiver.attempts, receiver.look ? 1 : 0);
}

void Session::apply_one(const ForgetReceiver& change) {
  exec("delete_receiver", change.list, change.person.bytes);
}

}  // namespace optledger::sqlite
