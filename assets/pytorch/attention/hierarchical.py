# uses: part/token_embedding part/hierarchical_readout
# if attention.query == self
# uses: part/region_attention
# end
# if not asked_by_memory
# uses: part/query
# end
class Attention(nn.Module):
# if asked_by_memory
    """The memory's last output weighs the tokens, region by region; their sum is normalised (Ba et al. 2016)."""
# else
    """$queries learned vectors weigh the tokens, region by region; the sum is normalised (Ba et al. 2016)."""
# end

    def __init__(self):
        super().__init__()
        self.embedding = TokenEmbedding()
# if attention.query == self
        self.mixer = RegionAttention()
# end
# if not asked_by_memory
        self.query = Query()
# end
        self.readout = HierarchicalReadout()
        self.norm = nn.LayerNorm($attention.width)

# if asked_by_memory
    def forward(self, tokens, remembered):
        x = self.readout(remembered.unsqueeze(1), self.embedding(tokens))
# else
    def forward(self, tokens):
# if attention.query == self
        x = self.readout(self.query(), self.mixer(self.embedding(tokens)))
# else
        x = self.readout(self.query(), self.embedding(tokens))
# end
# end
# if per_action
        return self.norm(x)
# else
        return self.norm(x).squeeze(1)
# end
