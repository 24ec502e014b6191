# if noisy
# uses: part/noisy_linear
# end
class Stream(nn.Module):
# if layer_norm
    """Linear layers, normalised and with ReLU between them."""
# else
    """Linear layers with ReLU between them."""
# end

    def __init__(self, *widths):
        super().__init__()
        self.layers = len(widths) - 1
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
# if noisy
            self.add_module(str(i), NoisyLinear(a, b))
# else
            self.add_module(str(i), nn.Linear(a, b))
# end
# if layer_norm
            if i + 1 < self.layers:
                self.add_module(f"norm{i}", nn.LayerNorm(b))
# end

    def forward(self, x):
        for i in range(self.layers - 1):
            x = getattr(self, str(i))(x)
# if layer_norm
            x = getattr(self, f"norm{i}")(x)
# end
            x = torch.relu(x)
        return getattr(self, str(self.layers - 1))(x)
