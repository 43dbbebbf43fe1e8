# fmin with a generator that has a seed.
import numpy as np
from hyperopt import fmin, hp, tpe

best = fmin(
    lambda x: (x - 0.5) ** 2,
    hp.uniform("x", -1, 1),
    algo=tpe.suggest,
    max_evals=5,
    rstate=np.random.default_rng(0),
    show_progressbar=False,
)
print(best)
