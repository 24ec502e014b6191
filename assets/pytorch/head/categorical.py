# uses: part/returns
class Head(Returns):
    """Logits of $head.atoms atoms between $v_min and $v_max for each action's return (C51, Bellemare et al. 2017)."""

    def forward(self, x):
        """Action values: the mean return of each action."""
        atoms = torch.linspace($v_min, $v_max, $head.atoms, device=x.device)
        return (torch.softmax(self.numbers(x), 2) * atoms).sum(2)
