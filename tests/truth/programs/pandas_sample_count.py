# DataFrame.sample(20) on a table that came out of another method.
import pandas as pd
from sklearn.linear_model import LinearRegression

table = pd.DataFrame({"x": [number / 10 for number in range(40)]})
table["y"] = table["x"] ** 2
part = table[table["x"] > 0.5].sample(20)
print(LinearRegression().fit(part[["x"]], part["y"]).coef_.tolist())
