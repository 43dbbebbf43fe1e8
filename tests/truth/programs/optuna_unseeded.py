# The default sampler has no seed; global seeds do not reach it.
import numpy as np
import optuna

np.random.seed(0)
study = optuna.create_study()
study.optimize(lambda trial: (trial.suggest_float("x", -1, 1) - 0.5) ** 2, n_trials=5)
print(study.best_params)
