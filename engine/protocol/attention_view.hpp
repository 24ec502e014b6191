#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/protocol/basis.hpp"
#include "engine/protocol/scene.hpp"

namespace qarium::protocol {

/// Tokens that belong together: an entry of the observation, or the rows of a matrix.
struct AttentionPart {
  std::string name;
  int rows = 1;  ///< its tokens, rows x columns of them, row by row
  int columns = 1;
  int tokens() const { return rows * columns; }
};

/// Where attention looks at one moment, evaluated by the newest network. A weight belongs to a head, a query and a
/// token.
struct AttentionView {
  std::uint64_t version = 0;  ///< another number, another content
  int heads = 0;
  int queries = 0;  ///< one for each action where actions ask, else 1
  int frames = 1;
  int rows = 0;  ///< the tokens as pictures: frames x rows x columns of them, row by row
  int columns = 0;
  /// Whose the tokens are, in their order, where no one picture shows them; empty where they lie over the frame.
  std::vector<AttentionPart> parts;
  std::vector<float> weights;  ///< [heads, queries, tokens]; each row sums to 1, or to 0 where the head is silenced
  std::vector<float> entropy;  ///< [heads, queries], nats; at most log(tokens)
  /// Part::AttentionMatrix: [heads, tokens, tokens], row i is what token i takes from each; empty where tokens do not
  /// ask one another.
  std::vector<float> matrix;
  std::vector<float> gate;  ///< fusion's gate, one for each component of what is seen; empty without one

  /// The picture of the tokens over the observation's grid, in cells: token (row, column) covers the cells from
  /// (top + row * cells_per_token, left + column * cells_per_token) on.
  float top = 0;
  float left = 0;
  float cells_per_token = 1;
  float field = 1;  ///< cells, each way, that a token is made of; its own lie in their middle

  /// Of the observation's grid, where the stage's scene is drawn in other cells; 0: in the same.
  int cell_rows = 0;
  int cell_columns = 0;
  /// Frames of the observation before the newest, as they were observed, the oldest first; empty where tokens are not
  /// of several.
  std::vector<Scene> earlier;

  std::vector<Landmark> landmarks;  ///< objects of the game, in cells; empty where it names none
  /// Share of each row of `weights` on tokens centred within one cell of a landmark; empty without landmarks.
  std::vector<float> mass;
  /// Share of all tokens that lie there: what a uniform map would have.
  float area = 0;

  int tokens() const { return frames * rows * columns; }
  bool has_matrix() const { return !matrix.empty(); }
};

/// How the gap of the greedy action against its best rival, divided by the intact gap, goes as cells are removed from
/// or revealed to the network, in steps of equal share from 0 to 1.
struct FaithfulnessCurve {
  std::vector<float> map;         ///< in order of weight
  std::vector<float> random;      ///< mean over random orders
  std::vector<float> random_low;  ///< 2.5 and 97.5 % of the orders; over episodes, of the episodes' means
  std::vector<float> random_high;
  std::vector<float> uniform;  ///< of a uniform map, whose ties fall row by row
  float map_area = 0;
  float random_area = 0;
  float uniform_area = 0;
  /// Paired over states: random - map for deletion, map - random for insertion, so that above 0 the map is better than
  /// chance; with its 95 % bootstrap interval over episodes, over orders where one frame is measured.
  float gain = 0;
  float gain_low = 0;
  float gain_high = 0;
};

/// Whether the map is faithful: METHODS section 5.
struct Faithfulness {
  std::uint64_t version = 0;  ///< another number, another content
  bool running = false;
  float progress = 0;         ///< 0 .. 1
  std::int64_t episodes = 0;  ///< 0 = one frame
  std::int64_t orders = 0;    ///< random orders a state
  std::int64_t states = 0;    ///< measured so far
  std::int64_t skipped = 0;   ///< whose intact gap is under 0.01
  FaithfulnessCurve deletion;
  FaithfulnessCurve insertion;
  int rows = 0;  ///< of the two pictures below
  int columns = 0;
  std::vector<float> saliency;     ///< of the frame last measured: change of the action values where a cell is emptied
  std::vector<float> attention;    ///< the map of that frame: mean over heads, the greedy action's where actions ask
  float saliency_correlation = 0;  ///< Spearman's, mean over states
  float redrawn_attention_correlation = 0;  ///< of the maps before and after attention's weights are drawn anew
  float redrawn_encoder_correlation = 0;    ///< and the Encoder's too
  float mass = 0;                           ///< mean share on tokens within one cell of a landmark
  float area = 0;                           ///< that region's mean share of all tokens; 0 where there are no landmarks
  Basis basis;                              ///< without a moment where episodes were measured
};

/// How attention stands at one moment of learning, over a batch of states from replay.
struct AttentionPoint {
  static constexpr int kMostHeads = 16;
  std::int64_t step = 0;  ///< environment steps
  int heads = 0;
  std::array<float, kMostHeads> entropy{};  ///< mean over states and queries, nats
  std::array<float, kMostHeads> mass{};     ///< mean share on landmarks; 0 without any
  float area = 0;                           ///< that region's mean share of all tokens; 0 without landmarks
};

}  // namespace qarium::protocol
