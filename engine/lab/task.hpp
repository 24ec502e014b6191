#pragma once
#include <torch/torch.h>

#include <cstdint>
#include <memory>

#include "engine/core/random.hpp"
#include "engine/protocol/laboratory.hpp"

namespace qarium::lab {

/// Sequences of one length, side by side. The answer is asked for after everything was told: nothing is told from step
/// `answer` on, and nothing counts before it.
struct Batch {
  torch::Tensor input;      ///< [T, B, I]: bits as 0 and 1, then the marks
  torch::Tensor target;     ///< [T, B, O]: 0 and 1; zero before `answer`
  std::int64_t answer = 0;  ///< the first step whose output is scored, as are all after it

  std::int64_t steps() const { return input.size(0); }
  std::int64_t size() const { return input.size(1); }
};

/// A supervised task of the NTM paper (Graves, Wayne, Danihelka 2014, section 4).
class Task {
 public:
  virtual ~Task() = default;
  virtual std::int64_t inputs() const = 0;   ///< I
  virtual std::int64_t outputs() const = 0;  ///< O
  /// The shortest that makes sense.
  virtual std::int64_t shortest() const { return 1; }
  /// `batch` sequences of this length; what else is free comes from the stream too, the same for all where it decides
  /// T. Requires a length that `require_length` accepts.
  virtual Batch draw(std::int64_t length, std::int64_t batch, core::RandomStream& stream) const = 0;

  /// Throws core::UserError unless sequences of this length can be asked for.
  void require_length(std::int64_t length) const;
};

/// The longest that is asked for, in vectors or items, and the most repeats.
inline constexpr std::int64_t kLongest = 200;
inline constexpr std::int64_t kMostRepeats = 20;

/// Throws core::UserError for an unknown task or sizes that it cannot have.
std::unique_ptr<Task> make_task(const protocol::LaboratoryOptions& options);

// The tasks. Their sizes are taken as checked.

/// 4.1: vectors of `bits`, a delimiter on its own channel, then the same vectors are to be given back. T = 2 L + 1.
std::unique_ptr<Task> make_copy(const protocol::LaboratoryOptions& options);
/// 4.2: vectors, then the number of repeats on its own channel, normalised to mean 0 and variance 1 over 1 ..
/// max_repeats, together with a delimiter; then the vectors are to be given back as many times, and an end mark on a
/// channel of its own. T = L + 1 + L * repeats + 1; all sequences of a batch have the same number of repeats.
std::unique_ptr<Task> make_repeat_copy(const protocol::LaboratoryOptions& options);
/// 4.3: items of 3 vectors, each behind a delimiter, then one of them again between two query delimiters; the item that
/// came after it is to be given. Length counts items. T = 4 L + 5 + 3.
std::unique_ptr<Task> make_associative_recall(const protocol::LaboratoryOptions& options);
/// 4.5: vectors, each with a priority from -1 .. 1 on a channel of its own, a delimiter, then four fifths of them (16
/// of the paper's 20, rounded up) are to be given back, the highest priority first. T = L + 1 + ceil(4 L / 5).
std::unique_ptr<Task> make_priority_sort(const protocol::LaboratoryOptions& options);

}  // namespace qarium::lab
