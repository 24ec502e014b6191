# uses: part/by_head
class MultiHead(nn.Module):
    """Scaled dot products in every head on its own part of the width; the heads side by side through W_o (Vaswani et
    al. 2017, section 3.2.2). Weights are [B, heads, Q, N]."""

    def __init__(self, query_width, width, heads):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(query_width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def scores(self, queries, tokens):
        q, k = by_head(self.query(queries), self.heads), by_head(self.key(tokens), self.heads)
        return q / math.sqrt(k.shape[-1]) @ k.transpose(2, 3)

    def pooled(self, weights, tokens):
        heads = weights @ by_head(self.value(tokens), self.heads)
        return self.output(heads.transpose(1, 2).flatten(2))
