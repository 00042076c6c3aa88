// The legal permission to mail an existing customer without consent (§ 7 Abs. 3 UWG), with its evidence: what
// they bought and when, where the address came from, and the notice they got of their right to object.
#pragma once

#include "lib/base/instant.hpp"
#include "lib/base/table.hpp"
#include "lib/consent/legal_basis.hpp"
#include "lib/consent/wording.hpp"
#include "lib/person/email_address.hpp"
#include "lib/person/person_name.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace optledger {

// As it came; nothing is checked yet. Empty: not said.
struct PermissionRow {
  std::string email;
  std::string list;
  std::string name;
  std::string basis;
  std::string purchase_reference;
  std::string purchased_at;
  std::string notice;
  std::string address_source;
};

// The members above, by their names and in their order: a file's columns, a call's members.
const TableColumns& permission_columns();
PermissionRow permission_row(const TableRow& cells);

struct Permission {
  EmailAddress address;
  std::string list;
  std::optional<PersonName> name;
  LegalBasis basis;  // never double_opt_in
  std::string purchase_reference;
  std::string purchased_at;  // a date or an RFC 3339 time, as it was given
  Wording notice;
  std::string address_source;
};

struct PermissionTerms {
  std::vector<std::string> known_lists;
  std::optional<std::string> list;  // for rows that name none
  std::optional<Wording> notice;    // for rows without one
  Instant now{};
};

// One thing wrong with one member: a stable code, and half a sentence that repeats nothing of the row.
struct PermissionProblem {
  std::string field;
  std::string code;
  std::string detail;
};
using PermissionProblems = std::vector<PermissionProblem>;

// Without all of its evidence there is no permission. All that is wrong is said at once.
tl::expected<Permission, PermissionProblems> parse_permission(const PermissionRow& row,
                                                              const PermissionTerms& terms);

// The notice as it is kept for good: the text that every customer got, so it must not hold an address of
// theirs.
tl::expected<Wording, std::string> parse_notice(std::string_view text);

}  // namespace optledger
