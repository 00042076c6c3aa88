// The lists of facts on a proof's page: lines with a label, what is said about it in words a person
// understands, and where to read on. A member without words of its own stands there by its name, and its
// value as JSON.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/base/json.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace optledger::http {

class ProofDocuments;
class Templates;

// Refers to what it is made from, which must outlive it.
class ProofFacts {
 public:
  // `language`: one that has words.
  ProofFacts(const ProofDocuments& documents, const Templates& templates, const std::string& language);

  // Lines for the part proof-fact: everything the object says, in the order a reader wants it.
  Json of_conclusion(const Json& conclusion) const;
  Json of_record(const Json& record) const;
  Json of_controller(const Json& controller) const;  // without what the configuration leaves open
  Json of_receipt(const Json& receipt) const;        // of an erasure, without what has sections of its own
  Json of_period(const Json& period) const;          // of a consent or a permission in such a receipt

  // The values of the part proof-instant when `value` is one of our own times (interface.md, 5), else false.
  Json instant_or_nothing(const Json& value) const;

  std::optional<std::string> word(const std::string& key) const;

 private:
  Json instant(Instant at) const;
  Json civil(std::chrono::local_time<Duration> local, const std::string& zone) const;
  Json fact(const std::string& name, const Json& value) const;
  std::optional<std::string> in_words(const std::string& name, const Json& value,
                                      const std::string& plain) const;
  Json lines(const Json& value) const;

  const ProofDocuments& documents_;
  const Templates& templates_;
  const std::string& language_;
};

}  // namespace optledger::http
