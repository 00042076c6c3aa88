// What is not well right now, for /readyz: each part of the service says its own trouble and takes it back.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace optledger {

class Health {
 public:
  void report(const std::string& part, const std::string& trouble);
  void clear(const std::string& part);
  std::string trouble() const;  // empty: all is well

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> troubles_;
};

}  // namespace optledger
