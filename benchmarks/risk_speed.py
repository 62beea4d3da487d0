"""How fast packed states become forecasts: python benchmarks/risk_speed.py [HABITS]

Scores HABITS (a million by default) packed states in chunks on one thread, inputs included, and reports habits a second
and the process's peak memory; then how long folding ten years of days takes. Times are CPU seconds of the one thread,
beside those of a plain counting loop in the same run, which tells a busy machine from an idle one.
"""

import os
import random
import resource
import sys
from pathlib import Path
from time import process_time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from analytics.data import shipped_weights
from analytics.domain.risk_features import as_states
from analytics.domain.risk_model import forecast
from analytics.domain.risk_recalibration import HabitCorrections
from habits.domain.evidence import SIZE, Evidence, observe_days

START = 738_000
CHUNK = 20_000
HABITS_A_USER = 5


def sample_states(count: int) -> bytes:
    """Packed states of habits with random rates and lengths, all folded to the same day."""
    rng = random.Random(7)
    packed = []
    for _ in range(count):
        length, rate = rng.randint(1, 700), rng.random()
        first = START + 700 - length
        rows = [(first + k, True, rng.random() < rate, False, rng.randrange(1440)) for k in range(length)]
        packed.append(observe_days(Evidence(), rows).to_bytes())
    return b"".join(packed)


def score(packed: bytes, corrections: bytes) -> float:
    """CPU seconds to forecast all of them, chunk by chunk, whole users at a time."""
    weights, size = shipped_weights(), len(corrections) // (len(packed) // SIZE)
    begun = process_time()
    for at in range(0, len(packed) // SIZE, CHUNK):
        states = as_states(memoryview(packed)[at * SIZE : (at + CHUNK) * SIZE])
        count = len(states)
        owner = np.arange(count) // HABITS_A_USER
        made = forecast(states, np.full(count, START + 700), owner, weights)
        own = HabitCorrections.from_bytes(corrections[at * size : (at + count) * size])
        assert np.isfinite(own.applied(made.log_odds, made.inputs)).all()
    return process_time() - begun


def fold_ten_years() -> float:
    """CPU microseconds a day, the median of five folds."""
    rng = random.Random(3)
    days = [(START + k, True, rng.random() < 0.6, False, rng.randrange(1440)) for k in range(3653)]
    times = []
    for _ in range(5):
        begun = process_time()
        observe_days(Evidence(), days)
        times.append((process_time() - begun) / len(days) * 1e6)
    return sorted(times)[2]


if __name__ == "__main__":
    habits = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    sample = sample_states(1000)
    packed = sample * (habits // 1000)
    corrections = HabitCorrections.none(len(packed) // SIZE).to_bytes()
    took = min(score(packed, corrections) for _ in range(3))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(packed) // SIZE} habits in {took:.2f} s: {len(packed) / SIZE / took:,.0f}/s, peak {peak:.0f} MiB")
    begun, count = process_time(), 0
    for step in range(1_000_000):
        count += step
    print(f"a counting loop: {(process_time() - begun) * 1000:.0f} ns a step")
    print(f"state {SIZE} bytes; fold {fold_ten_years():.2f} us a day")
