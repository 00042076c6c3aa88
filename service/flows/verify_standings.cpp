#include "lib/base/hash.hpp"
#include "lib/evidence/contradiction.hpp"
#include "lib/proof/proof.hpp"
#include "service/flows/send_letters.hpp"
#include "service/flows/verify_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace optledger {
namespace {

constexpr int persons_at_once = 200;
constexpr int documents_at_once = 100;
constexpr int erasures_at_once = 1000;

// The next value in the order of the database; none behind the last one.
std::optional<Digest> after(Digest value) {
  for (auto octet = value.rbegin(); octet != value.rend(); ++octet) {
    if (++*octet != 0) return value;
  }
  return std::nullopt;
}

std::string short_name(const Digest& digest) { return to_hex(digest).substr(0, 16); }

Difference verify_documents(Store& store) {
  for (std::optional<Digest> next = Digest{}; next;) {
    const auto documents =
        read_from(store, [&](Reading& reading) { return reading.documents(*next, documents_at_once); });
    for (const auto& document : documents) {
      if (sha256(document.text) != document.sha256) {
        return fmt::format("document {} is not the text that it is named after", to_hex(document.sha256));
      }
    }
    next = documents.size() < documents_at_once ? std::nullopt : after(documents.back().sha256);
  }
  return std::nullopt;
}

class StandingAudit {
 public:
  StandingAudit(const VerifyParts& parts, const EntryAudit& entries)
      : terms_{parts.keys.fingerprint, parts.keys.token, parts.clock.now(), entries.last_erasure()},
        next_record_(entries.entries()) {}

  Difference take(const Fingerprint& person, Reading& reading) {
    const auto standing = standing_of(person, reading);
    if (auto difference = contradiction(standing, terms_)) return difference;
    for (const auto& list : standing.lists) {
      for (const auto& signup : list.signups) {
        if (auto difference = examine_named(signup, reading)) return difference;
      }
    }
    return examine_acts(standing, reading);
  }

  // What a running service has erased since the entries were read.
  void note_erasures(Reading& reading) {
    for (bool has_more = true; has_more;) {
      const auto records = reading.records_without_person(next_record_, erasures_at_once);
      for (const auto& record : records) {
        const auto at =
            parse_rfc3339(Json::parse(record.body).at("at").get_ref<const std::string&>()).value();
        terms_.last_erasure = std::max(terms_.last_erasure.value_or(at), at);
        next_record_ = record.leaf_index + 1;
      }
      has_more = records.size() == erasures_at_once;
    }
  }

 private:
  static PersonStanding standing_of(const Fingerprint& person, Reading& reading) {
    PersonStanding standing{person, {}, reading.suppressions(person)};
    for (auto& signup : reading.signups(person)) {
      auto& lists = standing.lists;
      if (lists.empty() || lists.back().list != signup.list) {
        lists.push_back({signup.list, {}, reading.subscription(person, signup.list)});
      }
      std::vector<KnownRecord> records;
      for (const auto& record : reading.records(signup.id)) {
        records.push_back({record.leaf_index, Json::parse(record.body)});
      }
      lists.back().signups.push_back({std::move(signup), std::move(records)});
    }
    return standing;
  }

  const std::string* document(const Digest& hash, Reading& reading) {
    auto found = documents_.find(hash);
    if (found == documents_.end()) {
      auto text = reading.document(hash);
      if (!text) return nullptr;
      found = documents_.emplace(hash, *std::move(text)).first;
    }
    return &found->second;
  }

  // Every text and letter that a record names is there, byte for byte.
  Difference examine_named(const SignupStanding& signup, Reading& reading) {
    for (const auto& [index, record] : signup.records) {
      const auto named = hashes_named_by(record);
      for (const auto& text : named.texts) {
        if (document(digest_from_hex(text).value(), reading) == nullptr) {
          return fmt::format("record {} names document {}, which is not there", index, text);
        }
      }
      for (const auto& letter : named.letters) {
        if (letter != letter_of(signup.signup, reading)) {
          return fmt::format("record {} is about another letter than its signup makes", index);
        }
      }
      if (record.at("kind") == to_text(RecordKind::signup_requested) && !has_wording(record, reading)) {
        return fmt::format("record {} names a wording that its list never had", index);
      }
    }
    return std::nullopt;
  }

  std::string letter_of(const Signup& signup, Reading& reading) {
    if (!signup.letter || !signup.address) return {};
    const auto* letter_template = document(signup.letter->letter_template, reading);
    const auto* facts = document(signup.letter->facts, reading);
    if (letter_template == nullptr || facts == nullptr) return {};
    return to_hex(sha256(masked_letter(signup, *letter_template, *facts).message));
  }

  bool has_wording(const Json& record, Reading& reading) {
    const std::pair used(
        record.at("list").get<std::string>(),
        digest_from_hex(record.at("details").at("wording").get_ref<const std::string&>()).value());
    if (wordings_.contains(used)) return true;
    if (!reading.knows_wording(used.first, used.second)) return false;
    wordings_.insert(used);
    return true;
  }

  // What an operator did has its note, as long as notes are kept.
  Difference examine_acts(const PersonStanding& standing, Reading& reading) const {
    std::optional<std::vector<OperatorAct>> acts;
    for (const auto& list : standing.lists) {
      for (const auto& signup : list.signups) {
        for (const auto& [index, record] : signup.records) {
          const auto method = record.at("details").value("method", Json());
          if (method != "api" && method != "command") continue;
          const auto& kind = record.at("kind");
          if (kind != "unsubscribed" && kind != "blocked" && kind != "unblocked" && kind != "imported")
            continue;
          const auto at = parse_rfc3339(record.at("at").get_ref<const std::string&>()).value();
          if (end_of(ProofWindow{}, at) <= terms_.now) continue;
          if (!acts) acts = reading.acts_about(standing.person);
          if (std::none_of(acts->begin(), acts->end(),
                           [at](const OperatorAct& act) { return act.at == at; })) {
            return fmt::format("record {} is an operator's act, and there is no note of who did it and why",
                               index);
          }
        }
      }
    }
    return std::nullopt;
  }

  EvidenceTerms terms_;
  std::int64_t next_record_;
  std::map<Digest, std::string> documents_;  // there are few of them
  std::set<std::pair<std::string, Digest>> wordings_;
};

struct Page {
  std::vector<Fingerprint> persons;
  Difference difference;
};

// Persons from `first` on and before `end`, if there is one.
Page verify_page(const Digest& first, const std::optional<Digest>& end, StandingAudit& audit,
                 Reading& reading) {
  audit.note_erasures(reading);
  Page page{reading.persons({first}, persons_at_once), std::nullopt};
  std::erase_if(page.persons, [&](const Fingerprint& person) { return end && person.bytes >= *end; });
  for (const auto& person : page.persons) {
    try {
      page.difference = audit.take(person, reading);
    } catch (const StoreUnavailable&) {
      throw;
    } catch (const std::exception& fault) {
      page.difference = fmt::format("the rows about person {} are not in a form of ours ({})",
                                    short_name(person.bytes), fault.what());
    }
    if (page.difference) break;
  }
  return page;
}

// Nobody's facts hang on anybody else's, and writing a letter again takes longer than reading: so several
// work at it, each at a share of the fingerprints, which are as good as random.
class PersonsAudit {
 public:
  PersonsAudit(const VerifyParts& parts, const EntryAudit& entries) : parts_(parts), entries_(entries) {}

  Difference run(std::int64_t& persons) {
    std::vector<std::future<Difference>> shares;
    for (unsigned share = 0; share < workers_; ++share) {
      shares.push_back(std::async(std::launch::async, [this, share] { return take_share(share); }));
    }
    Difference first;
    for (auto& share : shares) {
      const auto difference = share.get();
      if (!first) first = difference;
    }
    persons = persons_;
    return first;
  }

 private:
  std::optional<Digest> begin_of(unsigned share) const {
    if (share == workers_) return std::nullopt;
    return Digest{static_cast<std::uint8_t>(256 * share / workers_)};
  }

  Difference take_share(unsigned share) {
    StandingAudit audit(parts_, entries_);
    const auto end = begin_of(share + 1);
    for (auto next = begin_of(share); next;) {
      const auto page =
          read_from(parts_.store, [&](Reading& reading) { return verify_page(*next, end, audit, reading); });
      if (page.difference) return page.difference;
      tell(std::ssize(page.persons));
      next = page.persons.size() < persons_at_once ? std::nullopt : after(page.persons.back().bytes);
    }
    return std::nullopt;
  }

  void tell(std::int64_t more) {
    const std::lock_guard lock(mutex_);
    persons_ += more;
    parts_.progress(persons_, "persons");
  }

  const VerifyParts& parts_;
  const EntryAudit& entries_;
  const unsigned workers_ = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
  std::mutex mutex_;
  std::int64_t persons_ = 0;
};

}  // namespace

Difference verify_standings(const VerifyParts& parts, const EntryAudit& entries, std::int64_t& persons) {
  if (auto difference = verify_documents(parts.store)) return difference;
  const auto misplaced =
      read_from(parts.store, [](Reading& reading) { return reading.misplaced_subscription(); });
  if (misplaced) {
    return fmt::format("the subscription of person {} on list {} rests on another one's signup",
                       short_name(misplaced->fingerprint.bytes), misplaced->list);
  }
  return PersonsAudit(parts, entries).run(persons);
}

}  // namespace optledger
