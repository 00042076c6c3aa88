// A bounded queue in which whoever asks much waits behind himself: each client has a queue of his own, and
// they take turns. When all places are taken, the newest of the client who holds the most goes, so that one
// who floods shuts out nobody but himself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

namespace optledger::http {

template <typename Client, typename Item>
class FairQueue {
 public:
  explicit FairQueue(std::size_t places) : places_(places) {}

  bool empty() const { return size_ == 0; }

  // What has no place: another client's newest, or this one.
  std::optional<Item> push(const Client& client, Item item) {
    std::optional<Item> left_out;
    if (size_ >= places_) {
      const auto greediest = find_greediest();
      // With one more than the other has, this one would be the greediest himself.
      if (greediest == waiting_.end() || greediest->second.size() < waiting(client) + 2) return item;
      left_out = std::move(greediest->second.back());
      greediest->second.pop_back();  // one at least is left: his turn stays
      --size_;
    }
    auto& own = waiting_[client];
    if (own.empty()) turns_.push_back(client);
    own.push_back(std::move(item));
    ++size_;
    return left_out;
  }

  // The oldest of the client whose turn it is. Not when empty().
  Item pop() {
    const auto whose = waiting_.find(turns_.front());
    turns_.pop_front();
    Item item = std::move(whose->second.front());
    whose->second.pop_front();
    --size_;
    if (whose->second.empty())
      waiting_.erase(whose);
    else
      turns_.push_back(whose->first);
    return item;
  }

  void clear() {
    waiting_.clear();
    turns_.clear();
    size_ = 0;
  }

 private:
  std::size_t waiting(const Client& client) const {
    const auto found = waiting_.find(client);
    return found == waiting_.end() ? 0 : found->second.size();
  }
  auto find_greediest() {
    return std::max_element(waiting_.begin(), waiting_.end(), [](const auto& one, const auto& other) {
      return one.second.size() < other.second.size();
    });
  }

  const std::size_t places_;
  std::size_t size_ = 0;
  std::map<Client, std::deque<Item>> waiting_;  // nobody without anything
  std::deque<Client> turns_;                    // each of them once
};

}  // namespace optledger::http
