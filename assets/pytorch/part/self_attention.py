class SelfAttention(nn.Module):
    """Every token asks every token before anyone asks them."""

    def __init__(self, pooling):
        super().__init__()
        self.pooling = pooling

    def forward(self, tokens$and_present):
        weights = $softmax(self.pooling.scores(tokens, tokens), $among_themselves)
        return self.pooling.pooled(weights, tokens)
