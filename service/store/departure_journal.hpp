// The journal of departures: a file beside the database, which a copied-back database cannot take with it.
// Many processes use it, one at a time; whatever is killed or refused by the disk leaves whole lines behind,
// and marks say up to where a database has them.
#pragma once

#include "lib/departures/departure.hpp"
#include "service/store/durable_file.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace optledger {

class DepartureJournal {
 public:
  // `keys`: the check value of the keys its fingerprints are made with.
  DepartureJournal(std::filesystem::path file, std::string keys);

  const std::filesystem::path& file() const { return file_; }

  // The mark behind its last line, looked up in microseconds and without waiting. None: there is no journal,
  // or its last writer was broken off.
  std::optional<Digest> mark() const;

  // The right to read and write it, which waits for all others to be through. Throws std::runtime_error with
  // a line for the operator, also when the journal is damaged or belongs to other keys.
  class Turn {
   public:
    explicit Turn(const DepartureJournal& journal);

    bool is_missing() const;
    std::optional<Digest> mark() const;
    // Every line but head and marks, unless a later one repeats or replaces it.
    using Take = std::function<void(const Departure&)>;
    void read(const Take& take) const;

    // Makes it, when it is missing, or writes it anew: `write` is called with what takes its lines. The old
    // one stays until all of it is on disk.
    void replace(const std::function<void(const Take& line)>& write);

    // Behind its last whole line. On disk when it returns.
    void append(const std::string& lines, const JournalMark& mark);

   private:
    Descriptor open_locked() const;
    void read_lines(const std::function<void(const Departure&, std::int64_t number)>& take) const;

    const DepartureJournal& journal_;
    Descriptor descriptor_;
  };

 private:
  std::filesystem::path file_;
  std::string keys_;
};

}  // namespace optledger
