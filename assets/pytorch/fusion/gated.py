class Fusion(nn.Module):
    """z x + (1 - z) W h, z = sigmoid(W_z [x, h] + b): a gate says how much is seen and how much remembered."""

    def __init__(self):
        super().__init__()
        self.project = nn.Linear($remembered, $attended)
        self.gate = nn.Linear($attended + $remembered, $attended)

    def forward(self, seen, remembered):
        z = torch.sigmoid(self.gate(torch.cat([seen, remembered], -1)))
        return z * seen + (1 - z) * self.project(remembered)
