# if attention.positions == sinusoidal
# uses: part/sinusoidal_positions
# end
class TokenEmbedding(nn.Module):
# if attention.kind == transformer
    """Tokens [B, N, $token_width] -> [B, N, $attention.width]."""
# else
    """Tokens [B, N, $token_width] -> [B, N, $attention.width], normalised (Ba et al. 2016) and through ReLU."""
# end

    def __init__(self):
        super().__init__()
        self.tokens = nn.Linear($token_width, $attention.width)
# if attention.positions == sinusoidal
        # Where a token lies.
        self.places = nn.Linear($attention.width, $attention.width, bias=False)
        self.register_buffer("waves", sinusoidal_positions($attention.width), persistent=False)
# end
# if attention.positions == learned
        # Where a token lies.
        self.table = nn.Embedding($tokens, $attention.width)
# end
# if attention.kind != transformer
        self.norm = nn.LayerNorm($attention.width)
# end

    def forward(self, tokens):
        x = self.tokens(tokens)
# if attention.positions == sinusoidal
        x = x + self.places(self.waves)
# end
# if attention.positions == learned
        x = x + self.table.weight
# end
# if attention.kind == transformer
        return x
# else
        return torch.relu(self.norm(x))
# end
