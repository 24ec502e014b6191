def masked_softmax(scores, visible):
    """softmax over the last dimension among what may be seen; a row of nothing gives zeros."""
    return torch.softmax(scores.masked_fill(~visible, -1e30), -1) * visible
