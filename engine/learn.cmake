# What learns: the only target that includes Torch.
find_package(nlohmann_json REQUIRED)

qarium_library(qarium_learn
  nn/attention/attention.cpp
  nn/attention/hierarchical.cpp
  nn/attention/masked_softmax.cpp
  nn/attention/over_time.cpp
  nn/attention/query.cpp
  nn/attention/regions.cpp
  nn/attention/scorer.cpp
  nn/attention/token_embedding.cpp
  nn/attention/token_mixer.cpp
  nn/attention/transformer_block.cpp
  nn/encoder/encoder.cpp
  nn/encoder/grid_conv.cpp
  nn/encoder/mlp.cpp
  nn/encoder/nature_conv.cpp
  nn/flat_parameters.cpp
  nn/fusion/fusion.cpp
  nn/head/head.cpp
  nn/initialisation.cpp
  nn/memory/ages.cpp
  nn/memory/block_over_time.cpp
  nn/memory/chrono.cpp
  nn/memory/controller.cpp
  nn/memory/dnc.cpp
  nn/memory/mann.cpp
  nn/memory/memory.cpp
  nn/memory/memory_bank.cpp
  nn/memory/ntm.cpp
  nn/memory/recurrent.cpp
  nn/memory/similarity.cpp
  nn/memory/temporal.cpp
  nn/memory/transformer.cpp
  nn/network.cpp
  nn/ops/cell_kernels.cpp
  nn/ops/flat_kernels.cpp
  nn/ops/grid_conv_kernels.cpp
  nn/ops/grid_conv_op.cpp
  nn/ops/ntm_backward_kernels.cpp
  nn/ops/ntm_first_state.cpp
  nn/ops/ntm_forward_kernels.cpp
  nn/ops/ntm_op.cpp
  nn/ops/ntm_plain.cpp
  nn/ops/ntm_sequence.cpp
  nn/ops/product_kernels.cpp
  nn/ops/recurrent_op.cpp
  nn/runtime.cpp
  agent/dqn.cpp
  agent/dqn_sequences.cpp
  agent/exploration.cpp
  agent/optimizer.cpp
  agent/policy.cpp
  agent/recollection.cpp
  agent/replay_buffer.cpp
  agent/sequence_replay.cpp
  agent/sum_tree.cpp
  inspect/attention_look.cpp
  inspect/beside.cpp
  inspect/empty_cells.cpp
  inspect/examination.cpp
  inspect/intervention.cpp
  inspect/memory_change.cpp
  inspect/memory_look.cpp
  inspect/removal.cpp
  inspect/what_if.cpp
  lab/associative_recall.cpp
  lab/bit_loss.cpp
  lab/copy.cpp
  lab/laboratory.cpp
  lab/laboratory_thread.cpp
  lab/model.cpp
  lab/priority_sort.cpp
  lab/repeat_copy.cpp
  lab/settings.cpp
  lab/task.cpp
  train/checkpoint.cpp
  train/evaluator.cpp
  train/inspector.cpp
  train/journal.cpp
  train/parameter_exchange.cpp
  train/replay_view.cpp
  train/run_directory.cpp
  train/safetensors.cpp
  train/session.cpp
  train/stage.cpp
  train/stage_looks.cpp
  train/train_loop.cpp
  train/trainer.cpp
  train/writer.cpp
)
target_link_libraries(qarium_learn PUBLIC qarium_env ${TORCH_LIBRARIES} PRIVATE nlohmann_json::nlohmann_json ${CMAKE_DL_LIBS})
target_include_directories(qarium_learn SYSTEM PUBLIC ${TORCH_INCLUDE_DIRS})
target_precompile_headers(qarium_learn PRIVATE <torch/torch.h>)
# The flat kernels are plain loops for the vectoriser; they hold no reduction whose order is not written out.
set_source_files_properties(nn/ops/flat_kernels.cpp nn/ops/grid_conv_kernels.cpp PROPERTIES
  COMPILE_OPTIONS "-O3;-fno-math-errno;-fno-trapping-math" SKIP_PRECOMPILE_HEADERS ON)
# These need their sums reordered to be vectorised at all, and hold no test for what is not finite.
set_source_files_properties(nn/ops/cell_kernels.cpp nn/ops/ntm_backward_kernels.cpp nn/ops/ntm_forward_kernels.cpp
  nn/ops/product_kernels.cpp PROPERTIES
  COMPILE_OPTIONS "-O3;-ffast-math" SKIP_PRECOMPILE_HEADERS ON)
set_source_files_properties(nn/runtime.cpp PROPERTIES
  COMPILE_DEFINITIONS QARIUM_VERSION="${PROJECT_VERSION}" SKIP_PRECOMPILE_HEADERS ON)
