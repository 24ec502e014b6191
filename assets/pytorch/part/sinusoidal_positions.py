def sinusoidal_positions(width):
    """Sines and cosines of every coordinate of a token (Vaswani et al. 2017, section 3.5), [N, width]. The axes along
    which tokens lie (of frame, row and column) share the width evenly, in pairs sin, cos; what is left over is 0."""
# if has_parts
    # Row and column of each token within its part.
    sizes = ($part_sizes)
    places = [torch.tensor([divmod(i, columns)[axis] for rows, columns in sizes for i in range(rows * columns)],
                           dtype=torch.float32) for axis in (0, 1)]
    axes = [place for place in places if place.max() > place.min()]
# else
    grid = ($frames, $rows, $columns)
    places = torch.meshgrid(*(torch.arange(extent, dtype=torch.float32) for extent in grid), indexing="ij")
# if token_offset != 0
    places = (places[0], places[1] + $token_offset, places[2] + $token_offset)
# end
    axes = [place.flatten() for place, extent in zip(places, grid) if extent > 1]
# end
    encoding = torch.zeros($tokens, width)
    for number, axis in enumerate(axes):
        pairs = width // (2 * len(axes))
        for pair in range(pairs):
            angle = axis / 10_000 ** (pair / pairs)
            at = 2 * (number * pairs + pair)
            encoding[:, at] = angle.sin()
            encoding[:, at + 1] = angle.cos()
    return encoding
