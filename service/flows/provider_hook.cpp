#include "service/flows/provider_hook.hpp"

#include "lib/base/hash.hpp"

namespace optledger {
namespace {

std::string meta_name(std::string_view list) { return "provider_hook:" + std::string(list); }

}  // namespace

std::string hook_verification(std::string_view list, const Keys& keys) {
  const auto tag =
      hmac_sha256(keys.token.signing().master, "optledger provider hook v1 " + std::string(list));
  return to_hex(tag).substr(0, 40);
}

void keep_hook_token(std::string_view list, std::string_view call_token, Store& store) {
  store.write(
      [&](Transaction& transaction) { transaction.put_meta(meta_name(list), to_hex(sha256(call_token))); });
}

bool is_hook_token(std::string_view list, std::string_view call_token, Store& store) {
  const auto known = read_from(store, [&](Reading& reading) { return reading.meta(meta_name(list)); });
  return known && equal_in_constant_time(*known, to_hex(sha256(call_token)));
}

void note_hint(const std::string& list, const std::string& provider_id, Store& store, Clock& clock) {
  const auto now = clock.now();
  store.write([&](Transaction& transaction) { transaction.apply({LookAtReceiver{list, provider_id, now}}); });
}

}  // namespace optledger
