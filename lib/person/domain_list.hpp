// Domains that an operator takes no sign-ups from, such as those of throw-away mailboxes. One a line,
// subdomains included, with `#` comments; in any script, since both sides are brought to A-labels.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

class DomainList {
 public:
  struct Reading;
  static Reading parse(std::string_view text);

  // `domain` as EmailAddress::domain() gives it: this one or one above it is in the list.
  bool contains(std::string_view domain) const;

  std::size_t size() const { return domains_.size(); }

 private:
  std::vector<std::string> domains_;  // sorted
};

struct DomainList::Reading {
  DomainList domains;
  std::vector<std::size_t> bad_lines;  // no comment, not empty, and no domain; counted from 1
};

}  // namespace optledger
