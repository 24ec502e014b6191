# uses: part/stream
class Head(nn.Module):
    """Q = V + A - mean A (Wang et al. 2016, equation 9), each stream with its own layers."""

    def __init__(self):
        super().__init__()
        self.advantage = Stream($head_widths, $head_outputs)
        self.value = Stream($head_widths, 1)

    def forward(self, x):
# if per_action
        # Each action's vector goes through the same layers; V comes from their mean.
        advantage = self.advantage(x).squeeze(2)
        return self.value(x.mean(1)) + advantage - advantage.mean(1, keepdim=True)
# else
        advantage = self.advantage(x)
        return self.value(x) + advantage - advantage.mean(1, keepdim=True)
# end
