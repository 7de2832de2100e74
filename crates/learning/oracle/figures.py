#!/usr/bin/env python3
"""Reference figures of LightGBM for crates/learning/tests/oracle.rs, written to figures.json beside this file.

  python3 -m venv venv && venv/bin/pip install lightgbm && venv/bin/python crates/learning/oracle/figures.py

The data are made by the same generator as in the test (SplitMix64), so that neither data nor LightGBM is needed to
run the tests.
"""
import json, math, os
import lightgbm, numpy

MASK = (1 << 64) - 1


class Dice:
    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def unit(self):
        return (self.bits() >> 11) / (1 << 53)

    def gauss(self):
        return sum(self.unit() for _ in range(12)) - 6.0


def friedman(n, seed):
    """Friedman's first function, ten features of which five matter, noise of 1."""
    dice, rows, labels = Dice(seed), [], []
    for _ in range(n):
        x = [dice.unit() for _ in range(10)]
        y = 10 * math.sin(math.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4]
        labels.append(y + dice.gauss())
        rows.append(x)
    return numpy.array(rows, dtype=numpy.float32), numpy.array(labels, dtype=numpy.float32)


def scales(n, seed):
    """Errors whose scale depends on the features, as those of answers do: the logarithm is learned."""
    dice, rows, labels = Dice(seed), [], []
    for _ in range(n):
        x = [dice.unit() for _ in range(8)]
        scale = 1 + 3 * x[0] * x[1] + 2 * x[2] + math.sin(5 * x[3])
        labels.append(math.log(abs(dice.gauss()) * abs(scale) + 0.1))
        rows.append(x)
    return numpy.array(rows, dtype=numpy.float32), numpy.array(labels, dtype=numpy.float32)


def rings(n, seed):
    """Two classes in rings around the middle, a tenth of them told wrongly, a fifth of one feature missing."""
    dice, rows, labels = Dice(seed), [], []
    for _ in range(n):
        x = [2 * dice.unit() - 1 for _ in range(6)]
        y = math.sin(6 * math.hypot(x[0], x[1])) > 0
        if dice.unit() < 0.1:
            y = not y
        if dice.unit() < 0.2:
            x[2] = math.nan
        labels.append(1.0 if y else 0.0)
        rows.append(x)
    return numpy.array(rows, dtype=numpy.float32), numpy.array(labels, dtype=numpy.float32)


PARAMS = dict(num_leaves=31, learning_rate=0.1, min_data_in_leaf=20, lambda_l2=1.0, max_bin=255, max_depth=12,
              min_sum_hessian_in_leaf=1e-3, deterministic=True, force_row_wise=True, num_threads=1, verbose=-1, seed=1)


def loss(kind, share, labels, predicted):
    rest = labels.astype(float) - predicted
    if kind == "squares":
        return float((rest**2).mean())
    if kind == "quantile":
        return float(numpy.maximum(share * rest, (share - 1) * rest).mean())
    return float((numpy.logaddexp(0, predicted) - labels * predicted).mean())


def main():
    figures = []
    for data, make, kind, share in [("friedman", friedman, "squares", 0), ("friedman", friedman, "quantile", 0.9),
                                    ("scales", scales, "squares", 0), ("scales", scales, "quantile", 0.68),
                                    ("rings", rings, "logistic", 0)]:
        (rows, labels), (asked, truths) = make(6000, 11), make(4000, 12)
        objective = {"squares": "l2", "quantile": "quantile", "logistic": "binary"}[kind]
        params = PARAMS | {"objective": objective} | ({"alpha": share} if share else {})
        booster = lightgbm.train(params, lightgbm.Dataset(rows, labels), num_boost_round=100)
        predicted = booster.predict(asked, raw_score=True)
        figures.append({"data": data, "loss": kind, "share": share, "holdout_loss": round(loss(kind, share, truths, predicted), 6)})
    out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "figures.json")
    with open(out, "w") as f:
        json.dump({"lightgbm": lightgbm.__version__, "rounds": 100, "figures": figures}, f, indent=1)
        f.write("\n")
    print(open(out).read())


if __name__ == "__main__":
    main()
