// TensorBoard's records and the pictures in them, against known answers. That TensorBoard itself reads them is shown by
// tests/readers.
#include "engine/run/tensorboard.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "engine/run/png.hpp"
#include "tests/catch.hpp"

namespace qarium::tensorboard_test {
namespace {

std::string hex(const std::string& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[byte / 16];
    text += kDigits[byte % 16];
  }
  return text;
}

}  // namespace

TEST_CASE("a record is a length, an event and the checksums of both", "[run]") {
  const auto record = run::scalar_event(1.5, 300, "loss", 0.25F);
  std::uint64_t length = 0;
  std::memcpy(&length, record.data(), sizeof length);
  REQUIRE(record.size() == 8 + 4 + length + 4);
  // wall_time 1.5, step 300, summary { value { tag "loss", simple_value 0.25 } }, written by protobuf itself.
  CHECK(hex(record.substr(12, length)) ==
        "09000000000000f83f"
        "10ac02"
        "2a0d"
        "0a0b"
        "0a046c6f7373"
        "150000803e");
}

TEST_CASE("a picture is a whole PNG", "[run]") {
  const std::vector<std::uint8_t> pixels = {0, 255, 128, 7, 8, 9};
  const auto png = run::grey_png(3, 2, pixels);
  CHECK(png.substr(0, 8) == "\x89PNG\r\n\x1a\n");
  CHECK(hex(png.substr(12, 17)) == "494844520000000300000002080000000" + std::string("0"));
  CHECK(png.substr(png.size() - 8, 4) == "IEND");
  // A picture whose rows fill more than one stored block.
  const std::vector<std::uint8_t> many(300 * 300, 1);
  CHECK(run::grey_png(300, 300, many).size() > many.size());
}

}  // namespace qarium::tensorboard_test
