#pragma once
#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/laboratory_fakes.hpp"
#include "tests/panel/memory_fakes.hpp"

namespace qarium {

/// Shows a workspace with an agent that has what it is about.
inline void show_filled(Rig& rig, std::string_view workspace) {
  rig.view.workspace = workspace;
  if (workspace == "attention") {
    rig.stage = fakes::attentive_stage(fakes::attention(4, 1, 10, true));
    rig.trainer.network->blocks[1].kind = "multi_head";
  }
  if (workspace == "memory") {
    rig.stage = fakes::remembering_stage("ntm");
    rig.trainer.network->blocks[2].kind = "ntm";
  }
  if (workspace == "laboratory") {
    rig.laboratory = fakes::laboratory("ntm", 10);
    rig.laboratory_curve = fakes::laboratory_curve();
  }
  rig.frame(3);
}

}  // namespace qarium
