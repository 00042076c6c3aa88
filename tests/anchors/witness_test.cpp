// Cosignatures from a witness that checks and remembers, and from one that has gone wrong.
#include "service/anchors/witness.hpp"

#include "service/anchors/push_checkpoint.hpp"
#include "service/world/clock.hpp"
#include "tests/anchors/ledger_in_memory.hpp"
#include "tests/anchors/witness_peer.hpp"

#include <doctest/doctest.h>

namespace optledger {
namespace {

using namespace std::chrono_literals;
using test::LedgerInMemory;
using test::WitnessPeer;
using Cosigned = tl::expected<std::string, WitnessRefusal>;

// A service that submits its ledger; made anew, it has forgotten what the witness has seen.
class Submitter {
 public:
  Submitter(WitnessPeer& peer, HttpLimits limits = witness_limits)
      : http_(limits, std::nullopt, {}), witness_(http_, peer.url(), peer.key()) {}

  Cosigned submit(LedgerInMemory& ledger, std::uint64_t size) {
    const auto note = ledger.checkpoint(size);
    const auto prove = [&](std::uint64_t old) { return consistency_proof(old, size, ledger.reader()); };
    return witness_.cosign(note, prove, SystemClock().now());
  }

 private:
  HttpClient http_;
  Witness witness_;
};

WitnessRefusal refusal_of(WitnessPeer& peer, LedgerInMemory& ledger, const std::string& behaviour,
                          HttpLimits limits = witness_limits) {
  peer.behave(behaviour);
  Submitter submitter(peer, limits);
  const auto cosigned = submitter.submit(ledger, ledger.size() + 1);
  REQUIRE_FALSE(cosigned.has_value());
  CHECK(cosigned.error().text.find('\n') == std::string::npos);
  return cosigned.error();
}

bool tells(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a witness cosigns a ledger as it grows, and its signature stands beside ours") {
  LedgerInMemory ledger;
  WitnessPeer peer(ledger.vkey());
  Submitter submitter(peer);
  for (const std::uint64_t size : {1, 1, 5, 8, 300, 70000}) {
    CAPTURE(size);
    const auto cosigned = submitter.submit(ledger, size);
    REQUIRE_MESSAGE(cosigned.has_value(), cosigned.error().text);
    const auto note = parse_signed_note(*cosigned);
    REQUIRE(note);
    const std::vector<VerifierKey> keys{verifier_of(ledger.key()), peer.key()};
    CHECK(verify_note(*note, keys)->size() == 2);
    CHECK(is_cosigned(*note, peer.key()));
  }
  CHECK(peer.requests() == std::vector<std::string>{"old 0", "old 1", "old 1", "old 5", "old 8", "old 300"});
}

TEST_CASE("who does not know what the witness has seen is told, and proves it from there") {
  LedgerInMemory ledger;
  WitnessPeer peer(ledger.vkey());
  REQUIRE(Submitter(peer).submit(ledger, 7));
  const auto cosigned = Submitter(peer).submit(ledger, 400);
  CHECK_MESSAGE(cosigned.has_value(), cosigned.error().text);
  CHECK(peer.requests() == std::vector<std::string>{"old 0", "old 0", "old 7"});
}

TEST_CASE("an older copy of a ledger is noticed by its witness") {
  LedgerInMemory ledger;
  LedgerInMemory older;
  WitnessPeer peer(ledger.vkey());
  Submitter submitter(peer);
  REQUIRE(submitter.submit(ledger, 7));
  for (const bool knows : {true, false}) {
    const auto refused = knows ? submitter.submit(older, 5) : Submitter(peer).submit(older, 5);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().contradicts);
    CHECK(tells(refused.error().text, "cosigned this ledger with 7 entries, but here it has 5"));
  }
}

TEST_CASE("another ledger under the same key is noticed by its witness") {
  LedgerInMemory ledger;
  LedgerInMemory other("forged");
  WitnessPeer peer(ledger.vkey());
  REQUIRE(Submitter(peer).submit(ledger, 7));
  for (const std::uint64_t size : {7, 9}) {
    const auto refused = Submitter(peer).submit(other, size);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().contradicts);
    CHECK(tells(refused.error().text, "another ledger of this name: its 7 entries"));
  }
  CHECK(Submitter(peer).submit(ledger, 9).has_value());
}

TEST_CASE("a witness that is not there, or knows nothing of us, is named as such") {
  LedgerInMemory ledger;
  WitnessPeer peer(ledger.vkey());
  CHECK(tells(refusal_of(peer, ledger, "down").text, "HTTP status 503"));
  CHECK(tells(refusal_of(peer, ledger, "redirect").text, "HTTP status 302"));
  CHECK(tells(refusal_of(peer, ledger, "huge").text, "too long"));
  CHECK(tells(refusal_of(peer, ledger, "slow", {.connect = 1s, .exchange = 1s, .answer = 1000}).text,
              "does not answer"));
  WitnessPeer stranger(to_text(verifier_of({"another.example", Digest{}})));
  CHECK(tells(refusal_of(stranger, ledger, "honest").text, "does not know this ledger"));
  WitnessPeer mistaken(to_text(verifier_of({ledger.key().name, Digest{}})));
  CHECK(tells(refusal_of(mistaken, ledger, "honest").text, "does not accept our key"));
}

TEST_CASE("a cosignature that does not hold is no cosignature") {
  LedgerInMemory ledger;
  WitnessPeer peer(ledger.vkey());
  CHECK(tells(refusal_of(peer, ledger, "garbage").text, "no signature line"));
  CHECK(tells(refusal_of(peer, ledger, "flipped").text, "does not hold"));
  CHECK(tells(refusal_of(peer, ledger, "other-key").text, "no signature by its key"));
  CHECK(tells(refusal_of(peer, ledger, "empty").text, "no signature by its key"));
  CHECK(tells(refusal_of(peer, ledger, "old-time").text, "the witness says 1970-01-01"));
  CHECK(tells(refusal_of(peer, ledger, "no-size").text, "does not say which size"));
  CHECK(tells(refusal_of(peer, ledger, "restless").text, "another size each time"));
  CHECK(refusal_of(peer, ledger, "split").contradicts);
}

}  // namespace
}  // namespace optledger
