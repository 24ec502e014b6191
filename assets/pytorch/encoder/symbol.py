class Encoder(nn.Module):
# if attends
    """Symbols by number: a learned table turns each component into a token, [B, $observation.size, $encoder.width]."""
# else
    """Symbols by number: a learned table turns each component into $encoder.width numbers, side by side,
    [B, 1, $observation.size * $encoder.width]."""
# end

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding($encoder_symbols, $encoder.width)

    def forward(self, observation):
        tokens = self.table(observation.flatten(1).long().clamp(0, $encoder_symbols - 1))
# if attends
        return tokens
# else
        return tokens.reshape(len(observation), 1, -1)
# end
