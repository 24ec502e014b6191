#pragma once
#include <string_view>

namespace qarium::config {

/// What `algorithm` and the `kind` of each stage may be: the names of the lists that the families of learners and the
/// stages keep beside their code, `kinds.inc`. What makes them is not known here.

#define QARIUM_KIND(name, make) #name,
inline constexpr std::string_view kEncoderKinds[] = {
#include "engine/nn/encoder/kinds.inc"
};

#define QARIUM_KIND(name, make) #name,
inline constexpr std::string_view kAttentionKinds[] = {
#include "engine/nn/attention/kinds.inc"
};

#define QARIUM_SCORE(name, make) #name,
inline constexpr std::string_view kAttentionScores[] = {
#include "engine/nn/attention/scores.inc"
};

#define QARIUM_KIND(name, make) #name,
inline constexpr std::string_view kMemoryKinds[] = {
#include "engine/nn/memory/kinds.inc"
};

#define QARIUM_KIND(name, make) #name,
inline constexpr std::string_view kFusionKinds[] = {
#include "engine/nn/fusion/kinds.inc"
};

#define QARIUM_FAMILY(name, make_learner, make_policy, outputs) #name,
inline constexpr std::string_view kAlgorithms[] = {
#include "engine/agent/families.inc"
};

/// What the Head of each of them gives, in the same order.
#define QARIUM_FAMILY(name, make_learner, make_policy, outputs) #outputs,
inline constexpr std::string_view kAlgorithmOutputs[] = {
#include "engine/agent/families.inc"
};

}  // namespace qarium::config
