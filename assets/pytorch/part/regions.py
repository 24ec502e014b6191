def regions(side):
    """The tokens' grid cut into squares of `side` x `side`: the tokens of each region, filled up with 0 [R, S], and
    where there is one [R, S]."""
    members = {}
    for token in range($tokens):
        frame, cell = divmod(token, $rows * $columns)
        row, column = divmod(cell, $columns)
        members.setdefault((frame, row // side, column // side), []).append(token)
    size = max(len(region) for region in members.values())
    tokens = [region + (size - len(region)) * [0] for region in members.values()]
    there = [len(region) * [True] + (size - len(region)) * [False] for region in members.values()]
    return torch.tensor(tokens), torch.tensor(there)
