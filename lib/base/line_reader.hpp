// Bytes that come in pieces, taken apart into lines. However long a line is, no more than the limit is held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace optledger {

struct Line {
  std::int64_t number = 0;  // from 1
  std::string_view text;    // without its LF, with a CR before it; stays until the next call of the reader
  bool too_long = false;    // then `text` is empty
};

class LineReader {
 public:
  explicit LineReader(std::size_t max_octets) : max_octets_(max_octets) {}

  // The bytes stay the caller's and must stay where they are until next() has returned nothing.
  void feed(std::string_view piece) { piece_ = piece; }
  // The next line that has ended; nothing when the piece is used up.
  std::optional<Line> next();
  // What stands behind the last LF, when there are no more pieces.
  std::optional<Line> last();

 private:
  void hold(std::string_view part);
  Line ended(std::string_view rest);

  std::size_t max_octets_;
  std::string_view piece_;
  std::string held_;   // of a line that began in an earlier piece
  std::string ended_;  // what the last Line points into
  bool is_open_ = false;
  bool too_long_ = false;
  std::int64_t number_ = 0;
};

}  // namespace optledger
