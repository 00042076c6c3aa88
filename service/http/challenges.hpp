// What a stranger's sign-up has to bring that a robot finds dear: the stamp of a form that was handed out a
// while ago, and proof of work. Both are given out by GET /v1/challenges, and with the hosted form.
#pragma once

#include "lib/limits/bucket_table.hpp"
#include "lib/limits/form_stamp.hpp"
#include "lib/limits/proof_of_work.hpp"
#include "service/config/live_limits.hpp"
#include "service/http/client_address.hpp"
#include "service/http/field_errors.hpp"
#include "service/http/signup_fields.hpp"
#include "service/world/clock.hpp"
#include "service/world/entropy.hpp"

#include <functional>
#include <mutex>

namespace optledger::http {

class Challenges {
 public:
  struct Parts {
    const LiveLimits& limits;
    Digest stamp_key;
    Clock& clock;
    Entropy& entropy;
    std::function<Elapsed()> elapsed;  // of a steady clock
  };
  // The key of challenges is drawn here: what was spent is remembered by this process alone, so a challenge
  // must not outlive it.
  explicit Challenges(Parts parts) : parts_(std::move(parts)), work_key_(fresh_digest(parts_.entropy)) {}

  // Whatever of it is asked for: the members of an ALTCHA challenge, and `stamp`.
  Json fresh(const std::string& list);

  bool asks_for_work() const { return parts_.limits.now()->proof_of_work; }
  bool takes_signups_without_work() const { return parts_.limits.now()->signups_without_work.has_value(); }

  // For a form of this list. `earlier`: the stamp it came back with, which stays when it is still good, or
  // will be. Empty: forms need none.
  std::string stamp_for(const std::string& list, const std::string& earlier);

  // What a stranger did not bring.
  FieldErrors doubts_about(const SignupFields& fields, const std::string& list, const ClientAddress& client);

  // The last word, when everything else is in order: work counts once, and so does going without.
  FieldErrors spend(const SignupFields& fields, const ClientAddress& client);

 private:
  FieldErrors doubts_about_work(const SignupFields& fields, const ClientAddress& client);
  bool may_go_without(const ClientAddress& client, bool take);

  Parts parts_;
  const Digest work_key_;
  std::mutex mutex_;
  SpentWork spent_{100000};          // about 20 MB when full
  BucketTable without_work_{65536};  // by client
};

}  // namespace optledger::http
