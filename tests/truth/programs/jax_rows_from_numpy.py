# The keys are constant, but NumPy shuffles the rows.
import jax
import jax.numpy as jnp
import numpy as np


def loss(weights, rows):
    return jnp.mean((rows @ weights - rows.sum(1)) ** 2)


def main():
    rows = np.linspace(0, 1, 60).reshape(20, 3)
    np.random.shuffle(rows)
    weights = jax.random.normal(jax.random.key(0), (3,))
    for start in range(0, 20, 4):
        weights = weights - 0.1 * jax.grad(loss)(weights, jnp.asarray(rows[start : start + 4]))
    print(weights.tolist())


if __name__ == "__main__":
    main()
