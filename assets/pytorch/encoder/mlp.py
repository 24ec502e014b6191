class Encoder(nn.Module):
# if attends
    """One token for each component of the observation, [B, $observation.size, $encoder.width]: in the first layer every
    component has weights of its own, the other layers are shared."""

    def __init__(self):
        super().__init__()
        self.components = nn.Conv1d($observation.size, $observation.size * $encoder.width, 1, groups=$observation.size)
# if encoder.layers != 1
        for i in range(1, $encoder.layers):
            self.add_module(f"linear{i}", nn.Linear($encoder.width, $encoder.width))
# end

    def forward(self, observation):
        weight = self.components.weight.view($observation.size, $encoder.width)
        bias = self.components.bias.view($observation.size, $encoder.width)
        x = torch.relu(bias + observation.flatten(1).unsqueeze(2) * weight)
# if encoder.layers != 1
        for i in range(1, $encoder.layers):
            x = torch.relu(getattr(self, f"linear{i}")(x))
# end
        return x
# else
    """Linear layers with ReLU over the flattened observation; one token, [B, 1, $encoder.width]."""

    def __init__(self):
        super().__init__()
        widths = [$observation.size] + $encoder.layers * [$encoder.width]
        for i in range($encoder.layers):
            self.add_module(f"linear{i}", nn.Linear(widths[i], widths[i + 1]))

    def forward(self, observation):
        x = observation.flatten(1)
        for linear in self.children():
            x = torch.relu(linear(x))
        return x.unsqueeze(1)
# end
