// What a PDF from outside has attached, and the markup that a company's own templates may hold.
#include "lib/proof/attached_file.hpp"
#include "service/pdf/markup.hpp"
#include "service/pdf/pdf.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  optledger::attached_file(bytes);
  optledger::pdf::read_markup(bytes).all_text();
  return 0;
}
