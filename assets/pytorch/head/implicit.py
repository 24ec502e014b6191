# uses: part/returns
class Head(Returns):
    """Any quantile of each action's return (IQN, Dabney et al. 2018b)."""

    def __init__(self):
        super().__init__()
        self.cosine = nn.Linear(64, $fused)

    def quantiles(self, x, fractions=(torch.arange(32) + 0.5) / 32):
        """Those of these fractions, [B, $actions, N]."""
        cosines = torch.cos(fractions.to(x.device).unsqueeze(1) * math.pi * torch.arange(64, device=x.device))
        embedded = torch.relu(self.cosine(cosines))
# if per_action
        embedded = embedded.unsqueeze(1)
# end
        x = (x.unsqueeze(1) * embedded).flatten(0, 1)
        return self.numbers(x).reshape(-1, len(fractions), $actions).transpose(1, 2)

    def forward(self, x):
        """Action values: the mean return of each action."""
        return self.quantiles(x).mean(2)
