# NumPy noise, unseeded, next to a constant key.
import jax
import jax.numpy as jnp
import numpy as np


def loss(weights, rows):
    return jnp.mean((rows @ weights - rows.sum(1)) ** 2)


def main():
    weights = jax.random.normal(jax.random.PRNGKey(0), (3,))
    rows = jnp.asarray(np.random.rand(20, 3))
    print(jax.value_and_grad(loss)(weights, rows)[1].tolist())


if __name__ == "__main__":
    main()
