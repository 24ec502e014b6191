class Stream(nn.ModuleList):
    """Linear layers with ReLU between them."""

    def __init__(self, *widths):
        super().__init__(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        *hidden, last = self
        for linear in hidden:
            x = torch.relu(linear(x))
        return last(x)
