# uses: part/by_head part/masked_softmax
class CausalBlock(nn.Module):
    """A pre-norm block over time: the newest step asks itself and those before it. Positions are relative (Shaw et al.
    2018, equation 4, keys only): e_j = q (k_j + a_age) / sqrt(width of a head)."""

    def __init__(self, width, heads, feedforward, length):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)
        self.ages = nn.Embedding(length, width)  # row 0: the newest step
        self.norm2 = nn.LayerNorm(width)
        self.hidden = nn.Linear(width, feedforward)
        self.narrow = nn.Linear(feedforward, width)

    def forward(self, stream, visible):
        """stream [B, K, E]: what this block was given, the newest last -> [B, E]"""
        normed = self.norm1(stream)
        q = by_head(self.query(normed[:, -1:]), self.heads)
        k = by_head(self.key(normed) + self.ages.weight.flip(0), self.heads)
        weights = masked_softmax(q / math.sqrt(q.shape[-1]) @ k.transpose(2, 3), visible)
        pooled = weights @ by_head(self.value(normed), self.heads)
        x = stream[:, -1] + self.output(pooled.transpose(1, 2).flatten(1))
        return x + self.narrow(torch.relu(self.hidden(self.norm2(x))))
