#include "engine/core/file.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "engine/core/error.hpp"

namespace qarium::core {

std::optional<std::string> read_file(const std::filesystem::path& file, std::uint64_t limit, Pipes pipes) {
  // Opening a pipe that nobody writes to would wait for ever, and reading a device might never end.
  std::error_code error;
  const auto kind = std::filesystem::status(file, error).type();
  const bool pipe = kind == std::filesystem::file_type::fifo;
  if (kind != std::filesystem::file_type::regular && !(pipe && pipes == Pipes::Read)) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> piece{};
  while (stream) {
    stream.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > limit) {
      throw UserError("'" + file.string() + "' holds more than " + std::to_string(limit) +
                      " bytes, which is too much for a file of its kind: is it the right one?");
    }
  }
  if (stream.bad()) return std::nullopt;
  return text;
}

}  // namespace qarium::core
