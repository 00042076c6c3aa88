// The database of one state and its journal of departures: level when it is opened, and once more when it
// goes, so that commands leave in the journal what they did; what a failing one did waits in the database for
// the next opening. Logs what an administrator should know of.
#pragma once

#include "service/flows/keep_departures.hpp"

#include <exception>

namespace optledger {

class Departures {
 public:
  struct Parts {
    DepartureJournal journal;
    ProofWindow window;
    Store& store;
    Clock& clock;
    Entropy& entropy;
  };
  explicit Departures(Parts parts);
  ~Departures();
  Departures(const Departures&) = delete;
  Departures& operator=(const Departures&) = delete;

  void keep();

  const DepartureJournal& journal() const { return parts_.journal; }
  // What the database was told at its opening; none: it was no older copy.
  const std::optional<Reapplied>& reapplied() const { return reapplied_; }

 private:
  const Parts parts_;
  const int faults_ = std::uncaught_exceptions();
  std::optional<Reapplied> reapplied_;
};

}  // namespace optledger
