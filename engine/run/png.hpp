#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace qarium::run {

/// The bytes of a PNG file of 8-bit grey pixels, row by row, stored without compression (ISO/IEC 15948; RFC 1950 and
/// 1951, stored blocks): for small pictures in event files, where no picture library is at hand.
/// Requires pixels.size() == width * height.
std::string grey_png(int width, int height, std::span<const std::uint8_t> pixels);

}  // namespace qarium::run
