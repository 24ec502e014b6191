# uses: part/regions part/masked_softmax score/scaled_dot
class RegionAttention(nn.Module):
    """Every token asks the others of its region before anyone asks them."""

    def __init__(self):
        super().__init__()
        self.pooling = ScaledDot($attention.width, $attention.width)
        members, there = regions($attention.region)
        # Which region each token lies in, and so which tokens lie in the same: [N, N].
        region = torch.zeros($tokens, dtype=torch.long)
        for number, (tokens, known) in enumerate(zip(members, there)):
            region[tokens[known]] = number
        self.register_buffer("visible", region.unsqueeze(0) == region.unsqueeze(1), persistent=False)

    def forward(self, tokens$and_present):
        weights = masked_softmax(self.pooling.scores(tokens, tokens), $in_regions)
        return self.pooling.pooled(weights, tokens)
