#include "service/store/sqlite/readers.hpp"

#include "service/store/sqlite/integrity.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace optledger::sqlite {
namespace {

constexpr int max_connections = 4;

}  // namespace

class Readers::Loan {
 public:
  explicit Loan(Readers& readers) : readers_(readers), connection_(readers.borrow()) {}
  ~Loan() { readers_.give_back(std::move(connection_)); }
  Connection& operator*() { return *connection_; }

 private:
  Readers& readers_;
  std::unique_ptr<Connection> connection_;
};

std::unique_ptr<Connection> Readers::borrow() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !idle_.empty() || opened_ < max_connections; });
  if (idle_.empty()) {
    ++opened_;
    return std::make_unique<Connection>(file_, Access::read_only);
  }
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  returned_.notify_one();
}

void Readers::read(const std::function<void(Reading&)>& work) {
  Loan connection(*this);
  try {
    // Ends by going out of scope: a read has nothing to commit.
    SQLite::Transaction view((*connection).database());
    Session session(*connection);
    work(session);
  } catch (const SQLite::Exception& exception) {
    throw StoreUnavailable(fmt::format("the database cannot be read: {}", exception.getErrorStr()));
  }
}

std::vector<std::string> Readers::verify_integrity() {
  Loan connection(*this);
  return find_damage((*connection).database());
}

}  // namespace optledger::sqlite
