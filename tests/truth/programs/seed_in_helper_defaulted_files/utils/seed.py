import random

import numpy as np


def seed_everything(seed=None):
    if seed is None:
        seed = np.random.randint(0, 2**31 - 1)
    random.seed(seed)
    np.random.seed(seed)
    return seed
