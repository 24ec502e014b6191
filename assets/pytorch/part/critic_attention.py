# uses: part/masked_softmax
class CriticAttention(nn.Module):
    """How much each of the last $critic_window states of the episode counts for V(s), the present one last:
    alpha = softmax_k v^T tanh(W_q x + W_k x_k + b) (after Bahdanau et al. 2015)."""

    UNITS = 64  # of the score
    STATE = ("critic_states", "critic_known")

    def __init__(self):
        super().__init__()
        self.query = nn.Linear($fused, self.UNITS)
        self.key = nn.Linear($fused, self.UNITS, bias=False)
        self.score = nn.Linear(self.UNITS, 1, bias=False)

    def initial_state(self, batch):
        zeros = self.key.weight.new_zeros
        return zeros(batch, $critic_window, $fused), zeros(batch, $critic_window)

    def forward(self, x, state):
        """x [B, $fused] -> alpha [B, $critic_window], and the states that they weigh."""
        states, known = state
        states = torch.cat([states[:, 1:], x.unsqueeze(1)], 1)
        known = torch.cat([known[:, 1:], torch.ones_like(known[:, :1])], 1)
        scores = self.score(torch.tanh(self.query(x).unsqueeze(1) + self.key(states))).squeeze(2)
        return masked_softmax(scores, known > 0.5), (states, known)
