#pragma once
#include "engine/nn/report/reports.hpp"
#include "engine/protocol/critic_view.hpp"

namespace qarium::nn {

/// What the critic reported of one row, as far as the episode goes back.
protocol::CriticView critic_view(const CriticReport& report, std::int64_t row);

}  // namespace qarium::nn
