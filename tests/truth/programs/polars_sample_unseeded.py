# DataFrame.sample of Polars without a seed.
import polars as pl
from sklearn.linear_model import LinearRegression

table = pl.DataFrame({"x": [number / 10 for number in range(40)]})
part = table.sample(20)
print(LinearRegression().fit(part.to_numpy(), part["x"].to_numpy() ** 2).coef_.tolist())
