#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace qarium::run {

/// Records of a TensorBoard event file: an 8-byte little-endian length, its masked CRC32C, the bytes of a serialised
/// tensorflow.Event and their masked CRC32C (tensorflow/core/lib/io/record_writer.h; tensorflow/core/util/event.proto).
/// LibTorch exports protobuf's symbols, so the few fields that are needed are written out by hand.

/// The first record of a file. `wall_time` is in seconds since 1970.
std::string event_file_start(double wall_time);
std::string scalar_event(double wall_time, std::int64_t step, std::string_view tag, float value);

/// A picture in grey, row by row; 0 is black.
struct GreyPicture {
  int width = 0;
  int height = 0;
  std::span<const std::uint8_t> pixels;
};
std::string image_event(double wall_time, std::int64_t step, std::string_view tag, const GreyPicture& picture);

/// "events.out.tfevents.SECONDS.HOST.PROCESS", as TensorBoard finds them.
std::string event_file_name(double wall_time);

}  // namespace qarium::run
