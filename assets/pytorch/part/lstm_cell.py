def lstm_cell(gates, c):
    """Hochreiter and Schmidhuber 1997, with a forget gate; gates i, f, g, o side by side -> h, c."""
    i, f, g, o = gates.chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
