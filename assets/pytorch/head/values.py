# uses: part/stream
class Head(nn.Module):
# if per_action
    """From each action's vector [B, $actions, $fused] to its value, the same layers for every action."""
# else
    """From $fused numbers to $actions action values."""
# end

    def __init__(self):
        super().__init__()
        self.q = Stream($head_widths, $head_outputs)

    def forward(self, x):
# if per_action
        return self.q(x).squeeze(2)
# else
        return self.q(x)
# end
