class SingleHead(nn.Module):
    """One head: queries W_q q, keys W_k x, values W_v x. Weights are [B, 1, Q, N]."""

    def __init__(self, query_width, width):
        super().__init__()
        self.query = nn.Linear(query_width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)

    def pooled(self, weights, tokens):
        return weights.squeeze(1) @ self.value(tokens)
