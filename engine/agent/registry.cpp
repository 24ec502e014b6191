#include "engine/agent/registry.hpp"

namespace qarium::agent {
namespace {

#define QARIUM_FAMILY(name, make_learner, make_policy, outputs) {#name, make_learner, make_policy},
constexpr Family kFamilies[] = {
#include "engine/agent/families.inc"
};

}  // namespace

Families families() {
  return kFamilies;
}

}  // namespace qarium::agent
