# uses: score/$memory.score part/masked_softmax
class Memory(nn.Module):
    """The last $memory.length pairs of what was seen and done, which the present input asks; zeros while there are none.
    The pair of a step is known at the next."""

    STATE = ("pairs", "there", "seen", "seen_before")

    def __init__(self):
        super().__init__()
        self.pair = nn.Linear($attended + $action_inputs, $memory.hidden)
# if memory.score == multi_head
        self.pooling = $memory_score_class($memory_inputs, $memory.hidden, $memory.heads)
# else
        self.pooling = $memory_score_class($memory_inputs, $memory.hidden)
# end

    def initial_state(self, batch):
        shapes = [($memory.length, $memory.hidden), ($memory.length,), ($attended,), (1,)]
        return tuple(self.pair.weight.new_zeros(batch, *shape) for shape in shapes)

    def forward(self, x, state):
        pairs, there, seen, seen_before = state
# if action_inputs != 0
        made = self.pair(torch.cat([seen, x[:, $attended : $attended + $action_inputs]], 1)) * seen_before
# else
        made = self.pair(seen) * seen_before
# end
        pairs = torch.cat([pairs[:, 1:], made.unsqueeze(1)], 1)
        there = torch.cat([there[:, 1:], seen_before], 1)
        visible = (there > 0.5).unsqueeze(1).unsqueeze(1)
        weights = masked_softmax(self.pooling.scores(x.unsqueeze(1), pairs), visible)
        output = self.pooling.pooled(weights, pairs).squeeze(1) * there.amax(1, keepdim=True)
        return output, (pairs, there, x[:, :$attended], torch.ones_like(seen_before))
