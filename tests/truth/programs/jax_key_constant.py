# A key from a constant, split and used.
import jax
import jax.numpy as jnp


def loss(weights, rows):
    return jnp.mean((rows @ weights - rows.sum(1)) ** 2)


def main():
    first, second = jax.random.split(jax.random.PRNGKey(0))
    weights = jax.random.normal(first, (3,))
    rows = jax.random.uniform(second, (20, 3))
    for _ in range(3):
        weights = weights - 0.1 * jax.grad(loss)(weights, rows)
    print(weights.tolist())


if __name__ == "__main__":
    main()
