# uses: part/cosine part/used_before part/${memory.controller}_controller
class Memory(nn.Module):
    """A Differentiable Neural Computer (Graves et al. 2016, Nature 538, Methods) with one write head: $memory.slots slots of
    $memory.width numbers, linked in the order in which they were written. Gives the controller's output and the reads."""

# if memory.controller == lstm
    STATE = ("memory", "usage", "link", "precedence", "write_weights", "read_weights", "reads", "h", "c")
# else
    STATE = ("memory", "usage", "link", "precedence", "write_weights", "read_weights", "reads")
# end
    units, slots, width, readers = $memory.hidden, $memory.slots, $memory.width, $memory.read_heads
    # Read keys, read strengths, write key, write strength, erase, write vector, free gates, allocation gate, write gate,
    # read modes (backward, content, forward).
    parts = [readers * width, readers, width, 1, width, width, readers, 1, 1, 3 * readers]

    def __init__(self):
        super().__init__()
        self.controller = Controller($memory_inputs + self.readers * self.width, self.units)
        self.interface = nn.Linear(self.units, sum(self.parts))
        self.register_buffer("off_diagonal", 1 - torch.eye(self.slots), persistent=False)

    def initial_state(self, batch):
        shapes = [(self.slots, self.width), (self.slots,), (self.slots, self.slots), (self.slots,), (1, self.slots),
                  (self.readers, self.slots), (self.readers, self.width)]
# if memory.controller == lstm
        shapes += [(self.units,), (self.units,)]
# end
        return tuple(self.off_diagonal.new_zeros(batch, *shape) for shape in shapes)

    def forward(self, x, state):
# if memory.controller == lstm
        memory, usage, link, precedence, write, read, reads, h, c = state
        h, c = self.controller(torch.cat([x, reads.flatten(1)], 1), h, c)
# else
        memory, usage, link, precedence, write, read, reads = state
        h = self.controller(torch.cat([x, reads.flatten(1)], 1))
# end
        (read_keys, read_strengths, write_key, write_strength, erase, write_vector, free_gates, allocation_gate, write_gate,
         modes) = self.interface(h).split(self.parts, 1)
        read_keys = read_keys.reshape(-1, self.readers, self.width)
        modes = torch.softmax(modes.reshape(-1, self.readers, 3), -1)

        # Where to write: to what is free, or to what is like the key.
        retention = (1 - torch.sigmoid(free_gates).unsqueeze(2) * read).prod(1)
        write = write.squeeze(1)
        usage = (usage + write * (1 - usage)) * retention
        allocation_gate, write_gate = torch.sigmoid(allocation_gate), torch.sigmoid(write_gate)
        content = self.content(write_key.unsqueeze(1), write_strength, memory).squeeze(1)
        write = write_gate * (allocation_gate * self.allocation(usage) + (1 - allocation_gate) * content)
        to = write.unsqueeze(2)
        memory = memory * (1 - to * torch.sigmoid(erase).unsqueeze(1)) + to * write_vector.unsqueeze(1)

        # Which slot was written after which.
        link = ((1 - to - write.unsqueeze(1)) * link + to * precedence.unsqueeze(1)) * self.off_diagonal
        precedence = (1 - write.sum(1, keepdim=True)) * precedence + write

        # Where to read: what was written before, what is like the key, or what was written after.
        content = self.content(read_keys, read_strengths, memory)
        read = modes[:, :, 0:1] * (read @ link) + modes[:, :, 1:2] * content + modes[:, :, 2:3] * (read @ link.transpose(1, 2))
        reads = read @ memory
        state = memory, usage, link, precedence, write.unsqueeze(1), read, reads
# if memory.controller == lstm
        return torch.cat([h, reads.flatten(1)], 1), (*state, h, c)
# else
        return torch.cat([h, reads.flatten(1)], 1), state
# end

    def content(self, keys, strengths, memory):
        strengths = 1 + nn.functional.softplus(strengths)
        return torch.softmax(strengths.unsqueeze(2) * cosine(keys, memory), -1)

    def allocation(self, usage):
        """1 - usage, times the usages of all slots that are used less; those that are equal but for rounding by their
        number."""
        earlier = used_before((usage * 2**14).round())
        return (1 - usage) * torch.where(earlier, usage.unsqueeze(1), torch.ones_like(usage).unsqueeze(1)).prod(2)
