"""Programs of others beside ours: the same work, in turn. None of their code is here."""
