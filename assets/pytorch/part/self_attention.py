class SelfAttention(nn.Module):
    """Every token asks every token before anyone asks them."""

    def __init__(self, pooling):
        super().__init__()
        self.pooling = pooling

    def forward(self, tokens):
        return self.pooling.pooled(torch.softmax(self.pooling.scores(tokens, tokens), -1), tokens)
