# uses: part/single_head
class Additive(SingleHead):
    """e_j = v^T tanh(W_q q + W_k x_j) (Bahdanau et al. 2015). queries [B or 1, Q, W], tokens [B, N, E] ->
    [B, 1, Q, N]."""

    def __init__(self, query_width, width):
        super().__init__(query_width, width)
        self.energy = nn.Linear(width, 1, bias=False)

    def scores(self, queries, tokens):
        sums = self.query(queries).unsqueeze(2) + self.key(tokens).unsqueeze(1)
        return self.energy(torch.tanh(sums)).squeeze(3).unsqueeze(1)
