def by_head(x, heads):
    """[B, N, E] -> [B, heads, N, E / heads]"""
    return x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)
