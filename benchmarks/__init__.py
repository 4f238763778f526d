"""What keyguard costs and what it finds, measured; each module is run as `python -m benchmarks.NAME [PATH]`.

Every figure is a ratio to something measured in the same minute, in turns, on the same machine and the same files:
an absolute time says more about the machine than about keyguard. The tables give the median of all rounds, with the
smallest and the largest beside it. `--record` writes them into README.md and docs/benchmarks.md: benchmarks/claims.py.
"""
