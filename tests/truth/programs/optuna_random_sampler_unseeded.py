# The random sampler of Optuna; NumPy's seed does not reach it.
import numpy as np
import optuna


def main():
    np.random.seed(0)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler())
    study.optimize(lambda trial: (trial.suggest_float("x", -1, 1) - 0.3) ** 2, n_trials=5)
    print(study.best_params)


if __name__ == "__main__":
    main()
