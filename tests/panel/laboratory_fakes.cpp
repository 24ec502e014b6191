#include "tests/panel/laboratory_fakes.hpp"

#include <cmath>

#include "tests/panel/memory_fakes.hpp"

namespace qarium::fakes {
namespace {

constexpr int kBits = 8;

float bit(int step, int channel) {
  return (step * 7 + channel * 13 + step * channel) % 5 < 2 ? 1.0F : 0.0F;
}

}  // namespace

protocol::LaboratorySample laboratory_sample(const char* kind, int length, int wrong) {
  protocol::LaboratorySample sample;
  sample.version = static_cast<std::uint64_t>(length);
  sample.sequences = 12'300;
  sample.length = length;
  sample.steps = 2 * length + 1;
  sample.inputs = kBits + 1;
  sample.outputs = kBits;
  sample.wrong_bits = wrong;
  for (int step = 0; step < sample.steps; ++step) {
    const bool scored = step > length;
    sample.scored.push_back(scored);
    for (int channel = 0; channel < kBits; ++channel) {
      const float told = bit(scored ? step - length - 1 : step, channel);
      sample.input.push_back(step < length ? told : 0);
      sample.target.push_back(scored ? told : 0);
      const bool flips = scored && wrong-- > 0;
      sample.answer.push_back(scored ? std::abs((flips ? 1 - told : told) - 0.03F) : 0.4F);
    }
    sample.input.push_back(step == length ? 1 : 0);
    sample.memory.push_back(memory(kind, step));
  }
  sample.episode = memory_episode(kind, sample.steps, 0);
  sample.episode.version = sample.version;
  return sample;
}

protocol::LaboratorySnapshot laboratory(const char* kind, int length) {
  protocol::LaboratorySnapshot laboratory;
  laboratory.sequence = 9;
  laboratory.running = true;
  laboratory.options.hyperparameters.memory.kind = kind;
  laboratory.sequences = 12'300;
  laboratory.sequences_per_second = 412;
  laboratory.seconds = 30.4;
  laboratory.bits_per_sequence = 0.37;
  laboratory.sample = std::make_shared<protocol::LaboratorySample>(laboratory_sample(kind, length));
  return laboratory;
}

widgets::LaboratoryCurve laboratory_curve() {
  widgets::LaboratoryCurve curve;
  for (std::int64_t sequences = 100; sequences <= 12'300; sequences += 100) {
    const double left = std::exp(-static_cast<double>(sequences) / 2'500);
    const double noise = 1 + 0.3 * std::sin(static_cast<double>(sequences));
    curve.add({sequences, 40 * left * noise + 0.01, 0.7 * left * noise});
  }
  return curve;
}

}  // namespace qarium::fakes
