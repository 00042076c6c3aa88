// The one place with full IP addresses: a file of its own, cut into hourly segments (PATH.2026-11-23T19),
// each deleted before its oldest line is as old as `keep` (seven days at most, T2.18). Purged at start too,
// before serving.
#pragma once

#include "lib/base/instant.hpp"

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace optledger {

struct AccessLine {
  std::string_view ip;
  std::string_view method;
  std::string_view route;  // the pattern, such as /confirm/{token}: a path may hold a token
  int status = 0;
  std::size_t bytes = 0;
  double milliseconds = 0;
  std::string_view user_agent;
};

class AccessLog {
 public:
  AccessLog(std::filesystem::path path, Duration keep);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;

  void write(const AccessLine& line, Instant now);

  // Deletes segments that are due and says how many.
  int purge(Instant now);

 private:
  void open_segment(const std::string& name);

  const std::filesystem::path path_;
  const Duration keep_;
  std::mutex mutex_;
  std::string segment_;
  int descriptor_ = -1;
};

}  // namespace optledger
