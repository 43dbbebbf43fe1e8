# The weights are drawn by tf.random.normal, unseeded.
import tensorflow as tf


def main():
    rows = tf.reshape(tf.linspace(0.0, 1.0, 60), (20, 3))
    weight = tf.Variable(tf.random.normal((3,)))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((tf.linalg.matvec(rows, weight) - tf.reduce_sum(rows, 1)) ** 2)
    print(tape.gradient(loss, weight).numpy().tolist())


if __name__ == "__main__":
    main()
