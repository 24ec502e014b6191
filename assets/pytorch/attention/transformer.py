# uses: part/token_embedding part/token_transformer score/scaled_dot
# if not asked_by_memory
# uses: part/query
# end
class Attention(nn.Module):
# if asked_by_memory
    """Tokens ask one another in Transformer blocks; the memory's last output weighs what comes of it. The sum is
    normalised (Ba et al. 2016)."""
# else
    """Tokens ask one another in Transformer blocks; $queries learned vectors weigh what comes of it. The sum is
    normalised (Ba et al. 2016)."""
# end

    def __init__(self):
        super().__init__()
        self.embedding = TokenEmbedding()
        self.mixer = Transformer()
# if not asked_by_memory
        self.query = Query()
# end
        self.readout = ScaledDot($query_width, $attention.width)
        self.norm = nn.LayerNorm($attention.width)

# if asked_by_memory
    def forward(self, tokens, remembered):
        x = self.mixer(self.embedding(tokens))
        weights = torch.softmax(self.readout.scores(remembered.unsqueeze(1), x), -1)
# else
    def forward(self, tokens):
        x = self.mixer(self.embedding(tokens))
        weights = torch.softmax(self.readout.scores(self.query(), x), -1)
# end
# if per_action
        return self.norm(self.readout.pooled(weights, x))
# else
        return self.norm(self.readout.pooled(weights, x)).squeeze(1)
# end
