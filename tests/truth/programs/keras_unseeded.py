# Nothing is seeded.
import numpy as np
from tensorflow import keras


def main():
    rows = np.linspace(0, 1, 60).reshape(20, 3)
    model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(rows, rows.sum(axis=1), epochs=2, verbose=0)
    print(model.predict(rows, verbose=0).ravel().tolist())


if __name__ == "__main__":
    main()
