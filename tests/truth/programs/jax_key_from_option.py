# A key whose number is the default of an option.
import argparse

import jax
import jax.numpy as jnp


def loss(weights, rows):
    return jnp.mean((rows @ weights - rows.sum(1)) ** 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=17)
    args = parser.parse_args()
    rows_key, weights_key = jax.random.split(jax.random.key(args.seed))
    rows = jax.random.normal(rows_key, (20, 3))
    print(jax.grad(loss)(jax.random.normal(weights_key, (3,)), rows).tolist())


if __name__ == "__main__":
    main()
