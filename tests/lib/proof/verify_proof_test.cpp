#include "lib/proof/verify_proof.hpp"

#include "lib/ledger/merkle_tree.hpp"
#include "lib/proof/carried_proof.hpp"
#include "tests/lib/proof/sample.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <functional>

using namespace optledger;
using namespace optledger::test;

namespace {

const Json& good() {
  static const Json file = [] {
    MemoryLedger ledger;
    return good_proof(ledger);
  }();
  return file;
}

Verification verified(const Json& file, const Beside& beside = {}) {
  return verify_proof(to_canonical_json(file), beside);
}

// What does not hold, as "about: sentence" lines.
std::string faults(const Verification& verification) {
  std::string lines;
  for (const auto& claim : verification.claims) {
    if (claim.holds == false) lines += claim.about + ": " + claim.sentence + "\n";
  }
  return lines;
}
std::string faults(const Json& file, const Beside& beside = {}) { return faults(verified(file, beside)); }

bool says(const std::string& lines, const std::string& part) { return lines.find(part) != std::string::npos; }

const Claim& claim_about(const std::string& about, const Verification& verification) {
  for (const auto& claim : verification.claims) {
    if (claim.about == about) return claim;
  }
  throw std::out_of_range("no claim about " + about);
}

// The good file without its seal, altered, and sealed again by somebody who has the ledger's key.
std::string faults_of_liar(const std::function<void(Json& file)>& alter) {
  MemoryLedger ledger;
  Json file = good();
  file["records"].erase(file["records"].size() - 1);
  alter(file);
  return faults(resealed(file, ledger));
}

Json& record(Json& file, std::size_t number) { return file["records"][number]["record"]; }

using Pointer = Json::json_pointer;

// Every place in a value, the value itself first.
void add_places(const Json& value, const Pointer& place, std::vector<Pointer>& places) {
  places.push_back(place);
  if (!value.is_structured()) return;
  for (const auto& [name, member] : value.items()) {
    add_places(member, value.is_array() ? place / std::stoul(name) : place / name, places);
  }
}
std::vector<Pointer> places_in(const Json& file) {
  std::vector<Pointer> places;
  add_places(file, Pointer(), places);
  return places;
}

// Small lies about one place of a file. The place itself must not be the whole.
std::vector<Json> lies_about(const Json& file, const Pointer& place) {
  std::vector<Json> lies;
  const auto lie = [&](const std::function<void(Json & value)>& tell) {
    Json lying = file;
    tell(lying[place]);
    lies.push_back(std::move(lying));
  };
  const auto& value = file[place];
  lie([](Json& it) { it = it.is_null() ? Json("x") : Json(nullptr); });
  lie([](Json& it) { it = it == Json(7) ? 8 : 7; });
  if (value.is_object()) lie([](Json& it) { it["more"] = "x"; });
  if (value.is_array()) {
    lie([](Json& it) { it.push_back(it.empty() ? Json("x") : it.back()); });
    if (value.size() > 1) lie([](Json& it) { std::swap(it[0], it[1]); });
    if (!value.empty()) lie([](Json& it) { it.erase(it.size() - 1); });
  }
  if (value.is_string()) {
    lie([](Json& it) { it = it.get<std::string>() + "x"; });
    lie([](Json& it) { it = it.get<std::string>() + " "; });
    if (!value.get<std::string>().empty()) {
      lie([](Json& it) { it = it.get<std::string>().substr(1); });
      lie([](Json& it) { it.get_ref<std::string&>().back() ^= 1; });
      lie([](Json& it) { it.get_ref<std::string&>().front() ^= 0x20; });
    }
  }
  if (!place.back().empty()) {
    Json lying = file;
    auto& parent = lying[place.parent_pointer()];
    if (parent.is_object()) {
      parent.erase(place.back());
    } else {
      parent.erase(std::stoul(place.back()));
    }
    lies.push_back(std::move(lying));
  }
  return lies;
}

}  // namespace

TEST_CASE("a proof holds, and says in one line each what was checked") {
  const auto result = verified(good());
  CHECK(faults(result) == "");
  CHECK(result.email == "Ada@example.org");
  CHECK(result.list == "news");
  CHECK(result.claims.size() == 1 + 5 + 5);
  CHECK(claim_about("record", result).sentence ==
        "record 1 of 5, signup_requested at 2026-11-23T12:00:00.000Z, is entry 3 of the ledger");
  CHECK(claim_about("conclusion", result).sentence ==
        "the records say: unsubscribed, consent given 2026-11-23T12:05:00.000Z, withdrawn "
        "2026-11-23T12:50:00.000Z");
  CHECK(!claim_about("key", result).holds.has_value());
}

TEST_CASE("a proof holds in any layout of the same JSON") {
  CHECK(faults(verify_proof(good().dump(2), {})) == "");
  CHECK(faults(verify_proof(good().dump(-1, ' ', true) + "\n", {})) == "");
}

TEST_CASE("a proof inside a page is the same proof") {
  const auto json = to_canonical_json(good());
  const auto page = "<html><body>" + embedded_proof(json) + "</body></html>";
  CHECK(says(page, "\\u003cb>"));
  CHECK(proof_carried_by(page).value().in_page);
  CHECK(faults(verify_proof(proof_carried_by(page).value().json, {})) == "");
  CHECK(proof_carried_by("<html></html>").error() == "the page carries no proof");
  CHECK(proof_carried_by(page + page).error() == "the page carries several proofs");
  CHECK(proof_carried_by(page.substr(0, 500)).error() == "the proof in the page has no end");
}

TEST_CASE("a file that claims to be a proof is one to check, any other cannot be read") {
  const auto json = to_canonical_json(good());
  CHECK(proof_carried_by(json).value().json == json);
  CHECK(proof_carried_by("\xEF\xBB\xBF" + json).has_value());
  CHECK(proof_carried_by(" \n" + json).has_value());
  CHECK(proof_carried_by("{").has_value());
  for (const char* other : {"", "\n", "%PDF-1.7", "optledger-proof/1", "[]"}) {
    CHECK(!proof_carried_by(other).has_value());
  }
}

TEST_CASE("a small lie at any place of a proof is noticed") {
  const auto places = places_in(good());
  REQUIRE(places.size() > 100);
  for (const auto& place : places) {
    if (place.empty()) continue;
    for (const auto& lie : lies_about(good(), place)) {
      if (lie == good()) continue;
      CHECK_MESSAGE(faults(lie) != "", place.to_string(), " = ", lie.value(place, Json("removed")).dump());
    }
  }
}

TEST_CASE("any changed byte of a proof is noticed, or changes nothing of what it says") {
  const auto json = to_canonical_json(good());
  const auto check = [&json](std::size_t at, char byte) {
    auto changed = json;
    changed[at] = byte;
    if (verify_proof(changed, {}).holds()) {
      const auto parsed = parse_strict_json(changed);
      CHECK_MESSAGE((parsed && *parsed == good()), "at ", at, ": ", changed.substr(at, 20));
    }
  };
  for (std::size_t at = 0; at < json.size(); at += 3)
    check(at, static_cast<char>(json[at] ^ (1 << (at % 7))));
  rc::check([&] {
    const auto at = *rc::gen::inRange<std::size_t>(0, json.size());
    check(at, *rc::gen::arbitrary<char>());
  });
}

TEST_CASE("bytes may neither be missing nor added") {
  const auto json = to_canonical_json(good());
  for (std::size_t length = 0; length < json.size(); length += 97) {
    CHECK(!verify_proof(json.substr(0, length), {}).holds());
  }
  for (const std::string behind : {"x", "{}", ",", "\xEF\xBB\xBF"}) {
    CHECK(!verify_proof(json + behind, {}).holds());
  }
  CHECK(says(faults(verify_proof(json + std::string(1, '\0'), {})), "NUL"));
  CHECK(says(faults(verify_proof("\xEF\xBB\xBF" + json, {})), "byte-order mark"));
  CHECK(says(faults(verify_proof("{\"format\":\"x\"," + json.substr(1), {})), "appears twice"));
}

TEST_CASE("numbers have one form") {
  auto file = good();
  record(file, 0)["details"]["number"] = 5;
  auto json = to_canonical_json(file);
  const auto with = [&json](const std::string& number) {
    auto changed = json;
    changed.replace(changed.find("\"number\":5") + 9, 1, number);
    return faults(verify_proof(changed, {}));
  };
  CHECK(says(with("5.0"), "records[0].record.details.number: not a whole number"));
  CHECK(says(with("5e0"), "not a whole number"));
  CHECK(says(with("-0"), "a sign it does not need"));
  CHECK(says(with("9007199254740992"), "2^53"));
  CHECK(says(with("-9007199254740992"), "2^53"));
  CHECK(says(with("9007199254740991"), "another leaf hash"));
}

TEST_CASE("other files that carry evidence are refused by name") {
  CHECK(says(faults(Json{{"format", "optledger-erasure-receipt/1"}}), "an erasure receipt"));
  CHECK(says(faults(Json{{"format", "optledger-evidence/1"}}), "a person's own copy"));
  CHECK(says(faults(Json{{"format", "optledger-proof/2"}}), "not of the format"));
  CHECK(says(faults(Json::array()), "not an object"));
}

TEST_CASE("what somebody with the ledger's key seals is checked all the same") {
  CHECK(faults_of_liar([](Json&) {}) == "");

  SUBCASE("a conclusion that does not follow") {
    const auto conclude = [](const char* name, const Json& value) {
      return faults_of_liar([&](Json& file) { file["conclusion"][name] = value; });
    };
    CHECK(says(conclude("state", "confirmed"), "conclusion: "));
    CHECK(says(conclude("consent_given_at", "2026-11-23T12:00:00.000Z"), "consent_given_at is 2026"));
    CHECK(says(conclude("consent_given_at", nullptr), "conclusion: "));
    CHECK(says(conclude("consent_withdrawn_at", nullptr), "consent_withdrawn_at is 2026"));
    CHECK(says(conclude("held_until", nullptr), "held_until is 2029-11-23T12:50:00.000Z"));
    CHECK(says(conclude("held_until", "2029-11-23T12:50:00.001Z"), "held_until is at most 2029"));
    CHECK(conclude("held_until", "2027-11-23T12:50:00.000Z") == "");
  }
  SUBCASE("documents that are missing, foreign or not what they are called") {
    CHECK(says(faults_of_liar([](Json& file) { file["wordings"].erase(file["wordings"].begin()); }),
               "which a record names, is missing"));
    CHECK(says(faults_of_liar([](Json& file) { file["letters"].clear(); }),
               "which a record names, is missing"));
    CHECK(says(
        faults_of_liar([](Json& file) { file["wordings"][to_hex(sha256("more"))] = {{"text", "more"}}; }),
        "no record names the text"));
    CHECK(says(faults_of_liar([](Json& file) {
                 file["letters"][to_hex(sha256("more"))] = {{"message", to_base64("more")}};
               }),
               "no record names the letter"));
    CHECK(
        says(faults_of_liar([](Json& file) { file["wordings"].front()["text"] = "Nein"; }), "another hash"));
    CHECK(says(faults_of_liar([](Json& file) { file["letters"].front()["message"] = "eA=="; }),
               "another hash"));
    CHECK(says(faults_of_liar([](Json& file) { file["letters"].front()["message"] = "eB=="; }), "base64"));
    CHECK(says(faults_of_liar([](Json& file) { file["wordings"]["x"] = {{"text", "x"}}; }), "not named by"));
  }
  SUBCASE("records of somebody else, or of another list") {
    CHECK(says(faults_of_liar([](Json& file) { record(file, 1)["email"] = "bob@example.org"; }),
               "records[1].record.email: not the subject's"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 1)["list"] = "other"; }), "not the subject's"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 1)["email"] = nullptr; }), "not the subject's"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 3)["kind"] = "erased"; }), "not the subject's"));
    CHECK(says(faults_of_liar([](Json& file) {
                 file["subject"]["email"] = "Ada@EXAMPLE.org";
                 for (auto& one : file["records"]) one["record"]["email"] = "Ada@EXAMPLE.org";
               }),
               "subject.email: not an address in its one form"));
  }
  SUBCASE("records that are none") {
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["kind"] = "clicked"; }), "not a kind"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["at"] = "2026-11-23T12:00:00Z"; }),
               "not a time"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["at"] = "2026-11-23T13:00:00.000+01:00"; }),
               "not a time"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["mood"] = "good"; }), "unknown member mood"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0).erase("ip"); }), "ip is missing"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["ip_source"] = "dream"; }), "ip_source"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["user_agent"] = std::string(513, 'x'); }),
               "longer than 512"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["user_agent"] = std::string("a\0b", 3); }),
               "U+0000"));
    CHECK(
        says(faults_of_liar([](Json& file) { record(file, 1)["details"]["letter"] = std::string(64, 'A'); }),
             "lower-case hex"));
    CHECK(says(faults_of_liar([](Json& file) { record(file, 0)["details"] = "x"; }), "not an object"));
  }
  SUBCASE("an envelope that is none") {
    CHECK(says(faults_of_liar([](Json& file) { file["comment"] = "x"; }), "unknown member comment"));
    CHECK(says(faults_of_liar([](Json& file) { file["issued_at"] = "yesterday"; }), "issued_at: not a time"));
    CHECK(says(faults_of_liar([](Json& file) { file["controller"]["age"] = 5; }),
               "controller.age: not a text"));
    CHECK(says(faults_of_liar([](Json& file) { file["subject"]["name"] = "Ada"; }), "unknown member name"));
  }
}

TEST_CASE("the seal is of this very file") {
  const auto issued_again = [](const std::function<void(Json & seal)>& alter) {
    MemoryLedger ledger;
    Json file = good();
    alter(record(file, 4));
    Json resealing = file;
    resealing["records"].erase(4);
    Json result = resealed(resealing, ledger);
    // The altered record in place of the right one, properly in the ledger.
    result["records"][4]["record"] = record(file, 4);
    const auto salt = digest_from_hex(result["records"][4]["salt"].get<std::string>()).value();
    const auto entry = entry_of(to_canonical_json(result["records"][4]["record"]), salt);
    result["records"][4]["leaf_index"] = ledger.add(entry);
    result["records"][4]["leaf_hash"] = to_hex(leaf_hash(entry));
    for (auto& one : result["records"]) {
      one["inclusion"] = Json::array();
      for (const auto& hash : inclusion_proof(one["leaf_index"], ledger.size(), ledger.reader())) {
        one["inclusion"].push_back(to_hex(hash));
      }
    }
    result["ledger"]["checkpoint"] = ledger.checkpoint();
    return faults(result);
  };
  CHECK(issued_again([](Json&) {}) == "");
  CHECK(issued_again([](Json& seal) { seal["details"]["statement"] = to_hex(sha256("other")); }) ==
        "seal: issued 2026-11-23T13:40:00.000Z as it stands: its last record seals all of it: no, the last "
        "record states another file\n");
  CHECK(says(issued_again([](Json& seal) { seal["kind"] = "corrected"; }), "none of issuing"));
  CHECK(says(issued_again([](Json& seal) { seal["at"] = "2026-11-23T13:40:00.001Z"; }), "another time"));
  CHECK(says(issued_again([](Json& seal) { seal["details"]["reason"] = "x"; }), "no statement alone"));
  CHECK(says(issued_again([](Json& seal) { seal["details"] = Json::object(); }), "no statement alone"));
}

TEST_CASE("records that were left out or put in break the seal") {
  for (std::size_t number = 0; number < 5; ++number) {
    auto file = good();
    file["records"].erase(number);
    CHECK(says(faults(file), "seal: "));
  }
  auto file = good();
  std::swap(file["records"][1], file["records"][2]);
  CHECK(says(faults(file), "do not ascend"));
}

TEST_CASE("records without a person may stand in a proof") {
  CHECK(faults_of_liar([](Json& file) {
          Json erased = {{"kind", "erased"},      {"at", "2026-11-23T13:00:00.000Z"},
                         {"email", nullptr},      {"list", nullptr},
                         {"ip", nullptr},         {"ip_source", nullptr},
                         {"user_agent", nullptr}, {"details", {{"leaf_indices", {1}}, {"cause", "request"}}}};
          file["records"].push_back({{"record", erased}, {"salt", to_hex(sha256("s"))}});
          file["conclusion"]["state"] = "erased";
        }) == "");
}

TEST_CASE("a checkpoint of another key, origin or tree is noticed") {
  const auto with = [](const char* name, const Json& value) {
    auto file = good();
    file["ledger"][name] = value;
    return faults(file);
  };
  const std::string own = good()["ledger"]["checkpoint"];
  MemoryLedger other("newsletter.example.de/ledger", "another seed");
  other.add(sha256("x"));
  CHECK(says(with("checkpoint", other.checkpoint()), "checkpoint: "));
  CHECK(says(with("vkey", other.vkey()), "it is not signed by this key"));
  CHECK(says(with("origin", "elsewhere"), "another origin"));
  CHECK(says(with("checkpoint", own.substr(0, own.find("\n\n") + 1)), "not a signed note"));
  CHECK(says(with("checkpoint", own + "x"), "not a signed note"));
  const auto cosigner =
      to_text(verifier_of({"newsletter.example.de/ledger", sha256("seed")}, KeyType::cosignature));
  CHECK(says(with("vkey", cosigner), "not the Ed25519 key of a ledger"));
}

TEST_CASE("with --key only the ledger one knows counts") {
  MemoryLedger own;
  MemoryLedger foreign("newsletter.example.de/ledger", "foreign");
  const auto known = verifier_of(own.key());
  CHECK(claim_about("key", verified(good(), {.keys = {known}})).holds == true);
  CHECK(claim_about("key", verified(good(), {.keys = {verifier_of(foreign.key()), known}})).holds == true);
  CHECK(says(faults(good(), {.keys = {verifier_of(foreign.key())}}), "key: "));
  const auto forged = good_proof(foreign);
  CHECK(faults(forged) == "");
  CHECK(says(faults(forged, {.keys = {known}}), "the file names another one"));
}

TEST_CASE("a checkpoint from elsewhere must be of the same ledger") {
  MemoryLedger ledger;
  const auto file = good_proof(ledger);
  const auto at_issue = ledger.checkpoint();
  const auto earlier = ledger.checkpoint(2);
  append_others(300, ledger);
  const auto later = ledger.checkpoint();
  const auto against = [&file](const std::string& note, const TileReader& tiles) {
    return faults(file, {.checkpoints = {{"other.txt", note}}, .tiles = tiles});
  };
  CHECK(against(at_issue, {}) == "");
  CHECK(says(against(later, {}), "give --tiles"));
  CHECK(against(later, ledger.reader()) == "");
  CHECK(against(earlier, ledger.reader()) == "");
  CHECK(says(against("x", {}), "not a signed note"));

  SUBCASE("the ledger was rewritten since") {
    MemoryLedger rewritten;
    append_others(400, rewritten);
    CHECK(says(against(rewritten.checkpoint(), rewritten.reader()), "the tiles do not lead"));
    CHECK(says(against(rewritten.checkpoint(), ledger.reader()), "the tiles"));
    CHECK(says(against(rewritten.checkpoint(ledger.size() - 300), {}), "another root"));
  }
  SUBCASE("it is signed by somebody else") {
    MemoryLedger foreign("newsletter.example.de/ledger", "foreign");
    append_others(20, foreign);
    CHECK(says(against(foreign.checkpoint(), {}), "not signed by this key"));
  }
  SUBCASE("the tiles cannot be read") {
    const TileReader broken = [](const TileId&) -> std::string { throw std::runtime_error("gone"); };
    CHECK(says(against(later, broken), "the tiles cannot be read: gone"));
  }
}

TEST_CASE("a timestamp covers the records that its checkpoint has") {
  MemoryLedger ledger;
  auto parts = Sample().parts();
  std::string stamped;
  std::uint64_t stamped_size = 0;
  for (const auto& one : Sample().records()) {
    append(one, parts, ledger);
    if (parts.records.size() == 3) stamped = ledger.checkpoint(), stamped_size = ledger.size();
  }
  append(proof_issued(parts, {}, minute(issued_after)), parts, ledger);
  auto word = ledger.word_about(parts.records);
  word.timestamps = {{stamped, consistency_proof(stamped_size, ledger.size(), ledger.reader()), "token"}};
  const auto file = assemble_proof(parts, {}, minute(issued_after), word);

  bool trusted = true;
  const TimestampCheck check = [&](std::string_view token, std::string_view message) {
    if (token != "token" || message != stamped)
      return tl::expected<TimestampWord, std::string>(tl::unexpect, "no");
    return tl::expected<TimestampWord, std::string>(TimestampWord{minute(7), "CN=TSA", trusted});
  };
  const auto result = verified(file, {.check_timestamp = check});
  CHECK(faults(result) == "");
  CHECK(claim_about("timestamp", result).sentence ==
        "records 1 to 3 existed at 2026-11-23T12:07:00.000Z, says CN=TSA");
  CHECK(claim_about("timestamp", result).holds == true);
  trusted = false;
  CHECK(!claim_about("timestamp", verified(file, {.check_timestamp = check})).holds.has_value());
  CHECK(!claim_about("timestamp", verified(file)).holds.has_value());

  const auto with = [&](const char* name, const Json& value) {
    auto changed = file;
    changed["ledger"]["timestamps"][0][name] = value;
    return faults(changed, {.check_timestamp = check});
  };
  CHECK(says(with("rfc3161", to_base64("other")), "timestamp: "));
  CHECK(says(with("consistency", Json::array()), "does not continue the stamped one"));
  CHECK(says(with("checkpoint", ledger.checkpoint()), "does not continue the stamped one"));
  MemoryLedger foreign("newsletter.example.de/ledger", "foreign");
  append_others(3, foreign);
  CHECK(says(with("checkpoint", foreign.checkpoint()), "not signed by this key"));
}

TEST_CASE("a witness whose key is given is checked, any other one named") {
  MemoryLedger ledger;
  auto file = good_proof(ledger);
  const SigningKey witness{"witness.example.org", sha256("witness")};
  file["ledger"]["checkpoint"] = file["ledger"]["checkpoint"].get<std::string>() + "— other.example.org " +
                                 to_base64("abcd" + std::string(72, 'x')) + "\n";
  const auto unknown = verified(file);
  CHECK(faults(unknown) == "");
  CHECK(says(claim_about("witness", unknown).sentence, "other.example.org signed the checkpoint too, says"));
  const auto absent = verified(file, {.keys = {verifier_of(witness, KeyType::cosignature)}});
  CHECK(claim_about("witness", absent).sentence == "the witness witness.example.org did not sign");
  CHECK(!claim_about("witness", absent).holds.has_value());
}
