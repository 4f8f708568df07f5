"""How reports look: one page of HTML that loads nothing, and plots that stand in it."""
