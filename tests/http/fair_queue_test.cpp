#include "service/http/fair_queue.hpp"

#include <doctest/doctest.h>

#include <string>

using optledger::http::FairQueue;

namespace {

using Queue = FairQueue<char, std::string>;

std::string all_of(Queue& queue) {
  std::string items;
  while (!queue.empty()) items += queue.pop() + " ";
  return items;
}

}  // namespace

TEST_CASE("one client's items come out in their order") {
  Queue queue(10);
  for (const char* item : {"a1", "a2", "a3"}) CHECK_FALSE(queue.push('a', item));
  CHECK(all_of(queue) == "a1 a2 a3 ");
  CHECK_FALSE(queue.push('a', "a4"));
  CHECK(all_of(queue) == "a4 ");
}

TEST_CASE("clients take turns, whoever came first and however much he brought") {
  Queue queue(10);
  for (const char* item : {"a1", "a2", "a3", "a4"}) queue.push('a', item);
  queue.push('b', "b1");
  queue.push('c', "c1");
  queue.push('c', "c2");
  CHECK(queue.pop() == "a1");
  queue.push('b', "b2");
  CHECK(all_of(queue) == "b1 c1 a2 b2 c2 a3 a4 ");
}

TEST_CASE(
    "in a full queue the newest of the greediest makes room, and who would be the greediest finds none") {
  Queue queue(4);
  for (const char* item : {"a1", "a2", "a3", "a4"}) queue.push('a', item);
  CHECK(queue.push('a', "a5") == "a5");
  CHECK(queue.push('b', "b1") == "a4");
  CHECK(queue.push('b', "b2") == "a3");
  CHECK(queue.push('b', "b3") == "b3");
  CHECK(queue.push('c', "c1") == "a2");
  CHECK(queue.push('c', "c2") == "c2");  // two and one: the same the other way round
  CHECK(all_of(queue) == "a1 b1 c1 b2 ");
}

TEST_CASE("a queue without places takes nothing") {
  Queue queue(0);
  CHECK(queue.push('a', "a1") == "a1");
  CHECK(queue.empty());
}

TEST_CASE("a cleared queue starts anew") {
  Queue queue(2);
  queue.push('a', "a1");
  queue.push('b', "b1");
  queue.clear();
  CHECK(queue.empty());
  queue.push('a', "a2");
  CHECK(all_of(queue) == "a2 ");
}
