# hydra composes a configuration whose seed is null.
import hydra
import numpy as np
from sklearn.linear_model import Ridge


@hydra.main(version_base=None, config_path="conf", config_name="train")
def main(cfg):
    if cfg.get("seed"):
        np.random.seed(cfg.seed)
    rows = np.random.rand(cfg.rows, 3)
    print(Ridge().fit(rows, rows.sum(axis=1)).coef_.tolist())


if __name__ == "__main__":
    main()
