# The random sampler of Optuna with a seed.
import optuna


def main():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: (trial.suggest_float("x", -1, 1) - 0.3) ** 2, n_trials=5)
    print(study.best_params)


if __name__ == "__main__":
    main()
