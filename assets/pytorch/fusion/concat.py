class Fusion(nn.Module):
    """What is seen and what is remembered, side by side."""

    def forward(self, seen, remembered):
        return torch.cat([seen, remembered], -1)
