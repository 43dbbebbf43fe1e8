# A key whose number Python's random module draws, which nothing seeds.
import random

import jax
import jax.numpy as jnp


def loss(weights, rows):
    return jnp.mean((rows @ weights - rows.sum(1)) ** 2)


def main():
    rows_key, weights_key = jax.random.split(jax.random.key(random.randrange(2**31)))
    rows = jax.random.normal(rows_key, (20, 3))
    print(jax.grad(loss)(jax.random.normal(weights_key, (3,)), rows).tolist())


if __name__ == "__main__":
    main()
