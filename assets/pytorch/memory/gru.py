class Memory(nn.Module):
    """A GRU (Cho et al. 2014), $memory_inputs -> $memory.hidden units, laid out as torch.nn.GRUCell."""

    STATE = ("h",)

    def __init__(self):
        super().__init__()
        self.input = nn.Linear($memory_inputs, 3 * $memory.hidden)
        self.recurrent = nn.Linear($memory.hidden, 3 * $memory.hidden)

    def initial_state(self, batch):
        return (self.input.weight.new_zeros(batch, $memory.hidden),)

    def forward(self, x, state):
        (h,) = state
        r_of_x, z_of_x, n_of_x = self.input(x).chunk(3, 1)
        r_of_h, z_of_h, n_of_h = self.recurrent(h).chunk(3, 1)
        r = torch.sigmoid(r_of_x + r_of_h)
        z = torch.sigmoid(z_of_x + z_of_h)
        n = torch.tanh(n_of_x + r * n_of_h)
        h = (1 - z) * n + z * h
        return h, (h,)
