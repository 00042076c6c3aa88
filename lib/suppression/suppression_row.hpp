// One row of a list of rules from outside, as it stands in the file: who, on which list, since when. Read
// from a CSV row under its header, or from one line of JSON; written by our own export in the same columns.
#pragma once

#include "lib/suppression/suppression.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// Nothing is checked yet. Empty: not said.
struct SuppressionRow {
  std::string email;
  std::string fingerprint;  // instead of the address
  std::string list;
  std::string kind;
  std::string since;
};

// Which cell of a CSV row is what.
class SuppressionColumns {
 public:
  // The errors name the column, but never repeat what could be an address: files without a header begin with
  // one.
  static tl::expected<SuppressionColumns, std::string> parse(const std::vector<std::string>& header);

  tl::expected<SuppressionRow, std::string> row(const std::vector<std::string>& cells) const;

 private:
  std::vector<std::string SuppressionRow::*> members_;
};

tl::expected<SuppressionRow, std::string> suppression_row_from_json(std::string_view line);

// The header of an export, its rows, its lines: what the readers above take.
std::string suppression_csv_header();
std::string to_csv_line(const Suppression& rule);
std::string to_json_line(const Suppression& rule);

}  // namespace optledger
