#include "engine/run/tensorboard.hpp"

#include <unistd.h>

#include <bit>
#include <cstdio>

#include "engine/core/crc32c.hpp"
#include "engine/run/png.hpp"

namespace qarium::run {
namespace {

constexpr std::uint32_t kMaskDelta = 0xa282ead8;

// Protocol buffers, wire types 0 (varint), 1 (64 bits), 2 (length and bytes) and 5 (32 bits).
enum WireType : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

void put_varint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U)
    out += static_cast<char>(number | 0x80U);
  out += static_cast<char>(number);
}

void put_key(std::string& out, std::uint64_t field, WireType type) {
  put_varint(out, field << 3U | type);
}

template <class Number>
void put_fixed(std::string& out, Number number) {
  std::array<char, sizeof number> bytes{};
  if constexpr (std::endian::native == std::endian::little) {
    bytes = std::bit_cast<std::array<char, sizeof number>>(number);
  }
  out.append(bytes.data(), bytes.size());
}
static_assert(std::endian::native == std::endian::little, "event files are little-endian");

void put_bytes(std::string& out, std::uint64_t field, std::string_view bytes) {
  put_key(out, field, Bytes);
  put_varint(out, bytes.size());
  out += bytes;
}

void put_number(std::string& out, std::uint64_t field, std::int64_t number) {
  put_key(out, field, Varint);
  put_varint(out, static_cast<std::uint64_t>(number));
}

std::uint32_t masked_crc(std::string_view bytes) {
  const auto crc = core::crc32c(std::as_bytes(std::span(bytes)));
  return std::rotr(crc, 15) + kMaskDelta;
}

/// Event: 1 wall_time (double), 2 step (int64), 3 file_version (string), 5 summary (Summary).
std::string record(double wall_time, std::int64_t step, std::uint64_t field, std::string_view content) {
  std::string event;
  put_key(event, 1, Fixed64);
  put_fixed(event, wall_time);
  if (step != 0) put_number(event, 2, step);
  put_bytes(event, field, content);

  std::string length;
  put_fixed(length, static_cast<std::uint64_t>(event.size()));
  std::string framed = length;
  put_fixed(framed, masked_crc(length));
  framed += event;
  put_fixed(framed, masked_crc(event));
  return framed;
}

/// Summary: 1 value (Value). Value: 1 tag (string), 2 simple_value (float), 4 image (Image).
std::string summary_record(double wall_time, std::int64_t step, const std::string& value) {
  std::string summary;
  put_bytes(summary, 1, value);
  return record(wall_time, step, 5, summary);
}

}  // namespace

std::string event_file_start(double wall_time) {
  return record(wall_time, 0, 3, "brain.Event:2");
}

std::string scalar_event(double wall_time, std::int64_t step, std::string_view tag, float value) {
  std::string its;
  put_bytes(its, 1, tag);
  put_key(its, 2, Fixed32);
  put_fixed(its, value);
  return summary_record(wall_time, step, its);
}

std::string image_event(double wall_time, std::int64_t step, std::string_view tag, const GreyPicture& picture) {
  // Image: 1 height, 2 width, 3 colorspace (1 is grey), 4 encoded_image_string.
  std::string image;
  put_number(image, 1, picture.height);
  put_number(image, 2, picture.width);
  put_number(image, 3, 1);
  put_bytes(image, 4, grey_png(picture.width, picture.height, picture.pixels));
  std::string its;
  put_bytes(its, 1, tag);
  put_bytes(its, 4, image);
  return summary_record(wall_time, step, its);
}

std::string event_file_name(double wall_time) {
  char host[64] = "localhost";
  gethostname(host, sizeof host - 1);
  char name[160];
  std::snprintf(name, sizeof name, "events.out.tfevents.%010lld.%s.%d", static_cast<long long>(wall_time), host,
                static_cast<int>(getpid()));
  return name;
}

}  // namespace qarium::run
