"""Reference values of AggregatorGoldenTest, from the equations of model.proto over dense matrices (numpy 2.4.6, float64).

Entry A[u, v] of a matrix is the weight of the edge u -> v; parallel edges of another type stand in another matrix.
Run: python3 aggregators.py
"""
import numpy as np

X = np.array([[1.0, -2.0], [0.5, 1.5], [-1.0, 0.25], [2.0, 1.0], [0.0, 0.0]])
# type "pays"; vertex 4 has no edge at all, vertex 3 no in-edge
PAYS = np.zeros((5, 5))
PAYS[0, 1], PAYS[2, 1], PAYS[3, 1], PAYS[1, 2] = 1.0, 2.0, 0.5, 1.0
# type "": parallel to 0 -> 1, a self-loop, an edge of weight zero
NONE = np.zeros((5, 5))
NONE[0, 1], NONE[1, 0], NONE[2, 2] = 1.5, 0.75, 1.0
ZERO = [(3, 2)]  # weight 0, type "pays": counts as an edge, has no share of the attention

SELF = np.array([[1.0, 0.5], [-0.5, 2.0]])
NBR = np.array([[0.5, -1.0], [1.5, 0.25]])
NBR_PAYS = np.array([[-1.0, 0.75], [0.5, 1.0]])
BIAS = np.array([0.1, -0.2])


def count(A, zero):
    n = (A != 0).astype(float)
    for u, v in zero:
        n[u, v] = 1
    return n


def extremum(parts, sign):
    """Column by column over all edges; zero for none."""
    out = np.zeros((5, 2))
    for v in range(5):
        rows = [A[u, v] * X[u] for A, zero in parts for u in range(5) if count(A, zero)[u, v]]
        if rows:
            out[v] = sign * np.max(sign * np.array(rows), axis=0)
    return out


def mean(parts):
    n = sum(count(A, zero) for A, zero in parts).sum(0)
    return sum(A.T @ X for A, _ in parts) / np.maximum(n, 1)[:, None]


def show(name, rows):
    print(name, "=", ", ".join("%.9f" % x for x in rows.ravel()))


P, N = (PAYS, ZERO), (NONE, [])
show("max", X @ SELF + extremum([P, N], 1) @ NBR + BIAS)
show("min", X @ SELF + extremum([P, N], -1) @ NBR + BIAS)
show("max by relation", X @ SELF + extremum([P], 1) @ NBR_PAYS + extremum([N], 1) @ NBR + BIAS)
show("mean by relation", X @ SELF + mean([P]) @ NBR_PAYS + mean([N]) @ NBR + BIAS)
show("mean of pays only", X @ SELF + mean([P]) @ NBR_PAYS + BIAS)

# Two heads of width 2.
W = np.array([[0.5, -1.0, 1.0, 0.25], [1.5, 0.25, -0.5, 0.75]])
S = np.array([[0.7, -0.3], [0.2, 1.1]])
T = np.array([[-0.4, 0.9], [0.6, -0.8]])
A = PAYS + NONE + np.eye(5)  # the vertex itself with weight 1; parallel edges have the same logit, so that their weights add up


def heads(slope):
    for k in range(2):
        Z = X @ W[:, 2 * k : 2 * k + 2]
        logit = (Z @ S[k])[:, None] + (Z @ T[k])[None, :]
        logit = np.where(logit > 0, logit, slope * logit)
        share = A * np.exp(logit)
        yield (share / share.sum(0)).T @ Z


show("concatenated", np.hstack(list(heads(0.2))) + np.array([0.1, -0.2, 0.3, 0.0]))
show("averaged, slope 0.05, rectified", np.maximum(0, sum(heads(0.05)) / 2 + BIAS))
