def cosine(keys, memory):
    """Of every key with every slot: keys [B, H, W], memory [B, S, W] -> [B, H, S]. |x| = sqrt(x.x + 1e-16), so that
    an empty slot gives 0."""

    def length(x):
        return ((x * x).sum(-1, keepdim=True) + 1e-16).sqrt()

    return keys @ memory.transpose(1, 2) / (length(keys) * length(memory).transpose(1, 2))
