# uses: part/regions part/masked_softmax
class HierarchicalReadout(nn.Module):
    """Two levels of scaled dot products (after Yang et al. 2016): the first weighs the tokens inside each region of
    $attention.region x $attention.region and sums them up, the second weighs the sums."""

    def __init__(self):
        super().__init__()
        self.cell_query = nn.Linear($query_width, $attention.width)
        self.region_query = nn.Linear($query_width, $attention.width)
        self.key = nn.Linear($attention.width, $attention.width, bias=False)
        self.value = nn.Linear($attention.width, $attention.width)
        self.region_key = nn.Linear($attention.width, $attention.width)
        members, there = regions($attention.region)
        self.register_buffer("members", members, persistent=False)
        self.register_buffer("there", there, persistent=False)

    def forward(self, queries, tokens$and_present):
        """queries [B or 1, Q, $query_width], tokens [B, N, $attention.width] -> [B, Q, $attention.width]"""
        scale = 1 / math.sqrt($attention.width)
        # Inside the regions: [B, Q, R, S].
        scores = self.cell_query(queries) * scale @ self.key(tokens).transpose(1, 2)
# if masks
        there = self.there & present[:, self.members].unsqueeze(1)
        cells = masked_softmax(scores[:, :, self.members], there)
# else
        cells = masked_softmax(scores[:, :, self.members], self.there)
# end
        values = self.value(tokens)[:, self.members]
        sums = (cells.unsqueeze(-1) * values.unsqueeze(1)).sum(3)
        # Among them: [B, Q, R].
        asked = (self.region_query(queries) * scale).unsqueeze(2)
# if masks
        weights = masked_softmax((asked * self.region_key(sums)).sum(3), there.any(-1))
# else
        weights = torch.softmax((asked * self.region_key(sums)).sum(3), -1)
# end
        return (weights.unsqueeze(3) * sums).sum(2)
