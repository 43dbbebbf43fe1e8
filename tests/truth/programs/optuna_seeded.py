# The sampler has a seed and one job runs at a time.
import optuna

study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(lambda trial: (trial.suggest_float("x", -1, 1) - 0.5) ** 2, n_trials=5)
print(study.best_params)
