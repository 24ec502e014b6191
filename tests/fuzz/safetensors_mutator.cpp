// Changes the JSON header and the data apart, and keeps the length in front of them right, nearly always: random
// changes would hardly ever come further than that length.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

std::string mutated(std::string text, std::size_t most) {
  const std::size_t size = std::min(text.size(), most);
  text.resize(most);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, most));
  return text;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  std::uint64_t length = 0;
  constexpr unsigned kRawOneIn = 16;
  if (size < sizeof length || max_size < 2 * sizeof length || seed % kRawOneIn == 0)
    return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(&length, data, sizeof length);
  length = std::min<std::uint64_t>(length, size - sizeof length);
  std::string header(reinterpret_cast<const char*>(data) + sizeof length, length);
  std::string values(reinterpret_cast<const char*>(data) + sizeof length + length, size - sizeof length - length);
  const std::size_t room = max_size - sizeof length;
  if (seed % 4 == 1) {
    values = mutated(std::move(values), room - std::min(room, header.size()));
  } else {
    header = mutated(std::move(header), room - std::min(room, values.size()));
  }
  length = header.size();
  std::memcpy(data, &length, sizeof length);
  std::memcpy(data + sizeof length, header.data(), header.size());
  std::memcpy(data + sizeof length + header.size(), values.data(), values.size());
  return sizeof length + header.size() + values.size();
}
