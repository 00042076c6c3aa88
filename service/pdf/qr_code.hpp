// A text as a QR code, for whoever holds the paper and not the file.
#pragma once

#include <string>
#include <string_view>

namespace optledger::pdf {

// `path` fills the dark modules in a square of `size` modules a side, quiet zone included: an SVG path of the
// form "M4 4h7v1h-7z…" only, which to_pdf() draws too. Empty: the text is too long for a QR code.
struct QrCode {
  int size = 0;
  std::string path;
};

QrCode qr_code(std::string_view text);

}  // namespace optledger::pdf
