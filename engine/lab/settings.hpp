#pragma once
#include <cstdint>
#include <string>

#include "engine/core/laboratory.hpp"

namespace qarium::lab {

/// The paper's experiment (Graves, Wayne, Danihelka 2014, section 4 and tables 1 to 3) with this memory. Lengths, bits
/// and the NTM's memory of 128 x 20 are the paper's. What differs:
///
///   optimizer    Adam in place of RMSprop with momentum 0.9 and learning rate 1e-4: it needs fewer sequences.
///                An NTM's short memory of the gradient's square (adam_beta2) and large optimizer_eps keep what was
///                learned from being lost once the gradient vanishes; it still happens now and then.
///   clipping     the gradient's norm to 10, for an NTM on repeat_copy to 3 and on associative_recall to 0.5; the paper
///                clips each component to 10
///   ntm          a feedforward controller of 100 units and one head of each kind (table 1). For repeat_copy two read
///                heads: with one it was far behind after 60,000 sequences. For associative_recall the paper has 4
///                heads of each kind and 256 units, for priority_sort 8 and 512, where we have 5 and 200.
///   lstm, gru    one layer of 256 units in place of 3
///   dnc          is not in the paper; 32 slots, as it links each with each
///   batches      of 16 sequences, where it is not an NTM: their time is that of the steps, not of the batch
///
/// Task and memory are taken as they are: Laboratory refuses what does not exist.
core::LaboratoryOptions paper_settings(const std::string& task, const std::string& memory, std::int64_t seed);

}  // namespace qarium::lab
