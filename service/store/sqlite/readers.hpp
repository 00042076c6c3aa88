// A few read-only connections, lent to one reader at a time. Readers never wait for the writer.
#pragma once

#include "service/store/sqlite/session.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace optledger::sqlite {

class Readers {
 public:
  explicit Readers(const std::filesystem::path& file) : file_(file) {}

  void read(const std::function<void(Reading&)>& work);
  std::vector<std::string> verify_integrity();

 private:
  class Loan;
  std::unique_ptr<Connection> borrow();
  void give_back(std::unique_ptr<Connection> connection);

  const std::filesystem::path file_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int opened_ = 0;
};

}  // namespace optledger::sqlite
