class Encoder(nn.Module):
    """A small grid: one 3x3 convolution with ReLU (Young and Tian 2019, MinAtar). $tokens tokens row by row,
    [B, $tokens, $encoder.channels]."""

    def __init__(self):
        super().__init__()
# if attends
        # Padded, so that every cell of the grid has its token.
        self.conv = nn.Conv2d($observation.channels, $encoder.channels, 3, padding=1)
# else
        self.conv = nn.Conv2d($observation.channels, $encoder.channels, 3)
# end
# if layer_norm
        self.norm = nn.LayerNorm($encoder.channels)
# end

    def forward(self, observation):
        tokens = self.conv(observation).flatten(2).transpose(1, 2)
# if layer_norm
        tokens = self.norm(tokens)
# end
        return torch.relu(tokens)
