"""The golden values of linear_network.txt: python3 linear_network.py > linear_network.txt (numpy 2.4.6).

A graph of 12 vertices, 9 of them trained on; columns are vertices. Runs of gradient descent on linear networks (Xu et al., ICML 2021),
written down without any of the code that is tested. Lines: name, shape, numbers row by row.
"""
import numpy as np

random = np.random.default_rng(0)
n, width, classes, hidden = 12, 5, 2, 6
upper = np.triu((random.random((n, n)) < 0.3).astype(float), 1)
adjacency = upper + upper.T + np.eye(n)
scale = adjacency.sum(1) ** -0.5
S = scale[:, None] * adjacency * scale
X = random.standard_normal((width, n))
trained = np.arange(9)
Y = random.standard_normal((classes, len(trained)))


def show(name, values):
    values = np.atleast_2d(np.asarray(values, float))
    print(name, *values.shape, *[repr(float(v)) for v in values.ravel()])


def start(hops):
    r = np.random.default_rng(1)
    widths = [width] + [hidden] * hops
    maps = [r.standard_normal((widths[i + 1], widths[i])) / np.sqrt(widths[i]) for i in range(hops)]
    readouts = [r.standard_normal((classes, widths[i])) * 0.1 for i in range(hops + 1)]
    return maps, readouts


def products(maps):
    result = [np.eye(width)]
    for b in maps:
        result.append(b @ result[-1])
    return result


def run(name, hops, scales):
    maps, readouts = start(hops)
    G = [(X @ np.linalg.matrix_power(S, l))[:, trained] for l in range(hops + 1)]
    stack = np.vstack([G[l] for l in scales])
    optimum = np.sum((Y - Y @ np.linalg.pinv(stack) @ stack) ** 2)
    for i, b in enumerate(maps):
        show(f"{name}.map{i + 1}", b)
    for l, w in enumerate(readouts):
        show(f"{name}.readout{l}", w)
    lam, gaps, dt = np.inf, [], 1e-4
    for step in range(20001):
        P = products(maps)
        error = sum(readouts[l] @ P[l] @ G[l] for l in scales) - Y
        lam = min(lam, min(np.linalg.eigvalsh(P[l].T @ P[l])[0] for l in scales))
        if step % 5000 == 0:
            gaps.append(np.sum(error**2) - optimum)
        down = [2 * error @ G[l].T for l in range(hops + 1)]
        of_maps = [np.zeros_like(b) for b in maps]
        for l in scales:
            for i in range(l):
                left = readouts[l]
                for q in range(l - 1, i, -1):
                    left = left @ maps[q]
                of_maps[i] += left.T @ down[l] @ P[i].T
        for l in scales:
            readouts[l] = readouts[l] - dt * down[l] @ P[l].T
        maps = [b - dt * g for b, g in zip(maps, of_maps)]
    show(f"{name}.sigma", np.linalg.svd(stack, compute_uv=False)[-1] ** 2)
    show(f"{name}.lambda", lam)
    show(f"{name}.optimum", optimum)
    show(f"{name}.gaps", gaps)


show("adjacency", adjacency - np.eye(n))
show("X", X)
show("Y", Y)
for l in range(4):
    show(f"G{l}", (X @ np.linalg.matrix_power(S, l))[:, trained])
run("one", 1, [1])
run("two", 2, [2])
run("two_all", 2, [0, 1, 2])
run("three_all", 3, [0, 1, 2, 3])
# What a probe finds, of features in single precision.
F = X.astype(np.float32).astype(float)
stack = np.zeros((0, len(trained)))
for l in range(7):
    G = (F @ np.linalg.matrix_power(S, l))[:, trained]
    stack = np.vstack([stack, G])
    for name, g in (("hop", G), ("stack", stack)):
        sigma = np.linalg.svd(g, compute_uv=False)
        show(f"{name}{l}.sigma", [sigma[-1] ** 2, sigma[0] ** 2])
        show(f"{name}{l}.optimum", np.sum((Y - Y @ np.linalg.pinv(g) @ g) ** 2))
