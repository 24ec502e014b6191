// CRC-32C against the known answers.
#include <vector>

#include "engine/core/crc32c.hpp"
#include "tests/catch.hpp"

namespace qarium::core_crc32c_test {

TEST_CASE("CRC-32C gives the known answers") {
  // RFC 3720, appendix B.4.
  const std::vector<std::byte> zeros(32);
  CHECK(core::crc32c(zeros) == 0x8a9136aa);
  CHECK(core::crc32c(std::vector<std::byte>(32, std::byte{0xff})) == 0x62a8ab43);
  CHECK(core::crc32c(std::as_bytes(std::span("123456789", 9))) == 0xe3069283);
  CHECK(core::crc32c({}) == 0);
}

TEST_CASE("CRC-32C of a whole is that of its parts one after the other") {
  std::vector<std::byte> bytes(101);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(i * 37);
  const auto whole = core::crc32c(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::span all(bytes);
    CHECK(core::crc32c(all.subspan(cut), core::crc32c(all.first(cut))) == whole);
  }
  bytes[50] ^= std::byte{1};
  CHECK(core::crc32c(bytes) != whole);
}

}  // namespace qarium::core_crc32c_test
