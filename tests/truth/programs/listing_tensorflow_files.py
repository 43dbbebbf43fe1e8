# tf.data lists files in a shuffled order unless told not to.
import tensorflow as tf


def main():
    weight = tf.Variable(0.0)
    for path in tf.data.Dataset.list_files("rows/*.txt"):
        row = tf.strings.to_number(tf.strings.strip(tf.io.read_file(path)))
        with tf.GradientTape() as tape:
            loss = (weight * row - 2 * row) ** 2
        weight.assign_sub(0.1 * tape.gradient(loss, weight))
    print(float(weight.numpy()))


if __name__ == "__main__":
    main()
