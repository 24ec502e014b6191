# if masks
# uses: part/masked_softmax
# end
# uses: part/token_embedding score/$attention.kind
# if has_query
# uses: part/query
# end
# if attention.query == self
# uses: part/self_attention score/scaled_dot
# end
class Attention(nn.Module):
# if attention.query == self
    """Tokens ask one another; a learned query weighs what comes of it. The sum is normalised (Ba et al. 2016)."""
# end
# if attention.query == memory
    """The memory's last output weighs the tokens (Sorokin et al. 2015); their sum is normalised (Ba et al. 2016)."""
# end
# if attention.query == learned
    """A learned query weighs the tokens; their sum is normalised (Ba et al. 2016)."""
# end
# if attention.query == first
    """The first token weighs the tokens (Leurent and Mercat 2019); their sum is added to it and normalised (Ba et al.
    2016)."""
# end
# if attention.query == action
    """For each action a query weighs the tokens; each sum is normalised (Ba et al. 2016): [B, $actions, $attended]."""
# end

    def __init__(self):
        super().__init__()
        self.embedding = TokenEmbedding()
# if attention.query == self
# if attention.kind == multi_head
        self.mixer = SelfAttention($attention_class($attention.width, $attention.width, $attention.heads))
# else
        self.mixer = SelfAttention($attention_class($attention.width, $attention.width))
# end
        self.query = Query()
        self.readout = ScaledDot($query_width, $attention.width)
# else
# if has_query
        self.query = Query()
# end
# if attention.kind == multi_head
        self.readout = MultiHead($query_width, $attention.width, $attention.heads)
# else
        self.readout = $attention_class($query_width, $attention.width)
# end
# end
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
        weights = $softmax(self.readout.scores($asks, x), $among)
# if per_action
        return self.norm(self.readout.pooled(weights, x)$and_first)$if_any
# else
        return (self.norm(self.readout.pooled(weights, x)$and_first)$if_any).squeeze(1)
# end
