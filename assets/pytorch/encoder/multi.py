# uses: part/hidden_layers
class VectorPart(HiddenLayers):
    """A vector: linear layers with ReLU, one token."""

    def __init__(self, inputs):
        super().__init__(inputs, $encoder.width, $encoder.layers)

    def forward(self, numbers):
        return super().forward(numbers).unsqueeze(1)


class SymbolPart(nn.Module):
    """Ones among zeros: each has a vector of its own, and they are added up."""

    def __init__(self, inputs):
        super().__init__()
        self.linear = nn.Linear(inputs, $encoder.width, bias=False)

    def forward(self, numbers):
        return self.linear(numbers).unsqueeze(1)


class NumberCells(nn.Module):
    """A grid [channels, rows, columns]: each cell, or square of cells, through one linear layer with ReLU."""

    def __init__(self, channels, rows, columns, side, scale):
        super().__init__()
        self.shape, self.side, self.scale = (channels, rows, columns), side, scale
        self.linear = nn.Conv2d(channels, $encoder.width, side, stride=side)
# if layer_norm
        self.norm = nn.LayerNorm($encoder.width)
# end

    def forward(self, numbers):
        picture = numbers.reshape(-1, *self.shape) * self.scale
        picture = nn.functional.pad(picture, (0, -self.shape[2] % self.side, 0, -self.shape[1] % self.side))
        cells = self.linear(picture).flatten(2).transpose(1, 2)
# if layer_norm
        cells = self.norm(cells)
# end
        return torch.relu(cells)


class NameCells(nn.Module):
    """A grid of bytes that name things: in each channel every byte has a vector. A cell's are added up, with ReLU."""

    def __init__(self, channels, names):
        super().__init__()
        self.channels, self.names = channels, names
        self.table = nn.Embedding(channels * names, $encoder.width)
        self.bias = nn.Parameter(torch.zeros($encoder.width))
# if layer_norm
        self.norm = nn.LayerNorm($encoder.width)
# end

    def forward(self, numbers):
        names = numbers.reshape(len(numbers), self.channels, -1).long().clamp(0, self.names - 1)
        first = self.names * torch.arange(self.channels, device=numbers.device).view(1, -1, 1)
        cells = self.table(names + first).sum(1) + self.bias
# if layer_norm
        cells = self.norm(cells)
# end
        return torch.relu(cells)


class Encoder(nn.Module):
    """Each part of the observation gives tokens by its kind, to which a learned vector says whose they are:
    [B, $tokens, $encoder.width]. The parts in their order: $part_names."""

    SIZES = ($part_numbers)

    def __init__(self):
        super().__init__()
        self.modality = nn.Embedding($part_count, $encoder.width)
        for i, part in enumerate(($part_encoders)):
            self.add_module(f"part{i}", part)

    def forward(self, observation):
        parts = observation.flatten(1).split(self.SIZES, 1)
        tokens = [getattr(self, f"part{i}")(numbers) + self.modality.weight[i] for i, numbers in enumerate(parts)]
        return torch.cat(tokens, 1)
