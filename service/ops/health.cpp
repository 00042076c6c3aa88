#include "service/ops/health.hpp"

namespace optledger {

void Health::report(const std::string& part, const std::string& trouble) {
  const std::lock_guard lock(mutex_);
  troubles_[part] = trouble;
}

void Health::clear(const std::string& part) {
  const std::lock_guard lock(mutex_);
  troubles_.erase(part);
}

std::string Health::trouble() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [part, trouble] : troubles_) text += (text.empty() ? "" : "; ") + part + ": " + trouble;
  return text;
}

}  // namespace optledger
