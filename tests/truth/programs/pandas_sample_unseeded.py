# DataFrame.sample without a seed, in a function that is handed the table.
import pandas as pd
from sklearn.linear_model import SGDRegressor


def mix(table):
    return table.sample(frac=1)


table = mix(pd.DataFrame({"x": [number / 10 for number in range(40)]}))
print(SGDRegressor(shuffle=False, max_iter=3, tol=None).fit(table[["x"]], 2 * table["x"]).coef_.tolist())
