#include "lib/subscription/permission.hpp"

#include "lib/base/central_european_time.hpp"
#include "lib/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

constexpr std::size_t longest_line = 500;
constexpr std::size_t longest_notice = 10'000;

void complain(PermissionProblems& problems, const char* field, const char* code, std::string detail) {
  problems.push_back({field, code, std::move(detail)});
}

std::optional<EmailAddress> read_email(const PermissionRow& row, PermissionProblems& problems) {
  if (row.email.empty()) {
    complain(problems, "email", "missing-email", "an e-mail address is needed");
    return std::nullopt;
  }
  auto address = EmailAddress::parse(row.email);
  if (address) return *address;
  complain(problems, "email", "invalid-email", "not an e-mail address: " + address.error());
  return std::nullopt;
}

std::string read_list(const PermissionRow& row, const PermissionTerms& terms, PermissionProblems& problems) {
  auto list = row.list.empty() ? terms.list.value_or("") : row.list;
  const auto& known = terms.known_lists;
  if (list.empty()) {
    complain(problems, "list", "missing-list", "say which list");
  } else if (std::find(known.begin(), known.end(), list) == known.end()) {
    complain(problems, "list", "unknown-list", "there is no list of this name");
  }
  return list;
}

std::optional<PersonName> read_name(const PermissionRow& row, PermissionProblems& problems) {
  if (row.name.empty()) return std::nullopt;
  auto name = PersonName::parse(row.name);
  if (name) return *name;
  complain(problems, "name", "invalid-name", "not a name: " + name.error());
  return std::nullopt;
}

LegalBasis read_basis(const PermissionRow& row, PermissionProblems& problems) {
  const auto basis = legal_basis_from(row.basis);
  if (row.basis.empty()) {
    complain(problems, "basis", "missing-basis", "say existing_customer (§ 7 Abs. 3 UWG)");
  } else if (basis == LegalBasis::double_opt_in) {
    complain(problems, "basis", "invalid-basis",
             "nobody can state a double opt-in: the person signs up and confirms by mail");
  } else if (basis != LegalBasis::existing_customer) {
    complain(problems, "basis", "invalid-basis", "the only one taken is existing_customer (§ 7 Abs. 3 UWG)");
  }
  return LegalBasis::existing_customer;
}

bool is_line(const std::string& text) {
  return is_utf8(text) && !has_control_character(text) && count_characters(text) <= longest_line;
}

std::string read_line(const std::string& text, const char* field, const char* what,
                      PermissionProblems& problems) {
  std::string code = field;
  std::replace(code.begin(), code.end(), '_', '-');
  if (text.empty()) {
    problems.push_back({field, "missing-" + code, what});
  } else if (!is_line(text)) {
    problems.push_back(
        {field, "invalid-" + code, fmt::format("must be one line of at most {} characters", longest_line)});
  }
  return text;
}

// A date is one of the German calendar, since it is German law that asks for it.
std::optional<std::string> problem_with_purchase_time(const std::string& text, Instant now) {
  constexpr std::size_t date_alone = std::string_view("2026-11-23").size();
  const bool is_date = text.size() == date_alone;
  const auto stated = parse_rfc3339(is_date ? text + "T00:00:00Z" : text);
  if (!stated) return "must be a date like 2026-11-23, or with a time like 2026-11-23T19:09:29Z";
  const auto last = is_date ? Instant{to_central_european(now).time_since_epoch()} : now;
  if (*stated > last) return "must not be in the future";
  if (*stated < Instant{}) return "must not be before 1970";
  return std::nullopt;
}

std::string read_purchased_at(const PermissionRow& row, Instant now, PermissionProblems& problems) {
  if (row.purchased_at.empty()) {
    complain(problems, "purchased_at", "missing-purchased-at", "say when they bought");
  } else if (auto problem = problem_with_purchase_time(row.purchased_at, now)) {
    complain(problems, "purchased_at", "invalid-purchased-at", std::move(*problem));
  }
  return row.purchased_at;
}

// As it is spelt in the row, or as records have it.
bool holds_address(const Wording& notice, const std::string& as_written, const EmailAddress& address) {
  if (notice.text.find('@') == std::string::npos) return false;
  const auto folded = *fold_case(notice.text);
  return folded.find(*fold_case(as_written)) != std::string::npos ||
         folded.find(*fold_case(address.text())) != std::string::npos;
}

Wording read_notice(const PermissionRow& row, const std::optional<EmailAddress>& address,
                    const PermissionTerms& terms, PermissionProblems& problems) {
  if (row.notice.empty() && !terms.notice) {
    complain(problems, "notice", "missing-notice",
             "the text is needed by which they were told that they can object (§ 7 Abs. 3 Nr. 4 UWG)");
    return {};
  }
  const auto notice = row.notice.empty() ? *terms.notice : parse_notice(row.notice);
  if (!notice) {
    complain(problems, "notice", "invalid-notice", notice.error());
    return {};
  }
  if (address && holds_address(*notice, row.email, *address)) {
    complain(problems, "notice", "invalid-notice",
             "must be the text that every customer got, without the person's address");
  }
  return *notice;
}

}  // namespace

const TableColumns& permission_columns() {
  static const TableColumns columns{
      {"email", "list", "name", "basis", "purchase_reference", "purchased_at", "notice", "address_source"},
      1};
  return columns;
}

PermissionRow permission_row(const TableRow& cells) {
  return {.email = cells.at(0),
          .list = cells.at(1),
          .name = cells.at(2),
          .basis = cells.at(3),
          .purchase_reference = cells.at(4),
          .purchased_at = cells.at(5),
          .notice = cells.at(6),
          .address_source = cells.at(7)};
}

tl::expected<Wording, std::string> parse_notice(std::string_view whole) {
  const auto text = trim_ascii_space(whole);
  auto one_line = text;
  std::erase_if(one_line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  if (!is_utf8(text) || has_control_character(one_line)) {
    return tl::unexpected(std::string("must be plain text in UTF-8"));
  }
  if (text.empty()) return tl::unexpected(std::string("must not be empty"));
  if (count_characters(text) > longest_notice) {
    return tl::unexpected(fmt::format("must be at most {} characters", longest_notice));
  }
  return make_wording(text, {});
}

tl::expected<Permission, PermissionProblems> parse_permission(const PermissionRow& row,
                                                              const PermissionTerms& terms) {
  PermissionProblems problems;
  const auto address = read_email(row, problems);
  const auto list = read_list(row, terms, problems);
  const auto name = read_name(row, problems);
  const auto basis = read_basis(row, problems);
  const auto reference = read_line(row.purchase_reference, "purchase_reference",
                                   "say which purchase: an order or invoice number", problems);
  const auto purchased_at = read_purchased_at(row, terms.now, problems);
  const auto notice = read_notice(row, address, terms, problems);
  const auto source = read_line(row.address_source, "address_source",
                                "say where the address came from, for example the order form", problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return Permission{.address = *address,
                    .list = list,
                    .name = name,
                    .basis = basis,
                    .purchase_reference = reference,
                    .purchased_at = purchased_at,
                    .notice = notice,
                    .address_source = source};
}

}  // namespace optledger
