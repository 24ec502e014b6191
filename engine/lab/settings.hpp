#pragma once
#include "engine/protocol/laboratory.hpp"

namespace qarium::lab {

/// An experiment of the NTM paper (Graves, Wayne, Danihelka 2014, section 4). Lengths, bits and the NTM's memory of
/// 128 x 20 are the paper's in both presets.
///
/// paper   Tables 1 to 3: heads, controller and learning rate of the NTM with a feedforward controller; 1e-4 for what
///         is not in the paper. Centred RMSprop with momentum 0.9 (Graves 2013, eqs. 38 to 41), a sequence an update.
///         The paper's loss is the sum over the bits of a sequence, of which there are about 100, where ours is their
///         mean: its epsilon (1e-4 inside the root, 1e-2 outside) and the 10 to which it clips the gradient's
///         components are a hundredth here. LSTM and GRU have one layer of the paper's width in place of 3.
/// quick   Adam, which needs fewer sequences. Its learning rate falls to 0 over the last four tenths of them: else what
///         was learned of repeat_copy and associative_recall was lost again now and then. The gradient's norm is
///         clipped to 10, for an NTM on copy to 1 and on repeat_copy to 3. The NTM has a feedforward controller of 100
///         units and one head of each kind; for repeat_copy two read heads, with one it was far behind after 60,000
///         sequences; for associative_recall 4 of each kind, for priority_sort 5 and 200 units. LSTM and GRU have 256
///         units, and 16 sequences an update where it is not an NTM: their time is that of the steps.
///
/// A DNC has 32 slots, as it links each with each.
///
/// Throws core::UserError for an unknown preset. Task and memory are taken as they are: Laboratory refuses what does
/// not exist.
protocol::LaboratoryOptions options_of(const protocol::LaboratoryExperiment& experiment);

}  // namespace qarium::lab
