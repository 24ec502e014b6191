#pragma once
#include <cstdint>

/// One step of one sample's recurrent cell, forward and backward, on float pointers.
namespace qarium::nn::kernels {

/// gates [4 units] (i, f, g, o): sums in, activated out; c and h from c_before. h is no number where a sum is not
/// finite.
void lstm_forward(std::int64_t units, float* gates, const float* c_before, float* c, float* tanh_c, float* h);
/// c_gradient: of c in, of c_before out; the gates' gradient is that of their sums.
void lstm_backward(std::int64_t units, const float* gates, const float* c_before, const float* tanh_c,
                   const float* h_gradient, float* c_gradient, float* gates_gradient);
/// h = tanh(sum) in place, no number where the sum is not finite.
void tanh_forward(std::int64_t units, float* h);
void tanh_backward(std::int64_t units, const float* h, const float* h_gradient, float* sum_gradient);
/// Cho 2014 as torch.nn.GRU. sums [3 units]: what the input adds to r, z and n. kept [4 units]: what h_before adds to
/// them in, r, z, n and the part of h_before in n out. h is no number where a sum is not finite.
void gru_forward(std::int64_t units, const float* sums, float* kept, const float* h_before, float* h);
/// h_gradient: of h in, the direct part of that of h_before out. Gradients of what the input and of what h_before add.
void gru_backward(std::int64_t units, const float* kept, const float* h_before, float* h_gradient, float* sums_gradient,
                  float* products_gradient);

}  // namespace qarium::nn::kernels
