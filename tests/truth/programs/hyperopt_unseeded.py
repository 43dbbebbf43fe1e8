# fmin without rstate.
from hyperopt import fmin, hp, tpe

print(fmin(lambda x: (x - 0.5) ** 2, hp.uniform("x", -1, 1), algo=tpe.suggest, max_evals=5, show_progressbar=False))
