class Encoder(nn.Module):
# if attends
    """One token for each component of the observation, [B, $observation.size, $encoder.width]: in the first layer every
    component has weights of its own, the other layers are shared."""

    def __init__(self):
        super().__init__()
        self.components = nn.Conv1d($observation.size, $observation.size * $encoder.width, 1, groups=$observation.size)
        for i in range(1, $encoder.layers):
            self.add_module(f"linear{i}", nn.Linear($encoder.width, $encoder.width))
# if layer_norm
        for i in range($encoder.layers):
            self.add_module(f"norm{i}", nn.LayerNorm($encoder.width))
# end

    def forward(self, observation):
        weight = self.components.weight.view($observation.size, $encoder.width)
        bias = self.components.bias.view($observation.size, $encoder.width)
        x = bias + observation.flatten(1).unsqueeze(2) * weight
        for i in range($encoder.layers):
            if i > 0:
                x = getattr(self, f"linear{i}")(x)
# if layer_norm
            x = getattr(self, f"norm{i}")(x)
# end
            x = torch.relu(x)
        return x
# else
    """Linear layers with ReLU over the flattened observation; one token, [B, 1, $encoder.width]."""

    def __init__(self):
        super().__init__()
        widths = [$observation.size] + $encoder.layers * [$encoder.width]
        for i in range($encoder.layers):
            self.add_module(f"linear{i}", nn.Linear(widths[i], widths[i + 1]))
# if layer_norm
            self.add_module(f"norm{i}", nn.LayerNorm(widths[i + 1]))
# end

    def forward(self, observation):
        x = observation.flatten(1)
        for i in range($encoder.layers):
            x = getattr(self, f"linear{i}")(x)
# if layer_norm
            x = getattr(self, f"norm{i}")(x)
# end
            x = torch.relu(x)
        return x.unsqueeze(1)
# end
