// Issuing proofs on a real SQLite file beside a real mirror.
#include "lib/base/hash.hpp"
#include "lib/proof/verify_proof.hpp"
#include "service/flows/export_proofs.hpp"
#include "service/flows/grow_ledger.hpp"
#include "service/flows/look_up_proof.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/flows/stage.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace optledger;
using namespace optledger::test;
using namespace std::chrono_literals;

namespace {

struct Office {
  Stage stage{noon, {}};
  Config config = configured(stage);
  Ledger ledger = open_ledger(config, sha256("ledger key"), stage.store());
  CountingEntropy entropy;
  ProofDesk desk{config, Stage::fingerprint_key, ledger, stage.store(), stage.clock, entropy, 1ms};

  static Config configured(const Stage& stage) {
    Config config;
    config.server.public_url = "https://newsletter.example.de";
    config.storage.path = stage.database();
    config.controller.name = "Example GmbH";
    return config;
  }

  ProofResult ask(const std::string& email) {
    return look_up_proof({EmailAddress::parse(email).value(), "news", "case 7", "user:test"}, desk);
  }
  Json proof(const std::string& email) { return std::get<Json>(ask(email)); }
};

std::string faults(const Json& proof, const optledger::Beside& beside = {}) {
  std::string lines;
  for (const auto& claim : verify_proof(to_canonical_json(proof), beside).claims) {
    if (claim.holds == false) lines += claim.sentence + "\n";
  }
  return lines;
}

std::vector<std::string> kinds_in(const Json& proof) {
  std::vector<std::string> kinds;
  for (const auto& entry : proof.at("records")) kinds.push_back(entry.at("record").at("kind"));
  return kinds;
}

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("a proof holds, and is a record of the next one") {
  Office office;
  office.stage.sign_up("anna@example.org", "news");
  const auto first = office.proof("anna@example.org");
  CHECK(faults(first, {.keys = {office.ledger.verifier}}) == "");
  CHECK(kinds_in(first) == Kinds{"signup_requested", "proof_issued"});
  const auto second = office.proof("anna@example.org");
  CHECK(faults(second) == "");
  CHECK(kinds_in(second) == Kinds{"signup_requested", "proof_issued", "proof_issued"});
  CHECK(std::holds_alternative<NothingHeld>(office.ask("nobody@example.org")));
}

TEST_CASE("while the ledger is behind there is no proof, and asking again issues the same one") {
  Office office;
  office.stage.sign_up("anna@example.org", "news");
  const auto asked_first = office.stage.clock.now();
  {
    const auto somebody_else_at_it = office.stage.store().try_lock("ledger");
    for (int tries = 0; tries < 3; ++tries) {
      CHECK(std::holds_alternative<LedgerBehind>(office.ask("anna@example.org")));
      office.stage.clock.advance(1min);
    }
  }
  const auto proof = office.proof("anna@example.org");
  CHECK(faults(proof) == "");
  CHECK(kinds_in(proof) == Kinds{"signup_requested", "proof_issued"});
  CHECK(proof.at("issued_at") == to_rfc3339(asked_first));
}

TEST_CASE("what was issued and never delivered stays a record when something has happened since") {
  Office office;
  office.stage.sign_up("anna@example.org", "news");
  {
    const auto somebody_else_at_it = office.stage.store().try_lock("ledger");
    CHECK(std::holds_alternative<LedgerBehind>(office.ask("anna@example.org")));
  }
  SUBCASE("another record") {
    office.stage.permit("anna@example.org", "news");
    const auto proof = office.proof("anna@example.org");
    CHECK(faults(proof) == "");
    CHECK(kinds_in(proof) == Kinds{"signup_requested", "proof_issued", "imported", "proof_issued"});
  }
  SUBCASE("another configuration") {
    office.config.controller.name = "Successor AG";
    const auto proof = office.proof("anna@example.org");
    CHECK(faults(proof) == "");
    CHECK(kinds_in(proof) == Kinds{"signup_requested", "proof_issued", "proof_issued"});
  }
}

TEST_CASE("a proof is about one spelling, and what is held about a person comes in all they used") {
  Office office;
  office.stage.sign_up("anna@example.org", "news");
  office.stage.sign_up("Anna@example.org", "news");  // repeats the pending one
  const auto lower = office.proof("anna@example.org");
  const auto upper = office.proof("Anna@example.org");
  CHECK(faults(lower) == "");
  CHECK(faults(upper) == "");
  CHECK(lower.at("subject").at("email") == "anna@example.org");
  CHECK(upper.at("subject").at("email") == "Anna@example.org");
  CHECK(kinds_in(upper) == Kinds{"signup_requested", "proof_issued"});
  CHECK(office.proof("ANNA@example.org").at("subject").at("email") == "anna@example.org");
  const auto address = EmailAddress::parse("anna@example.org").value();
  const auto person = fingerprint_of(address, Stage::fingerprint_key);
  const auto evidence = read_from(office.stage.store(), [&](Reading& reading) {
    return evidence_about(address, person, "news", office.config, noon, reading);
  });
  REQUIRE(evidence);
  CHECK(evidence->at("format") == "optledger-evidence/1");
  CHECK(kinds_in(*evidence) ==
        Kinds{"signup_requested", "signup_requested", "proof_issued", "proof_issued", "proof_issued"});
}

TEST_CASE("for each record the first timestamp that covers it is in the proof") {
  Office office;
  office.stage.sign_up("anna@example.org", "news");
  const auto stamp = [&office] {
    grow_ledger_wholly(office.ledger, office.stage.store());
    const auto checkpoint = published_checkpoint(office.ledger).value();
    office.stage.store().write([&](Transaction& transaction) {
      transaction.keep_ledger_timestamp({static_cast<std::int64_t>(checkpoint.tree.size), checkpoint.note,
                                         "token " + std::to_string(checkpoint.tree.size), noon, noon});
    });
    return checkpoint.note;
  };
  const auto first = stamp();
  office.stage.sign_up("ben@example.org", "news");
  stamp();
  office.stage.permit("anna@example.org", "news");
  const auto third = stamp();
  const auto proof = office.proof("anna@example.org");
  const auto& timestamps = proof.at("ledger").at("timestamps");
  REQUIRE(timestamps.size() == 2);
  CHECK(timestamps[0].at("checkpoint") == first);
  CHECK(timestamps[1].at("checkpoint") == third);
  CHECK(timestamps[0].at("rfc3161") == to_base64("token 1"));
  CHECK(faults(proof) == "");
}

TEST_CASE("all proofs are issued in pages, each with a note of the look-up") {
  Office office;
  std::set<std::string> expected;
  for (int i = 0; i < 7; ++i) {
    const auto email = "person" + std::to_string(i) + "@example.org";
    office.stage.sign_up(email, i < 5 ? "news" : "offers");
    expected.insert(email);
  }
  std::set<std::string> found;
  std::optional<PersonOnOneList> last;
  do {
    const auto page = export_proofs(last, 3, {std::nullopt, "change of system", "user:test"}, office.desk);
    REQUIRE(page);
    CHECK(page->proofs.size() <= 3);
    for (const auto& proof : page->proofs) {
      CHECK(faults(proof) == "");
      CHECK(found.insert(proof.at("subject").at("email").get<std::string>()).second);
    }
    last = page->last;
  } while (last);
  CHECK(found == expected);
  const auto person =
      fingerprint_of(EmailAddress::parse("person3@example.org").value(), Stage::fingerprint_key);
  const auto acts =
      read_from(office.stage.store(), [&](Reading& reading) { return reading.acts_about(person); });
  REQUIRE(acts.size() == 1);
  CHECK(acts.front().reason == "change of system");
  const auto offers = export_proofs(std::nullopt, 100, {"offers", "x", "user:test"}, office.desk);
  CHECK(offers.value().proofs.size() == 2);
}
