# if not attends
# uses: part/hidden_layers
# end
# if attends
class Encoder(nn.Module):
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
class Encoder(HiddenLayers):
    """Over the flattened observation; one token, [B, 1, $encoder.width]."""

    def __init__(self):
        super().__init__($observation.size, $encoder.width, $encoder.layers)

    def forward(self, observation):
        return super().forward(observation.flatten(1)).unsqueeze(1)
# end
