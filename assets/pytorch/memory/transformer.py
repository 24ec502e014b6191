# uses: part/causal_block
class Memory(nn.Module):
    """$memory.blocks causal blocks over the last $memory.length steps, as DTQN (Esslinger, Platt and Amato 2022) but with
    relative positions, and a last norm. What each block was given is kept (Transformer-XL, Dai et al. 2019)."""

    STATE = (*(f"stream{i + 1}" for i in range($memory.blocks)), "known")

    def __init__(self):
        super().__init__()
        self.tokens = nn.Linear($memory_inputs, $memory.hidden)
        self.norm = nn.LayerNorm($memory.hidden)
        for i in range($memory.blocks):
            self.add_module(f"block{i}", CausalBlock($memory.hidden, $memory.heads, $memory.feedforward, $memory.length))

    def initial_state(self, batch):
        zeros = self.tokens.weight.new_zeros
        streams = (zeros(batch, $memory.length, $memory.hidden) for _ in range($memory.blocks))
        return (*streams, zeros(batch, $memory.length))

    def forward(self, x, state):
        *streams, known = state
        known = torch.cat([known[:, 1:], torch.ones_like(known[:, :1])], 1)
        visible = (known > 0.5).unsqueeze(1).unsqueeze(1)
        x = self.tokens(x)
        for i in range($memory.blocks):
            streams[i] = torch.cat([streams[i][:, 1:], x.unsqueeze(1)], 1)
            x = getattr(self, f"block{i}")(streams[i], visible)
        return self.norm(x), (*streams, known)
