// What became of one receiver in a batch.
#pragma once

#include "lib/provider_sync/receiver.hpp"

#include <optional>
#include <string>

namespace optledger {

struct UpsertOutcome {
  enum class Kind {
    done,     // written
    refused,  // this one is not taken, for the reason in `words`
    unknown,  // the provider said nothing about it: write it again, or look
  };
  Kind kind = Kind::unknown;
  std::string id;                    // when done, where it was told
  std::optional<Receiver> receiver;  // when done and read back; it may be inactive for all that
  std::string words;                 // may quote the address: for the operator's eyes, never for a log

  bool operator==(const UpsertOutcome&) const = default;
};

}  // namespace optledger
