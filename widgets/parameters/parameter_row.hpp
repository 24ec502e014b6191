#pragma once
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// One hyperparameter to read and to change: name, slider or choice or switch, value, return to the preset's, badge.
/// Its controls are PLACE.NAME.slider, .value, .field, .choice, .switch, .reset, .name.

/// With the room that a refusal's words take.
float parameter_row_height(const PanelContext& context, const config::Parameter& parameter, float width);
void draw_parameter_row(const PanelContext& context, const config::Parameter& parameter, const Rect& row,
                        std::string_view place);

}  // namespace qarium::widgets
