class Fusion(nn.Module):
    """x + W h: what is remembered is added to what is seen."""

    def __init__(self):
        super().__init__()
        self.project = nn.Linear($remembered, $attended)

    def forward(self, seen, remembered):
        return seen + self.project(remembered)
