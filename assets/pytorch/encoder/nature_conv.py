class Encoder(nn.Module):
    """Frames of bytes: the three convolutions of Mnih et al. 2015. 7 x 7 tokens row by row, [B, 49, 64]; where frames are
    separate, those of one frame after another."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d($encoder_planes, 32, 8, stride=4)
        self.conv2 = nn.Conv2d(32, 64, 4, stride=2)
        self.conv3 = nn.Conv2d(64, 64, 3)

    def forward(self, observation):
        x = torch.relu(self.conv1(observation.reshape(-1, $encoder_planes, 84, 84) / 255))
        x = torch.relu(self.conv2(x))
        x = torch.relu(self.conv3(x)).flatten(2).transpose(1, 2)
        return x.reshape(len(observation), -1, 64)
