# uses: part/single_head
class Dot(SingleHead):
    """e_j = q^T k_j (Luong et al. 2015). queries [B or 1, Q, W], tokens [B, N, E] -> [B, 1, Q, N]."""

    def scores(self, queries, tokens):
        return (self.query(queries) @ self.key(tokens).transpose(1, 2)).unsqueeze(1)
