# uses: part/stream
class Head(nn.Module):
    """$head.quantiles quantiles of each action's return (QR-DQN, Dabney et al. 2018)."""

    def __init__(self):
        super().__init__()
# if head.dueling
        self.advantage = Stream($head_widths, $stream_outputs)
        self.value = Stream($head_widths, $value_outputs)
# else
        self.q = Stream($head_widths, $stream_outputs)
# end

    def numbers(self, x):
        """x -> [B, $actions, N] numbers of each action."""
# if head.dueling
        advantage = self.advantage(x).reshape(len(x), $actions, -1)
# if per_action
        # Each action's vector goes through the same layers; V comes from their mean.
        value = self.value(x.mean(1)).unsqueeze(1)
# else
        value = self.value(x).unsqueeze(1)
# end
        return value + advantage - advantage.mean(1, keepdim=True)
# else
        return self.q(x).reshape(len(x), $actions, -1)
# end

    def forward(self, x):
        """Action values: the mean return of each action."""
        return self.numbers(x).mean(2)
