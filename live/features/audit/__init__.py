"""The proof that nothing was oversold or lost."""
