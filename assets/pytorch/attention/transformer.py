# if masks
# uses: part/masked_softmax
# end
# uses: part/token_embedding part/token_transformer score/scaled_dot
# if has_query
# uses: part/query
# end
class Attention(nn.Module):
# if asked_by_memory
    """Tokens ask one another in Transformer blocks; the memory's last output weighs what comes of it. The sum is
    normalised (Ba et al. 2016)."""
# else
    """Tokens ask one another in Transformer blocks; $who what comes of it. The sum is
    normalised (Ba et al. 2016)."""
# end

    def __init__(self):
        super().__init__()
        self.embedding = TokenEmbedding()
        self.mixer = Transformer()
# if has_query
        self.query = Query()
# end
        self.readout = ScaledDot($query_width, $attention.width)
        self.norm = nn.LayerNorm($attention.width)

# if asked_by_memory
    def forward(self, tokens, remembered$and_present):
# else
    def forward(self, tokens$and_present):
# end
        x = self.mixer(self.embedding(tokens)$and_present)
        weights = $softmax(self.readout.scores($asks, x), $among)
# if per_action
        return self.norm(self.readout.pooled(weights, x)$and_first)$if_any
# else
        return (self.norm(self.readout.pooled(weights, x)$and_first)$if_any).squeeze(1)
# end
