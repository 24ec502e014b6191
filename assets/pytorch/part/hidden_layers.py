class HiddenLayers(nn.Module):
# if layer_norm
    """Linear layers, each normalised and with ReLU: linear0, norm0, linear1 ..."""
# else
    """Linear layers with ReLU: linear0, linear1 ..."""
# end

    def __init__(self, inputs, width, layers):
        super().__init__()
        self.layers = layers
        for i in range(layers):
            self.add_module(f"linear{i}", nn.Linear(inputs if i == 0 else width, width))
# if layer_norm
            self.add_module(f"norm{i}", nn.LayerNorm(width))
# end

    def forward(self, x):
        for i in range(self.layers):
            x = getattr(self, f"linear{i}")(x)
# if layer_norm
            x = getattr(self, f"norm{i}")(x)
# end
            x = torch.relu(x)
        return x
