"""Speed, memory and behaviour under load, against real servers (docs/benchmarks.md)."""
