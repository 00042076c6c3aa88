#include "lib/base/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace optledger {
namespace {

struct Block {
  std::array<std::uint8_t, 16> start;
  int bits;
};

constexpr std::array not_public_v4{Block{{0}, 8},
                                   Block{{10}, 8},
                                   Block{{100, 64}, 10},
                                   Block{{127}, 8},
                                   Block{{169, 254}, 16},
                                   Block{{172, 16}, 12},
                                   Block{{192, 0, 0}, 24},
                                   Block{{192, 0, 2}, 24},
                                   Block{{192, 88, 99}, 24},
                                   Block{{192, 168}, 16},
                                   Block{{198, 18}, 15},
                                   Block{{198, 51, 100}, 24},
                                   Block{{203, 0, 113}, 24},
                                   Block{{224}, 4},
                                   Block{{240}, 4}};
// Of global unicast: protocol assignments (Teredo and ORCHID among them), documentation, 6to4.
constexpr std::array not_public_v6{Block{{0x20, 0x01, 0x00}, 23}, Block{{0x20, 0x01, 0x0d, 0xb8}, 32},
                                   Block{{0x20, 0x02}, 16}, Block{{0x3f, 0xff, 0x00}, 20}};
constexpr Block global_unicast{{0x20}, 3};
constexpr Block mapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Block translated{{0x00, 0x64, 0xff, 0x9b}, 96};  // NAT64 (RFC 6052)

bool is_in(std::string_view octets, const Block& block) {
  for (int bit = 0; bit < block.bits; ++bit) {
    const auto place = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if ((static_cast<std::uint8_t>(octets[place]) & mask) != (block.start[place] & mask)) return false;
  }
  return true;
}

}  // namespace

bool is_public_address(std::string_view octets) {
  const auto has_it = [&](const Block& block) { return is_in(octets, block); };
  if (octets.size() == 4) return std::none_of(not_public_v4.begin(), not_public_v4.end(), has_it);
  if (octets.size() != 16) return false;
  if (has_it(mapped) || has_it(translated)) return is_public_address(octets.substr(12));
  return has_it(global_unicast) && std::none_of(not_public_v6.begin(), not_public_v6.end(), has_it);
}

}  // namespace optledger
