# gather gives results in the order of its arguments, whichever comes first.
import asyncio

from sklearn.linear_model import SGDRegressor


async def read_row(number):
    await asyncio.sleep(0.001 * (number % 3))
    return [number / 10, (number * 7 % 11) / 11]


async def read_rows():
    return await asyncio.gather(*(read_row(number) for number in range(40)))


def main():
    rows = asyncio.run(read_rows())
    model = SGDRegressor(shuffle=False, max_iter=3, tol=None)
    print(model.fit(rows, [sum(row) for row in rows]).coef_.tolist())


if __name__ == "__main__":
    main()
