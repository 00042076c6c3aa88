// The texts and letters of a proof as its page shows them: numbered, so that a record can point to them.
#pragma once

#include "lib/base/json.hpp"

#include <string>
#include <vector>

namespace optledger::http {

// Refers to `proof`, which must outlive it.
class ProofDocuments {
 public:
  explicit ProofDocuments(const Json& proof);

  // "1", "2", … in the order in which the records first name them, then those that no record names. Empty:
  // there is none with this hex SHA-256.
  std::string number_of_text(const std::string& hash) const;
  std::string number_of_letter(const std::string& hash) const;

  // The values of the page's sections, by number. Throw std::invalid_argument for a letter that is not
  // base64.
  Json texts() const;
  Json letters() const;

 private:
  Json text(const std::string& hash) const;
  Json letter(const std::string& hash) const;

  const Json& proof_;
  std::vector<std::string> texts_;    // hex SHA-256, by number
  std::vector<std::string> letters_;  // the same
};

}  // namespace optledger::http
