class Controller(nn.Module):
    """What drives the heads: one layer with tanh, fed with the input and the previous reads."""

    def __init__(self, inputs, units):
        super().__init__()
        self.input = nn.Linear(inputs, units)

    def forward(self, x):
        return torch.tanh(self.input(x))
