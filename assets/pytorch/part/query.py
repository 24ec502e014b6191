class Query(nn.Module):
# if per_action
    """What attention asks: one learned vector for each action, [1, $queries, $query_width]."""
# else
    """What attention asks: a learned vector, [1, 1, $query_width]."""
# end

    def __init__(self):
        super().__init__()
        self.vectors = nn.Embedding($queries, $query_width)

    def forward(self):
        return self.vectors.weight.unsqueeze(0)
