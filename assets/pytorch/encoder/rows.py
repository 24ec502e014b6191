# uses: part/hidden_layers
class Encoder(HiddenLayers):
    """Every row of a matrix through the same linear layers with ReLU: a token each, [B, $tokens, $encoder.width]. A row of
    zeros alone is absent, and its token zeros."""

    def __init__(self):
        super().__init__($row_features, $encoder.width, $encoder.layers)

    def present(self, observation):
        """[B, $tokens]: which rows are there."""
        return (observation.flatten(2) != 0).any(2)

    def forward(self, observation):
        there = self.present(observation).unsqueeze(2)
        x = observation.flatten(2)
# if encoder.standardise
        # Each feature less its mean over the rows, divided by its deviation.
        count = there.sum(1, keepdim=True).clamp_min(1)
        centred = (x - x.sum(1, keepdim=True) / count) * there
        x = centred / (centred.square().sum(1, keepdim=True) / count + 1e-8).sqrt()
# end
        return super().forward(x) * there
