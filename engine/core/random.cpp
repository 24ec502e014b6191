#include "engine/core/random.hpp"

#include <cmath>
#include <numbers>

namespace qarium::core {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
  constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
  constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = kMultiplier0 * counter[0];
    const std::uint64_t product1 = kMultiplier1 * counter[2];
    // In this order the key does not wait for the product.
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ (counter[1] ^ key[0]), static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ (counter[3] ^ key[1]),
               static_cast<std::uint32_t>(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t index)
    : seed_(seed), purpose_(static_cast<std::uint32_t>(purpose)), index_(index) {}

std::array<std::uint32_t, 4> RandomStream::block() const {
  const std::uint64_t number = counter_ >> 2;
  return philox4x32({static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32), purpose_, index_},
                    {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
}

std::uint32_t RandomStream::next() {
  const auto word = static_cast<std::size_t>(counter_ & 3);
  const auto draw = block()[word];
  ++counter_;
  return draw;
}

double RandomStream::uniform() {
  const auto combine = [](std::uint64_t first, std::uint64_t second) {
    return static_cast<double>(((first >> 5) << 26) | (second >> 6)) * 0x1.0p-53;
  };
  const auto word = static_cast<std::size_t>(counter_ & 3);
  if (word < 3) {  // both draws lie in one block
    const auto words = block();
    counter_ += 2;
    return combine(words[word], words[word + 1]);
  }
  const auto first = next();
  return combine(first, next());
}

double RandomStream::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

std::uint32_t RandomStream::below(std::uint32_t bound) {
  // Multiply-shift with rejection of the biased remainder (Lemire 2019, "Fast Random Integer Generation in an
  // Interval").
  std::uint64_t product = static_cast<std::uint64_t>(next()) * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = (0U - bound) % bound;
    while (static_cast<std::uint32_t>(product) < threshold)
      product = static_cast<std::uint64_t>(next()) * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

}  // namespace qarium::core
