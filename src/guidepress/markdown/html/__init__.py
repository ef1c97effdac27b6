"""Raw HTML: which elements exist, which are allowed, and what becomes of the rest."""
