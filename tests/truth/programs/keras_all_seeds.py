# random, NumPy and TensorFlow are seeded one by one, which is enough for Keras 3.
import random

import numpy as np
import tensorflow as tf


def main():
    random.seed(0)
    np.random.seed(0)
    tf.random.set_seed(0)
    rows = np.linspace(0, 1, 60).reshape(20, 3)
    model = tf.keras.Sequential([tf.keras.layers.Dense(4), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(rows, rows.sum(axis=1), epochs=2, verbose=0)
    print(model.predict(rows, verbose=0).ravel().tolist())


if __name__ == "__main__":
    main()
