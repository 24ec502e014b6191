class Encoder(nn.Module):
    """Frames of bytes: the three convolutions of Mnih et al. 2015. 7 x 7 tokens row by row, [B, 49, 64]; where frames are
    separate, those of one frame after another."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d($encoder_planes, 32, 8, stride=4)
        self.conv2 = nn.Conv2d(32, 64, 4, stride=2)
        self.conv3 = nn.Conv2d(64, 64, 3)
# if layer_norm
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(32), nn.LayerNorm(64), nn.LayerNorm(64)

    @staticmethod
    def normalised(norm, maps):
        """Over the channels of each place."""
        return norm(maps.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
# end

    def forward(self, observation):
        x = observation.reshape(-1, $encoder_planes, 84, 84) / 255
# if layer_norm
        x = torch.relu(self.normalised(self.norm1, self.conv1(x)))
        x = torch.relu(self.normalised(self.norm2, self.conv2(x)))
        x = torch.relu(self.normalised(self.norm3, self.conv3(x)))
# else
        x = torch.relu(self.conv1(x))
        x = torch.relu(self.conv2(x))
        x = torch.relu(self.conv3(x))
# end
        return x.flatten(2).transpose(1, 2).reshape(len(observation), -1, 64)
