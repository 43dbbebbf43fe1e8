# A key from a number that NumPy draws unseeded.
import jax
import jax.numpy as jnp
import numpy as np


def loss(weights, rows):
    return jnp.mean((rows @ weights - rows.sum(1)) ** 2)


def main():
    key = jax.random.PRNGKey(np.random.randint(0, 2**31 - 1))
    weights = jax.random.normal(key, (3,))
    rows = jnp.linspace(0, 1, 60).reshape(20, 3)
    print(jax.grad(loss)(weights, rows).tolist())


if __name__ == "__main__":
    main()
