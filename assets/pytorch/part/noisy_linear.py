class NoisyLinear(nn.Linear):
    """A layer whose weights had noise while it learned (Fortunato et al. 2018): here their mean, and the scale of the noise
    beside it."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.weight_sigma = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias_sigma = nn.Parameter(torch.zeros(outputs))
