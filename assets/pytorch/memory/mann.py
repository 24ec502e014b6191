# uses: part/cosine part/used_before part/lstm_controller
class Memory(nn.Module):
    """Least recently used access (Santoro et al. 2016, section 3.2): $memory.slots slots of $memory.width numbers. Gives the
    controller's output and the reads."""

    STATE = ("memory", "usage", "read_weights", "reads", "h", "c")
    units, slots, width, heads = $memory.hidden, $memory.slots, $memory.width, $memory.read_heads

    def __init__(self):
        super().__init__()
        self.controller = Controller($memory_inputs + self.heads * self.width, self.units)
        self.interface = nn.Linear(self.units, self.heads * (self.width + 1))

    def initial_state(self, batch):
        shapes = [(self.slots, self.width), (self.slots,), (self.heads, self.slots), (self.heads, self.width),
                  (self.units,), (self.units,)]
        return tuple(self.interface.weight.new_zeros(batch, *shape) for shape in shapes)

    def forward(self, x, state):
        memory, usage, read, reads, h, c = state
        h, c = self.controller(torch.cat([x, reads.flatten(1)], 1), h, c)
        keys, gates = self.interface(h).split([self.heads * self.width, self.heads], 1)
        keys = keys.reshape(-1, self.heads, self.width)
        gates = torch.sigmoid(gates).unsqueeze(2)

        # Written where was read last, or to the slots that are used least; the least used of all is cleared first.
        rank = used_before(usage).sum(2)
        least_used = (rank < self.heads).to(usage.dtype)
        write = gates * read + (1 - gates) * least_used.unsqueeze(1)
        memory = memory * (rank > 0).unsqueeze(2) + write.transpose(1, 2) @ keys

        read = torch.softmax(cosine(keys, memory), -1)
        usage = 0.95 * usage + (read + write).sum(1)
        reads = read @ memory
        return torch.cat([h, reads.flatten(1)], 1), (memory, usage, read, reads, h, c)
