#include "service/ops/access_log.hpp"

#include "lib/base/json.hpp"
#include "lib/base/text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fcntl.h>
#include <optional>

namespace optledger {
namespace {

constexpr std::string_view hour_format = "2026-11-23T19";

std::string_view hour_of(std::string_view rfc3339) { return rfc3339.substr(0, hour_format.size()); }

std::optional<Instant> start_of(std::string_view hour) {
  if (hour.size() != hour_format.size()) return std::nullopt;
  const auto instant = parse_rfc3339(std::string(hour) + ":00:00Z");
  if (!instant) return std::nullopt;
  return *instant;
}

}  // namespace

AccessLog::AccessLog(std::filesystem::path path, Duration keep) : path_(std::move(path)), keep_(keep) {
  if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path());
}

AccessLog::~AccessLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void AccessLog::open_segment(const std::string& name) {
  if (descriptor_ >= 0) ::close(descriptor_);
  segment_ = name;
  const auto file = path_.string() + "." + name;
  descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void AccessLog::write(const AccessLine& line, Instant now) {
  const auto at = to_rfc3339(now);
  const auto text = fmt::format(
      R"({{"at":"{}","ip":"{}","method":"{}","route":"{}","status":{},"bytes":{},"ms":{:.3f},"user_agent":{}}})"
      "\n",
      at, line.ip, line.method, line.route, line.status, line.bytes, line.milliseconds,
      Json(to_valid_utf8(line.user_agent)).dump());
  const std::lock_guard lock(mutex_);
  if (const auto hour = hour_of(at); hour != segment_ || descriptor_ < 0) open_segment(std::string(hour));
  // An access log that cannot be written (disk full) must not stop the service; the metrics still count.
  [[maybe_unused]] const auto written = ::write(descriptor_, text.data(), text.size());
}

int AccessLog::purge(Instant now) {
  const auto prefix = path_.filename().string() + ".";
  const auto folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
  int deleted = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const auto start = start_of(std::string_view(name).substr(prefix.size()));
    if (!start) continue;
    // A start after now was written by a wrong clock: nobody knows its age, so it goes too.
    if (*start <= now && now < *start + keep_) continue;
    deleted += std::filesystem::remove(entry.path()) ? 1 : 0;
  }
  return deleted;
}

}  // namespace optledger
