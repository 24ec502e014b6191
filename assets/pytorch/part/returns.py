# uses: part/stream
class Returns(nn.Module):
    """Numbers of each action's return."""

    def __init__(self):
        super().__init__()
# if head.dueling
        self.advantage = Stream($head_widths, $stream_outputs)
        self.value = Stream($head_widths, $value_outputs)
# else
        self.q = Stream($head_widths, $stream_outputs)
# end

    def numbers(self, x):
        """x -> [B, $actions, N]"""
# if head.dueling
        # Wang et al. 2016, equation 9, number by number.
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
