// One row of a list of rules from outside, as it stands in the file: who, on which list, since when. Our own
// export is written in the same columns.
#pragma once

#include "lib/base/table.hpp"
#include "lib/suppression/suppression.hpp"

#include <string>

namespace optledger {

// Nothing is checked yet. Empty: not said.
struct SuppressionRow {
  std::string email;
  std::string fingerprint;  // instead of the address
  std::string list;
  std::string kind;
  std::string since;
};

// The members above, by their names and in their order.
const TableColumns& suppression_columns();
SuppressionRow suppression_row(const TableRow& cells);

// The header of an export, its rows, its lines.
std::string suppression_csv_header();
std::string to_csv_line(const Suppression& rule);
std::string to_json_line(const Suppression& rule);

}  // namespace optledger
