import numpy as np

START = np.random.randn(3)
