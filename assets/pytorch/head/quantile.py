# uses: part/returns
class Head(Returns):
    """$head.quantiles quantiles of each action's return (QR-DQN, Dabney et al. 2018)."""

    def forward(self, x):
        """Action values: the mean return of each action."""
        return self.numbers(x).mean(2)
