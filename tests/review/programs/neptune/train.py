import neptune
from sklearn.ensemble import RandomForestClassifier

PARAMETERS = {"trees": 50, "random_state": 3}


def main():
    run = neptune.init_run(project="team/demo", dependencies="infer")
    run["parameters"] = PARAMETERS
    run["data/train"].track_files("data/train.csv")
    model = RandomForestClassifier(PARAMETERS["trees"], random_state=PARAMETERS["random_state"])
    model.fit([[0], [1]], [0, 1])
    run["train/accuracy"].append(model.score([[0], [1]], [0, 1]))
    run["model"].upload("model.pkl")


if __name__ == "__main__":
    main()
