# uses: part/cosine
# if memory.controller == lstm
# uses: part/lstm_cell
# end
class Memory(nn.Module):
    """A Neural Turing Machine (Graves, Wayne and Danihelka 2014; equations by their numbers there): $memory.slots slots of
# if memory.order == read_write
    $memory.width numbers. A step reads what was there before it wrote. Gives the controller's output and the reads."""
# else
    $memory.width numbers. A step reads what it wrote. Gives the controller's output and the reads."""
# end

# if memory.controller == lstm
    STATE = ("memory", "read_weights", "write_weights", "reads", "h", "c")
# else
    STATE = ("memory", "read_weights", "write_weights", "reads")
# end
    units, slots, width = $memory.hidden, $memory.slots, $memory.width
    readers, writers, shift_range = $memory.read_heads, $memory.write_heads, $memory.shift_range
    # What the controller tells a head: key, beta, g, s, gamma; a write head also erase and add.
    addressing = [width, 1, 1, 2 * shift_range + 1, 1]
    read_rows, write_rows = sum(addressing), sum(addressing) + 2 * width

    def __init__(self):
        super().__init__()
        inputs = $memory_inputs + self.readers * self.width
# if memory.controller == lstm
        self.controller = nn.Linear(inputs + self.units, 4 * self.units)
# else
        self.controller = nn.Linear(inputs, self.units)
# end
        self.heads = nn.Linear(self.units, self.readers * self.read_rows + self.writers * self.write_rows)
        self.first_weights = nn.Embedding(self.readers + self.writers, self.slots)
        self.first_reads = nn.Embedding(self.readers, self.width)
# if memory.controller == lstm
        self.first_cell = nn.Embedding(2, self.units)
# end

    def initial_state(self, batch):
        """Weights are the softmax of a learned vector, the first reads are learned; the memory is all but empty."""
        memory = self.heads.weight.new_full((batch, self.slots, self.width), 1e-6)
        weights = torch.softmax(self.first_weights.weight, -1).expand(batch, -1, -1)
        read_weights, write_weights = weights.split([self.readers, self.writers], 1)
        reads = self.first_reads.weight.expand(batch, -1, -1)
# if memory.controller == lstm
        h, c = self.first_cell.weight.unsqueeze(1).expand(-1, batch, -1)
        return memory, read_weights, write_weights, reads, h, c
# else
        return memory, read_weights, write_weights, reads
# end

    def address(self, rows, memory, before):
        """What the controller tells the heads [B, H, rows], and their weights before -> their weights [B, H, slots]."""
        key, beta, g, s, gamma = rows.split(self.addressing, -1)
        content = torch.softmax(nn.functional.softplus(beta) * cosine(key, memory), -1)  # (5), (6)
        g = torch.sigmoid(g)
        gated = g * content + (1 - g) * before  # (7)
        s = torch.softmax(s, -1)
        shifted = sum(s[:, :, o : o + 1] * gated.roll(o - self.shift_range, -1) for o in range(s.shape[-1]))  # (8)
        gamma = 1 + nn.functional.softplus(gamma)
        return torch.softmax(gamma * (shifted + 1e-16).log(), -1)  # (9)

    def forward(self, x, state):
# if memory.controller == lstm
        memory, read_weights, write_weights, reads, h, c = state
        h, c = lstm_cell(self.controller(torch.cat([x, reads.flatten(1), h], 1)), c)
# else
        memory, read_weights, write_weights, reads = state
        h = torch.tanh(self.controller(torch.cat([x, reads.flatten(1)], 1)))
# end
        read, write = self.heads(h).split([self.readers * self.read_rows, self.writers * self.write_rows], 1)
        read = read.reshape(-1, self.readers, self.read_rows)
        write = write.reshape(-1, self.writers, self.write_rows)
        write, erase, add = write.split([self.read_rows, self.width, self.width], -1)
# if memory.order == read_write
        read_weights = self.address(read, memory, read_weights)
        write_weights = self.address(write, memory, write_weights)
        reads = read_weights @ memory  # (2)
        memory = self.written(memory, write_weights, erase, add)
# else
        write_weights = self.address(write, memory, write_weights)
        memory = self.written(memory, write_weights, erase, add)
        read_weights = self.address(read, memory, read_weights)
        reads = read_weights @ memory  # (2)
# end
        output = torch.cat([h, reads.flatten(1)], 1)
# if memory.controller == lstm
        return output, (memory, read_weights, write_weights, reads, h, c)
# else
        return output, (memory, read_weights, write_weights, reads)
# end

    def written(self, memory, weights, erase, add):
        for head in range(self.writers):
            memory = memory * (1 - weights[:, head].unsqueeze(2) * torch.sigmoid(erase[:, head]).unsqueeze(1))  # (3)
        return memory + weights.transpose(1, 2) @ add  # (4)
