class StreamGate(nn.Module):
    """How a sublayer's output joins the stream: the gate of GTrXL (Parisotto et al. 2020, section 3.2)."""

    def __init__(self, width):
        super().__init__()
        self.keep = nn.Parameter(torch.full((width,), 2.0))
        self.from_sublayer = nn.Linear(width, 3 * width, bias=False)
        self.from_stream = nn.Linear(width, 2 * width, bias=False)
        self.candidate = nn.Linear(width, width, bias=False)

    def forward(self, x, sublayer):
        y = self.from_sublayer(torch.relu(sublayer)).chunk(3, -1)
        r_of_x, z_of_x = self.from_stream(x).chunk(2, -1)
        r = torch.sigmoid(y[0] + r_of_x)
        z = torch.sigmoid(y[1] + z_of_x - self.keep)
        return (1 - z) * x + z * torch.tanh(y[2] + self.candidate(r * x))
