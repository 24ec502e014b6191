# uses: score/$memory.score part/masked_softmax
class Memory(nn.Module):
    """Attention of the present input over the last $memory.length of them, itself included (after Bahdanau et al. 2015 and
    Vaswani et al. 2017): tokens are W x + b and what is learned for their age."""

    STATE = ("inputs", "known")

    def __init__(self):
        super().__init__()
        self.tokens = nn.Linear($memory_inputs, $memory.hidden)
        self.ages = nn.Embedding($memory.length, $memory.hidden)  # row 0: the present input
# if memory.score == multi_head
        self.pooling = $memory_score_class($memory_inputs, $memory.hidden, $memory.heads)
# else
        self.pooling = $memory_score_class($memory_inputs, $memory.hidden)
# end

    def initial_state(self, batch):
        zeros = self.tokens.weight.new_zeros
        return zeros(batch, $memory.length, $memory_inputs), zeros(batch, $memory.length)

    def forward(self, x, state):
        inputs, known = state
        x = x.unsqueeze(1)
        inputs = torch.cat([inputs[:, 1:], x], 1)
        known = torch.cat([known[:, 1:], torch.ones_like(known[:, :1])], 1)
        tokens = self.tokens(inputs) + self.ages.weight.flip(0)
        weights = masked_softmax(self.pooling.scores(x, tokens), (known > 0.5).unsqueeze(1).unsqueeze(1))
        return self.pooling.pooled(weights, tokens).squeeze(1), (inputs, known)
