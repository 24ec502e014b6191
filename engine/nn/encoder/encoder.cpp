#include "engine/nn/encoder/encoder.hpp"

#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

#define QARIUM_KIND(name, make) {#name, make},
constexpr Kind<MakeEncoder*> kEncoderKinds[] = {
#include "engine/nn/encoder/kinds.inc"
};

}  // namespace

std::shared_ptr<Encoder> make_encoder(const config::EncoderOptions& options, const EncoderInputs& inputs) {
  return find_kind(kEncoderKinds, "encoder.kind", options.kind)(options, inputs);
}

}  // namespace qarium::nn
