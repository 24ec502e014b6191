#pragma once
#include "engine/protocol/laboratory.hpp"
#include "widgets/laboratory/laboratory_curve.hpp"

/// An invented laboratory that learns to copy.
namespace qarium::fakes {

/// The answer of a memory of this kind to a sequence of this length: 2 x length + 1 steps, of which the last `length`
/// count; the first `wrong` bits of the answer are wrong.
protocol::LaboratorySample laboratory_sample(const char* kind = "ntm", int length = 20, int wrong = 3);
protocol::LaboratorySnapshot laboratory(const char* kind = "ntm", int length = 20);
widgets::LaboratoryCurve laboratory_curve();

}  // namespace qarium::fakes
