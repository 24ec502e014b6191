# uses: part/stream
class Head(nn.Module):
    """Any quantile of each action's return (IQN, Dabney et al. 2018b)."""

    def __init__(self):
        super().__init__()
# if head.dueling
        self.advantage = Stream($head_widths, $stream_outputs)
        self.value = Stream($head_widths, $value_outputs)
# else
        self.q = Stream($head_widths, $stream_outputs)
# end
        self.cosine = nn.Linear(64, $fused)

    def numbers(self, x, fractions=(torch.arange(32) + 0.5) / 32):
        """x -> [B, $actions, N] numbers of each action."""
        n = len(fractions)
        cosines = torch.cos(fractions.to(x.device).unsqueeze(1) * math.pi * torch.arange(64, device=x.device))
        embedded = torch.relu(self.cosine(cosines))
# if per_action
        x = (x.unsqueeze(1) * embedded.unsqueeze(1)).flatten(0, 1)
# else
        x = (x.unsqueeze(1) * embedded).flatten(0, 1)
# end
# if head.dueling
        advantage = self.advantage(x).reshape(-1, n, $actions).transpose(1, 2)
# if per_action
        # Each action's vector goes through the same layers; V comes from their mean.
        value = self.value(x.mean(1)).reshape(-1, n, 1).transpose(1, 2)
# else
        value = self.value(x).reshape(-1, n, 1).transpose(1, 2)
# end
        return value + advantage - advantage.mean(1, keepdim=True)
# else
        return self.q(x).reshape(-1, n, $actions).transpose(1, 2)
# end

    def forward(self, x):
        """Action values: the mean return of each action."""
        return self.numbers(x).mean(2)
