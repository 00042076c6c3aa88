// The verbs of a random history: how often each comes, compared with the others, and what it is called when a
// history is told.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace optledger::test {

template <typename Verb>
struct WeightedVerb {
  Verb verb;
  int weight;
  const char* name;
};

// Whatever the size of the history.
template <typename Number>
rc::Gen<Number> below(Number end) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Number>(0, end));
}

// `verbs` must outlive it.
template <typename Verb, std::size_t count>
rc::Gen<Verb> any_verb(const std::array<WeightedVerb<Verb>, count>& verbs) {
  int sum = 0;
  for (const auto& one : verbs) sum += one.weight;
  return rc::gen::map(below(sum), [&verbs](int weight) {
    const auto* one = verbs.begin();
    while (weight >= one->weight) weight -= (one++)->weight;
    return one->verb;
  });
}

template <typename Verb, std::size_t count>
const char* name_of(Verb verb, const std::array<WeightedVerb<Verb>, count>& verbs) {
  return std::find_if(verbs.begin(), verbs.end(), [verb](const auto& one) { return one.verb == verb; })->name;
}

}  // namespace optledger::test
