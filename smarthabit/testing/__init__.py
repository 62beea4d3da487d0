"""What the tests and benchmarks stand on: real servers from wheels, and the real product in a process of its own."""
