# uses: part/stream
class Head(nn.Module):
    """Logits of the $actions actions, and V(s) behind them, each stream with its own layers."""

    def __init__(self):
        super().__init__()
        self.policy = Stream($head_widths, $head_outputs)
        self.value = Stream($head_widths, 1)

    def forward(self, x):
# if per_action
        # Each action's vector goes through the same layers; V comes from their mean.
        return torch.cat([self.policy(x).squeeze(2), self.value(x.mean(1))], 1)
# else
        return torch.cat([self.policy(x), self.value(x)], 1)
# end
