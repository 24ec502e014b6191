def used_before(usage):
    """[B, S] -> [B, S, S]: whether slot j (last) is used less than slot i; of equals the first is."""
    slots = torch.arange(usage.shape[1], device=usage.device)
    less = usage.unsqueeze(1) < usage.unsqueeze(2)
    equal = usage.unsqueeze(1) == usage.unsqueeze(2)
    return less | (equal & (slots.unsqueeze(0) < slots.unsqueeze(1)))
