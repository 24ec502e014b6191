# uses: part/stream
class Head(nn.Module):
# if per_action
    """One linear layer from each action's vector [B, $actions, $fused] to its value."""
# else
    """One linear layer from $fused numbers to $actions action values."""
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
