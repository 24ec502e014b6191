# uses: part/transformer_block
class Transformer(nn.Module):
    """Tokens that ask one another in $attention.blocks blocks with $attention.heads heads, and a last norm."""

    def __init__(self):
        super().__init__()
        for i in range($attention.blocks):
            self.add_module(f"block{i}", TransformerBlock($attention.width, $attention.heads, $attention.feedforward))
        self.norm = nn.LayerNorm($attention.width)

# if masks
    def forward(self, x, present):
        *blocks, norm = self.children()
        for block in blocks:
            x = block(x, present)
        return norm(x)
# else
    def forward(self, x):
        for block_or_norm in self.children():
            x = block_or_norm(x)
        return x
# end
