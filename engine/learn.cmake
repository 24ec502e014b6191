# What learns: the only target that includes Torch. Every folder of agent is a family, or what several of them share.
qarium_library(qarium_learn FOLDERS
  nn nn/attention nn/encoder nn/fused nn/fusion nn/head nn/layers nn/memory nn/report
  agent/* lab session
  SOURCES agent/registry.cpp)
file(GLOB operations CONFIGURE_DEPENDS nn/ops/*_op.cpp nn/ops/*_plain.cpp nn/ops/*_layout.cpp nn/ops/*_state.cpp nn/ops/plain_*.cpp)
target_sources(qarium_learn PRIVATE ${operations})
if(QARIUM_CUDA_GRAPHS)
  target_sources(qarium_learn PRIVATE nn/cuda/graph_passes.cpp)
else()
  target_sources(qarium_learn PRIVATE nn/cuda/no_graph_passes.cpp)
endif()
target_link_libraries(qarium_learn PUBLIC qarium_engine qarium_kernels qarium_torch PRIVATE ${CMAKE_DL_LIBS})
target_precompile_headers(qarium_learn PRIVATE <torch/torch.h>)
