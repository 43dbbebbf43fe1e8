# scipy.stats draws from NumPy's global generator, which is not seeded.
from scipy import stats
from sklearn.linear_model import LinearRegression

rows = stats.norm.rvs(size=(30, 2))
print(LinearRegression().fit(rows, rows[:, 0] ** 2).coef_.tolist())
