"""Real servers on this machine, for tests and measurements, thrown away at the end."""
