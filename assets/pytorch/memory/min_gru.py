class Memory(nn.Module):
    """minGRU (Feng et al. 2024), $memory_inputs -> $memory.hidden units: gate and candidate look at the input alone."""

    STATE = ("h",)

    def __init__(self):
        super().__init__()
        self.input = nn.Linear($memory_inputs, 2 * $memory.hidden)

    def initial_state(self, batch):
        return (self.input.weight.new_zeros(batch, $memory.hidden),)

    def forward(self, x, state):
        (h,) = state
        gate, candidate = self.input(x).chunk(2, 1)
        z = torch.sigmoid(gate)
        h = (1 - z) * h + z * candidate
        return h, (h,)
