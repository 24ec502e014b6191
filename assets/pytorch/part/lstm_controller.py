# uses: part/lstm_cell
class Controller(nn.Module):
    """What drives the heads: an LSTM, fed with the input and the previous reads."""

    def __init__(self, inputs, units):
        super().__init__()
        self.input = nn.Linear(inputs, 4 * units)
        self.recurrent = nn.Linear(units, 4 * units)

    def forward(self, x, h, c):
        return lstm_cell(self.input(x) + self.recurrent(h), c)
