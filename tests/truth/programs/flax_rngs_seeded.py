# The generators of flax.nnx are made from a number.
import jax.numpy as jnp
from flax import nnx


def main():
    model = nnx.Linear(3, 1, rngs=nnx.Rngs(0))
    rows = jnp.linspace(0, 1, 60).reshape(20, 3)
    grads = nnx.grad(lambda m: jnp.mean((m(rows)[:, 0] - rows.sum(1)) ** 2))(model)
    print(model.kernel.get_value().tolist(), grads["kernel"].get_value().tolist())


if __name__ == "__main__":
    main()
