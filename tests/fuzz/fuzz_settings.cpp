#include "tests/fuzz/fuzz.hpp"
#include "widgets/settings.hpp"

using namespace qarium;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = widgets::to_text(widgets::view_state_from_text(fuzz::text_of(data, size)));
  fuzz::require(widgets::to_text(widgets::view_state_from_text(text)) == text, "what is written is read again");
  return 0;
}
