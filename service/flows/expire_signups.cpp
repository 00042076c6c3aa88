#include "service/flows/expire_signups.hpp"

namespace optledger {

int expire_some_signups(int limit, Store& store, Clock& clock, Entropy& entropy) {
  const auto now = clock.now();
  // Looked at outside the writer first: most runs find nothing.
  if (read_from(store, [&](Reading& reading) { return reading.expired_signups(now, 1).empty(); })) return 0;
  const auto salt = fresh_digest(entropy);
  return write_to(store, [&](Transaction& transaction) {
    const auto expired = transaction.expired_signups(now, limit);
    transaction.apply(expire_signups(expired, now, salt));
    return static_cast<int>(expired.size());
  });
}

}  // namespace optledger
