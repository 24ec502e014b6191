#include "engine/config/rows.hpp"

namespace qarium::config {
namespace {

/// What a change of a row makes anew that does not say it itself: the network for a stage's, the environments for
/// theirs.
Anew anew_by_group(Group group) {
  switch (group) {
    case Group::Encoder:
    case Group::Attention:
    case Group::Memory:
    case Group::Fusion:
    case Group::Head:
      return Anew::Network;
    case Group::Environment:
      return Anew::Environments;
    default:
      return Anew::Nothing;
  }
}

std::vector<Parameter> make_table() {
  std::vector<Parameter> table;
  rows::add_learning(table);
  rows::add_exploration(table);
  rows::add_stages(table);
  rows::add_environment(table);
  rows::add_run(table);
  for (auto& row : table) {
    if (row.anew == Anew::Nothing) row.anew = anew_by_group(row.group);
  }
  return table;
}

const std::vector<Parameter> kTable = make_table();

}  // namespace

std::span<const Parameter> parameters() {
  return kTable;
}

}  // namespace qarium::config
