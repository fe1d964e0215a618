"""The worlds of trade.rs solved by the plain fixed point of numpy: python3 trade_peer.py [N ...]

Prices are adjusted by the excess of what is sold, damped by the elasticity of substitution, until no region sells more
or less than it earns by more than 1e-12 of it. The powers of the shares are taken once, outside.
"""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time

import numpy as np

SIGMA = 5.0


def noise(at):
    return (np.asarray(at, dtype=np.uint64) * np.uint64(2_654_435_761) % np.uint64(4_294_967_296)) / 4_294_967_296.0


def world(n):
    at = np.arange(n)
    size = np.exp(6.0 * noise(at + 1))
    far = np.hypot(*(np.subtract.outer(noise(at + k), noise(at + k)) for k in (1001, 2001)))
    total = size.sum()
    own = np.where(np.eye(n, dtype=bool), 2.0 * total / size[:, None], 1.0)
    scale = np.where(np.eye(n, dtype=bool), 0.1, 0.3)
    wobble = 0.9 + 0.2 * noise(at[:, None] * n + at[None, :] + 3001)
    return np.outer(size, size) / total * own * wobble / (0.1 + far) * scale


def change(n, name):
    at = np.arange(n)
    if name == "closing":
        tau = np.ones((n, n))
        tau[0, 1::4] = tau[1::4, 0] = np.inf
        return tau
    step = 10 if name == "tenth" else 1
    number = at[:, None] * n + at[None, :]
    return np.where((number % step == 0) & ~np.eye(n, dtype=bool), 0.9, 1.0)


def solve(kernel, output, deficit):
    x = np.ones(len(output))
    for iteration in range(1, 10_000):
        power = x ** (1 - SIGMA)
        spent = x * output + deficit
        sold = power * (kernel @ (spent / (power @ kernel)))
        excess = sold / (x * output)
        if np.abs(excess - 1).max() < 1e-12:
            return x, iteration
        x = x * excess ** (1 / SIGMA)
        x *= output.sum() / (x @ output)
    return x, iteration


def main():
    for n in [int(word) for word in sys.argv[1:]] or [30, 200]:
        flow = world(n)
        output, spent = flow.sum(1), flow.sum(0)
        for name in ("tenth", "all", "closing"):
            kernel = flow / spent * change(n, name) ** (1 - SIGMA)
            times = []
            for _ in range(30):
                start = time.perf_counter()
                x, iterations = solve(kernel, output, spent - output)
                times.append(time.perf_counter() - start)
            index = (x ** (1 - SIGMA) @ kernel) ** (1 / (1 - SIGMA))
            welfare = (x * output + spent - output) / spent / index
            print(f"N={n} {name}: {sorted(times)[15] * 1e6:.0f} us, {iterations} iterations, region 0: {welfare[0]:.12f}")


if __name__ == "__main__":
    main()
