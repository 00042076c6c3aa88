// A witness (C2SP tlog-witness) cosigns our checkpoints: it remembers the last one, and signs a next one only
// when that is the same ledger grown. So nobody can be shown another ledger under our key.
#pragma once

#include "lib/base/bytes.hpp"
#include "lib/base/instant.hpp"
#include "lib/ledger/signed_note.hpp"
#include "service/net/http_client.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

inline constexpr HttpLimits witness_limits{.connect = std::chrono::seconds{10},
                                           .exchange = std::chrono::seconds{20},
                                           .answer = std::size_t{64} << 10};

struct WitnessRefusal {
  bool contradicts = false;  // it has seen another ledger of ours: never a matter of trying again
  std::string text;          // one line
};

// That a tree of so many leaves is the beginning of the one to be cosigned.
using ProveConsistency = std::function<std::vector<Digest>(std::uint64_t old_size)>;

class Witness {
 public:
  // `url`: its submission prefix. `key`: whatever else signs its answers is nobody we know.
  Witness(HttpClient& http, std::string url, VerifierKey key)
      : http_(http), url_(std::move(url)), key_(std::move(key)) {}

  const VerifierKey& key() const { return key_; }

  // The note with the witness's signature behind those it has. Nothing of an answer that does not hold is in
  // it.
  tl::expected<std::string, WitnessRefusal> cosign(std::string_view note, const ProveConsistency& prove,
                                                   Instant now);

 private:
  tl::expected<HttpAnswer, WitnessRefusal> submit(std::string_view note, std::uint64_t size,
                                                  const ProveConsistency& prove);
  tl::expected<std::string, WitnessRefusal> with_cosignature(SignedNote note, std::string_view answer,
                                                             Instant now) const;

  HttpClient& http_;
  const std::string url_;
  const VerifierKey key_;
  std::uint64_t seen_ = 0;  // the size that it has seen last, as far as we know
};

// Does the note have a signature by this key? Whether it holds is not asked.
bool is_cosigned(const SignedNote& note, const VerifierKey& key);

}  // namespace optledger
