# uses: score/multi_head
# if attention.gating == gru
# uses: part/stream_gate
# end
class TransformerBlock(nn.Module):
    """A pre-norm block (Vaswani et al. 2017): self-attention, then two linear layers with ReLU between them."""

    def __init__(self, width, heads, feedforward):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = MultiHead(width, width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.hidden = nn.Linear(width, feedforward)
        self.output = nn.Linear(feedforward, width)
# if attention.gating == gru
        self.gate1 = StreamGate(width)
        self.gate2 = StreamGate(width)
# end

    def forward(self, x$and_present):
        normed = self.norm1(x)
        weights = $softmax(self.attention.scores(normed, normed), $among_themselves)
# if attention.gating == gru
        x = self.gate1(x, self.attention.pooled(weights, normed))
        return self.gate2(x, self.output(torch.relu(self.hidden(self.norm2(x)))))
# else
        x = x + self.attention.pooled(weights, normed)
        return x + self.output(torch.relu(self.hidden(self.norm2(x))))
# end
