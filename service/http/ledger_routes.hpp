// The public ledger for anybody to mirror and watch (C2SP tlog-tiles): checkpoint, tiles, bundles of entries
// and the key they are signed with. Straight from the mirror's files; neither store nor writer is asked.
#pragma once

#include "service/http/router.hpp"
#include "service/store/ledger_mirror.hpp"

#include <string>

namespace optledger::http {

class LedgerRoutes {
 public:
  LedgerRoutes(const LedgerMirror& mirror, std::string vkey) : mirror_(mirror), vkey_(std::move(vkey)) {}
  void add_to(Router& router);

 private:
  Response vkey() const;
  Response checkpoint() const;
  Response tile(const Call& call) const;

  const LedgerMirror& mirror_;
  std::string vkey_;
};

}  // namespace optledger::http
