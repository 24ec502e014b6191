#pragma once
#include <string>
#include <string_view>

#include "widgets/view_state.hpp"

namespace qarium::widgets {

/// What is remembered between launches as TOML: what is the whole window's, then a section for each of its parts.
std::string to_text(const ViewState& view);
/// Reads it. Keys it does not know and values that make no sense are passed over; numbers are clamped. Text that is not
/// TOML is read line by line, as far as it makes sense: the `name = value` files of earlier versions, or one that was
/// damaged. Never throws on any text.
ViewState view_state_from_text(std::string_view text);

}  // namespace qarium::widgets
