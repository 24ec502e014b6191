class Memory(nn.Module):
    """Linear recurrent unit (Orvieto et al. 2023), $memory_inputs -> $memory.hidden complex units; real parts of the state
    before imaginary ones."""

    STATE = ("h",)

    def __init__(self):
        super().__init__()
        self.input = nn.Linear($memory_inputs, 2 * $memory.hidden, bias=False)
        self.output = nn.Linear(2 * $memory.hidden, $memory.hidden)
        self.direct = nn.Linear($memory_inputs, $memory.hidden, bias=False)
        self.gate = nn.Linear($memory.hidden, 2 * $memory.hidden)
        self.nu_log = nn.Parameter(torch.zeros($memory.hidden))
        self.theta_log = nn.Parameter(torch.zeros($memory.hidden))
        self.gamma_log = nn.Parameter(torch.zeros($memory.hidden))

    def initial_state(self, batch):
        return (self.nu_log.new_zeros(batch, 2 * $memory.hidden),)

    def forward(self, x, state):
        old_real, old_imaginary = state[0].chunk(2, 1)
        in_real, in_imaginary = self.input(x).chunk(2, 1)
        magnitude, phase = torch.exp(-torch.exp(self.nu_log)), torch.exp(self.theta_log)
        real, imaginary, gamma = magnitude * torch.cos(phase), magnitude * torch.sin(phase), torch.exp(self.gamma_log)
        h = torch.cat([real * old_real - imaginary * old_imaginary + gamma * in_real,
                       real * old_imaginary + imaginary * old_real + gamma * in_imaginary], 1)
        y = self.output(h) + self.direct(x)
        return y + nn.functional.glu(self.gate(y), 1), (h,)
