class Encoder(nn.Module):
    """Frames of bytes: the three convolutions of Mnih et al. 2015. 7 x 7 tokens row by row, [B, 49, 64]."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d($observation.channels, 32, 8, stride=4)
        self.conv2 = nn.Conv2d(32, 64, 4, stride=2)
        self.conv3 = nn.Conv2d(64, 64, 3)

    def forward(self, observation):
        x = torch.relu(self.conv1(observation / 255))
        x = torch.relu(self.conv2(x))
        return torch.relu(self.conv3(x)).flatten(2).transpose(1, 2)
