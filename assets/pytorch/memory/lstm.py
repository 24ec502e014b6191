# uses: part/lstm_cell
class Memory(nn.Module):
    """An LSTM, $memory_inputs -> $memory.hidden units, laid out as torch.nn.LSTMCell."""

    STATE = ("h", "c")

    def __init__(self):
        super().__init__()
        self.input = nn.Linear($memory_inputs, 4 * $memory.hidden)
        self.recurrent = nn.Linear($memory.hidden, 4 * $memory.hidden)

    def initial_state(self, batch):
        return self.input.weight.new_zeros(batch, $memory.hidden), self.input.weight.new_zeros(batch, $memory.hidden)

    def forward(self, x, state):
        h, c = state
        h, c = lstm_cell(self.input(x) + self.recurrent(h), c)
        return h, (h, c)
