#include "engine/nn/encoder/encoder.hpp"

#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

constexpr Kind<std::shared_ptr<Encoder> (*)(const config::EncoderOptions&, const env::Box&, bool)> kEncoderKinds[] = {
    {"mlp", make_mlp},
    {"grid_conv", make_grid_conv},
    {"nature_conv", make_nature_conv},
};

}  // namespace

std::shared_ptr<Encoder> make_encoder(const config::EncoderOptions& options, const env::Box& observation_space,
                                      bool attended) {
  return find_kind(kEncoderKinds, "encoder.kind", options.kind)(options, observation_space, attended);
}

}  // namespace qarium::nn
