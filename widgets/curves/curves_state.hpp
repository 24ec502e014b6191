#pragma once
#include <map>
#include <set>
#include <string>

namespace qarium::widgets {

/// How plots over learning time are shown. What is about one plot goes by its name, which is its title.
struct CurvesState {
  // Kept in the settings file.
  std::set<std::string, std::less<>> log_axis;  ///< plots whose axis is logarithmic
  std::string maximised;                        ///< the plot that stands alone; empty = none
  int smoothing = 50;                           ///< span in points
  bool show_raw = true;
  bool show_smooth = true;

  // What part of learning time is shown.
  bool follow = true;  ///< everything up to the latest step
  double from = 0;
  double to = 1;
  struct Range {
    double low = 0;
    double high = 1;
  };
  std::map<std::string, Range, std::less<>> zoomed;  ///< up and down, by hand
  std::string boxed;                                 ///< plot in which a zoom box is being drawn; empty = none
  float box_x = 0;                                   ///< from here
  float box_y = 0;
};

struct SettingSection;
extern const SettingSection kCurvesSection;

}  // namespace qarium::widgets
