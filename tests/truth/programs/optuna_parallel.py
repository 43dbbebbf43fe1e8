# The sampler has a seed, but four threads draw from it in the order in which they come.
import optuna


def objective(trial):
    x = trial.suggest_float("x", -1, 1)
    y = trial.suggest_float("y", -1, 1)
    return (x - 0.5) ** 2 + sum((y - step / 1e5) ** 2 for step in range(20_000))


study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=40, n_jobs=4)
print(study.best_params)
