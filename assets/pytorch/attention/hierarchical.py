# uses: part/token_embedding part/hierarchical_readout
# if attention.query == self
# uses: part/region_attention
# end
# if has_query
# uses: part/query
# end
class Attention(nn.Module):
# if asked_by_memory
    """The memory's last output weighs the tokens, region by region; their sum is normalised (Ba et al. 2016)."""
# else
    """$who the tokens, region by region; the sum is normalised (Ba et al. 2016)."""
# end

    def __init__(self):
        super().__init__()
        self.embedding = TokenEmbedding()
# if attention.query == self
        self.mixer = RegionAttention()
# end
# if has_query
        self.query = Query()
# end
        self.readout = HierarchicalReadout()
        self.norm = nn.LayerNorm($attention.width)

# if asked_by_memory
    def forward(self, tokens, remembered$and_present):
# else
    def forward(self, tokens$and_present):
# end
        x = self.embedding(tokens)
# if attention.query == self
        x = self.mixer(x$and_present)
# end
        x = self.readout($asks, x$and_present)$and_first
# if per_action
        return self.norm(x)$if_any
# else
        return (self.norm(x)$if_any).squeeze(1)
# end
