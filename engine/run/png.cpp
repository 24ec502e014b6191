#include "engine/run/png.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace qarium::run {
namespace {

constexpr std::size_t kMostStored = 65'535;  // bytes in a stored block

std::uint32_t png_crc(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char byte : bytes) {
    a = (a + static_cast<std::uint8_t>(byte)) % 65'521;
    b = (b + a) % 65'521;
  }
  return (b << 16U) | a;
}

void put_big_endian(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(number >> static_cast<unsigned>(shift));
}

void put_little_endian(std::string& out, std::uint16_t number) {
  out += static_cast<char>(number);
  out += static_cast<char>(number >> 8U);
}

void put_chunk(std::string& out, std::string_view type, std::string_view data) {
  put_big_endian(out, static_cast<std::uint32_t>(data.size()));
  const std::string body = std::string(type) + std::string(data);
  out += body;
  put_big_endian(out, png_crc(body));
}

std::string stored(std::string_view data) {
  std::string out = "\x78\x01";
  for (std::size_t at = 0; at == 0 || at < data.size(); at += kMostStored) {
    const auto part = data.substr(at, kMostStored);
    out += at + part.size() == data.size() ? '\1' : '\0';
    put_little_endian(out, static_cast<std::uint16_t>(part.size()));
    put_little_endian(out, static_cast<std::uint16_t>(~part.size()));
    out += part;
  }
  put_big_endian(out, adler32(data));
  return out;
}

}  // namespace

std::string grey_png(int width, int height, std::span<const std::uint8_t> pixels) {
  std::string header;
  put_big_endian(header, static_cast<std::uint32_t>(width));
  put_big_endian(header, static_cast<std::uint32_t>(height));
  header += {'\x08', '\0', '\0', '\0', '\0'};  // 8 bits, grey, deflate, no filter kind, not interlaced
  std::string rows;
  for (int row = 0; row < height; ++row) {
    rows += '\0';  // no filter
    const auto its = pixels.subspan(static_cast<std::size_t>(row) * static_cast<std::size_t>(width),
                                    static_cast<std::size_t>(width));
    rows.append(reinterpret_cast<const char*>(its.data()), its.size());
  }
  std::string png = "\x89PNG\r\n\x1a\n";
  put_chunk(png, "IHDR", header);
  put_chunk(png, "IDAT", stored(rows));
  put_chunk(png, "IEND", {});
  return png;
}

}  // namespace qarium::run
