// How many letters strangers may ask for: each of them, for each domain of recipients, and all of them
// together. Decided by what is in the request alone, before anybody looks whether the address is known, so
// that being limited says nothing about a person.
#pragma once

#include "lib/limits/bucket_table.hpp"
#include "lib/person/email_address.hpp"
#include "service/config/live_limits.hpp"
#include "service/http/client_address.hpp"
#include "service/http/router.hpp"
#include "service/ops/metrics.hpp"

#include <functional>
#include <mutex>
#include <optional>

namespace optledger::http {

enum class Asker {
  stranger,
  backend,  // has a key: its own address is not the person's, so it has no limit of its own
};

class LetterLimits {
 public:
  struct Parts {
    const LiveLimits& limits;
    const AddressBlocks& trusted_proxies;
    Metrics& metrics;
    const Pages& pages;
    std::function<Elapsed()> now;  // of a steady clock
  };
  explicit LetterLimits(Parts parts) : parts_(std::move(parts)) {}

  // Nothing, and a token taken from each bucket; or the 429, and none taken. `language`: of the page for a
  // person; empty: the caller is a program.
  std::optional<Response> refuse(const Call& call, Asker asker, const EmailAddress& address,
                                 const std::string& language);

 private:
  struct Limited {
    const char* name;
    Rate rate;
    std::chrono::seconds wait;  // rounded up
  };
  // A limit that the operator has just changed begins anew: what somebody took under the old one may be more
  // than the new one holds.
  struct Limit {
    BucketTable table;
    Rate rate{};
    void follow(const Rate& now);
  };
  std::optional<Limited> take(Asker asker, const ClientAddress& client, const EmailAddress& address);
  Response refusal(const Limited& limited, const std::string& language) const;

  Parts parts_;
  std::mutex mutex_;
  // About 10 MB in all when full. An IPv6 client is a /64.
  Limit clients_{BucketTable(65536)};
  Limit domains_{BucketTable(16384)};
  Limit all_{BucketTable(1)};
};

}  // namespace optledger::http
