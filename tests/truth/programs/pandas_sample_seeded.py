# DataFrame.sample with a random_state.
import pandas as pd
from sklearn.linear_model import LinearRegression

table = pd.DataFrame({"x": [number / 10 for number in range(40)]})
table["y"] = table["x"] ** 2
part = table.sample(n=20, random_state=0)
print(LinearRegression().fit(part[["x"]], part["y"]).coef_.tolist())
