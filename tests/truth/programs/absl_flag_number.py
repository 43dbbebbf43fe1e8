# A flag of absl seeds; app.run calls main.
import numpy as np
from absl import app, flags
from sklearn.linear_model import Ridge

FLAGS = flags.FLAGS
flags.DEFINE_integer("seed", 3, "the seed")


def main(argv):
    np.random.seed(FLAGS.seed)
    rows = np.random.rand(40, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    app.run(main)
