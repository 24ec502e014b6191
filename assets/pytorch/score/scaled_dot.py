# uses: part/single_head
class ScaledDot(SingleHead):
    """e_j = q^T k_j / sqrt(E) (Vaswani et al. 2017, section 3.2.1). queries [B or 1, Q, W], tokens [B, N, E] ->
    [B, 1, Q, N]."""

    def scores(self, queries, tokens):
        width = tokens.shape[-1]
        return (self.query(queries) / math.sqrt(width) @ self.key(tokens).transpose(1, 2)).unsqueeze(1)
