#include "lib/base/line_reader.hpp"

#include <utility>

namespace optledger {

std::optional<Line> LineReader::next() {
  const auto end = piece_.find('\n');
  const auto part = piece_.substr(0, end);
  if (end == std::string_view::npos) {
    hold(part);
    piece_ = {};
    return std::nullopt;
  }
  piece_.remove_prefix(end + 1);
  return ended(part);
}

std::optional<Line> LineReader::last() {
  if (!is_open_) return std::nullopt;
  return ended({});
}

void LineReader::hold(std::string_view part) {
  is_open_ = is_open_ || !part.empty();
  too_long_ = too_long_ || part.size() > max_octets_ - held_.size();
  if (too_long_) {
    held_.clear();
  } else {
    held_ += part;
  }
}

Line LineReader::ended(std::string_view rest) {
  if (is_open_ || rest.size() > max_octets_) {
    hold(rest);
    std::swap(ended_, held_);
    held_.clear();
    rest = ended_;
  }
  is_open_ = false;
  return {++number_, rest, std::exchange(too_long_, false)};
}

}  // namespace optledger
