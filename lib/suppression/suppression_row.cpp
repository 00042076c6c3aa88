#include "lib/suppression/suppression_row.hpp"

#include "lib/base/csv.hpp"
#include "lib/base/json.hpp"

namespace optledger {

const TableColumns& suppression_columns() {
  static const TableColumns columns{{"email", "fingerprint", "list", "kind", "since"}, 2};
  return columns;
}

SuppressionRow suppression_row(const TableRow& cells) {
  return {.email = cells.at(0),
          .fingerprint = cells.at(1),
          .list = cells.at(2),
          .kind = cells.at(3),
          .since = cells.at(4)};
}

std::string suppression_csv_header() { return csv_line({"fingerprint", "list", "kind", "since"}); }

std::string to_csv_line(const Suppression& rule) {
  return csv_line({to_hex(rule.person.bytes), rule.list.value_or(""), std::string(to_text(rule.kind)),
                   to_rfc3339(rule.since)});
}

std::string to_json_line(const Suppression& rule) {
  return Json{{"fingerprint", to_hex(rule.person.bytes)},
              {"list", or_null(rule.list)},
              {"kind", to_text(rule.kind)},
              {"since", to_rfc3339(rule.since)}}
             .dump() +
         "\n";
}

}  // namespace optledger
