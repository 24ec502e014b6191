def regions(side):
    """The tokens' grid cut into squares of `side` x `side`: the tokens of each region, filled up with 0 [R, S], and
    where there is one [R, S]."""
    members = {}
# if has_parts
    token = 0
    for part, (rows, columns) in enumerate(($part_sizes)):
        for cell in range(rows * columns):
            row, column = divmod(cell, columns)
            members.setdefault((part, row // side, column // side), []).append(token)
            token += 1
# else
    for token in range($tokens):
        frame, cell = divmod(token, $rows * $columns)
        row, column = divmod(cell, $columns)
        members.setdefault((frame, row // side, column // side), []).append(token)
# end
    size = max(len(region) for region in members.values())
    tokens = [region + (size - len(region)) * [0] for region in members.values()]
    there = [len(region) * [True] + (size - len(region)) * [False] for region in members.values()]
    return torch.tensor(tokens), torch.tensor(there)
