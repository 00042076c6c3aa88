#include "service/pdf/qr_code.hpp"

#include <fmt/format.h>

#include <memory>
#include <qrencode.h>

namespace optledger::pdf {
namespace {

constexpr int quiet_zone = 4;  // modules, as ISO/IEC 18004 wants it

using Symbol = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

Symbol encode(std::string_view text, QRecLevel level) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  return {QRcode_encodeData(static_cast<int>(text.size()), bytes, 0, level), &QRcode_free};
}

bool is_dark(const QRcode& symbol, int x, int y) { return (symbol.data[y * symbol.width + x] & 1) != 0; }

int run_length(const QRcode& symbol, int x, int y) {
  int length = 0;
  while (x + length < symbol.width && is_dark(symbol, x + length, y)) ++length;
  return length;
}

}  // namespace

QrCode qr_code(std::string_view text) {
  constexpr std::size_t most = 2953;  // bytes in the largest symbol
  if (text.empty() || text.size() > most) return {};
  auto symbol = encode(text, QR_ECLEVEL_M);
  if (!symbol) symbol = encode(text, QR_ECLEVEL_L);
  if (!symbol) return {};
  QrCode code{symbol->width + 2 * quiet_zone, {}};
  for (int y = 0; y < symbol->width; ++y) {
    for (int x = 0; x < symbol->width; ++x) {
      const int length = run_length(*symbol, x, y);
      if (length > 0) {
        code.path += fmt::format("M{} {}h{}v1h-{}z", x + quiet_zone, y + quiet_zone, length, length);
      }
      x += length;
    }
  }
  return code;
}

}  // namespace optledger::pdf
