"""The shapes of 28 public tutorials on dense networks in Keras, written anew and small.

Each is what its source does, on a few numbers: the same imports, layers, arguments and ways to read
the results. The data are made before: X has four columns, `classes` three classes, `labels` 0 and
1, `prices` numbers. `tests/test_tutorials.py` runs them with the import lines changed.
"""

import re

DATA = """
import numpy as np
random = np.random.default_rng(7)
X = random.normal(size=(40, 4))
labels = (X[:, 0] + X[:, 1] > 0).astype(int)
classes = labels + (X[:, 2] > 0.5)
prices = X @ np.array([1.0, -2.0, 0.5, 0.0]) + 3.0
pictures = random.uniform(size=(30, 4, 4))
digits = np.arange(30) % 3
"""

TUTORIALS: dict[str, tuple[str, str]] = {
    "first network": (
        "machinelearningmastery.com/tutorial-first-neural-network-python-keras",
        """
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(12, input_shape=(4,), activation='relu'))
model.add(Dense(8, activation='relu'))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, labels, epochs=3, batch_size=10, verbose=0)
_, accuracy = model.evaluate(X, labels, verbose=0)
print('Accuracy: %.2f' % (accuracy*100))
predictions = (model.predict(X) > 0.5).astype(int)
for i in range(5):
    print('%s => %d (expected %d)' % (X[i].tolist(), predictions[i, 0], labels[i]))
""",
    ),
    "iris, one-hot": (
        "vitalflux.com/keras-multi-class-classification-using-iris-dataset",
        """
from keras import models, layers
from keras.utils import to_categorical
network = models.Sequential()
network.add(layers.Dense(16, activation='relu', input_shape=(4,)))
network.add(layers.Dense(3, activation='softmax'))
network.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])
y = to_categorical(classes)
network.fit(X[:30], y[:30], epochs=3, batch_size=5, verbose=0)
test_loss, test_acc = network.evaluate(X[30:], y[30:], verbose=0)
print(test_acc, np.argmax(network.predict(X[30:]), axis=1))
""",
    ),
    "iris, three sigmoids": (
        "github.com/jrobinso/iris-keras (sigmoid outputs with a categorical loss)",
        """
import keras
from keras.models import Sequential
from keras.layers import Dense
def baseline_model():
    model = Sequential()
    model.add(Dense(8, input_dim=4, kernel_initializer='normal', activation='relu'))
    model.add(Dense(3, kernel_initializer='normal', activation='sigmoid'))
    model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
    return model
estimator = baseline_model()
history = estimator.fit(X, keras.utils.to_categorical(classes), epochs=3, batch_size=5, verbose=0)
assert set(history.history) == {'accuracy', 'loss'}
""",
    ),
    "basic classification": (
        "www.tensorflow.org/tutorials/keras/classification",
        """
from tensorflow import keras
from tensorflow.keras.losses import SparseCategoricalCrossentropy
model = keras.Sequential([
    keras.layers.Flatten(input_shape=(4, 4)),
    keras.layers.Dense(12, activation='relu'),
    keras.layers.Dense(3)
])
model.compile(optimizer='adam', loss=SparseCategoricalCrossentropy(from_logits=True),
              metrics=['accuracy'])
model.fit(pictures, digits, epochs=2, verbose=0)
test_loss, test_acc = model.evaluate(pictures, digits, verbose=0)
probability_model = keras.Sequential([model, keras.layers.Softmax()])
predictions = probability_model.predict(pictures)
assert np.allclose(predictions.sum(axis=1), 1)
print(np.argmax(predictions[0]), predictions[:, 0].max())
""",
    ),
    "beginner": (
        "www.tensorflow.org/tutorials/quickstart/beginner",
        """
from tensorflow.keras import Sequential, layers, losses
model = Sequential([
  layers.Flatten(input_shape=(4, 4)),
  layers.Dense(12, activation='relu'),
  layers.Dropout(0.2),
  layers.Dense(3)
])
predictions = model(pictures[:1])
loss_fn = losses.SparseCategoricalCrossentropy(from_logits=True)
loss_fn(digits[:1], predictions)
model.compile(optimizer='adam', loss=loss_fn, metrics=['accuracy'])
model.fit(pictures, digits, epochs=2, verbose=0)
model.evaluate(pictures, digits, verbose=2)
""",
    ),
    "fuel efficiency": (
        "www.tensorflow.org/tutorials/keras/regression",
        """
from tensorflow.keras import Sequential, layers, optimizers
normalizer = layers.Normalization(axis=-1)
normalizer.adapt(X)
model = Sequential([normalizer, layers.Dense(8, activation='relu'), layers.Dense(units=1)])
model.compile(optimizer=optimizers.Adam(learning_rate=0.1), loss='mean_absolute_error')
history = model.fit(X, prices, epochs=3, verbose=0, validation_split=0.2)
assert len(history.history['val_loss']) == 3
errors = model.predict(X).flatten() - prices
print(errors.mean())
model.summary()
""",
    ),
    "house prices, k folds": (
        "nbviewer.org/github/fchollet/deep-learning-with-python-notebooks 3.7",
        """
from keras import models
from keras import layers
def build_model():
    model = models.Sequential()
    model.add(layers.Dense(8, activation='relu', input_shape=(X.shape[1],)))
    model.add(layers.Dense(8, activation='relu'))
    model.add(layers.Dense(1))
    model.compile(optimizer='rmsprop', loss='mse', metrics=['mae'])
    return model
all_mae = []
for i in range(2):
    held = slice(20 * i, 20 * (i + 1))
    model = build_model()
    history = model.fit(np.delete(X, held, 0), np.delete(prices, held), validation_data=(X[held],
                        prices[held]), epochs=2, batch_size=1, verbose=0)
    all_mae.append(history.history['val_mae'])
average = [np.mean([x[i] for x in all_mae]) for i in range(2)]
""",
    ),
    "film reviews": (
        "nbviewer.org/github/fchollet/deep-learning-with-python-notebooks 3.5",
        """
from keras import models, layers, optimizers, losses, metrics
model = models.Sequential()
model.add(layers.Dense(8, activation='relu', input_shape=(4,)))
model.add(layers.Dense(8, activation='relu'))
model.add(layers.Dense(1, activation='sigmoid'))
model.compile(optimizer=optimizers.RMSprop(learning_rate=0.001),
              loss=losses.binary_crossentropy, metrics=[metrics.binary_accuracy])
history = model.fit(X[:30], labels[:30], epochs=2, batch_size=8, verbose=0,
                    validation_data=(X[30:], labels[30:]))
assert 'val_binary_accuracy' in history.history
""",
    ),
    "overfitting, regularized": (
        "www.tensorflow.org/tutorials/keras/overfit_and_underfit",
        """
from tensorflow.keras import Sequential, layers, regularizers, optimizers, callbacks
model = Sequential([
    layers.Dense(8, kernel_regularizer=regularizers.l2(0.001), activation='elu',
                 input_shape=(4,)),
    layers.Dropout(0.5),
    layers.Dense(8, kernel_regularizer=regularizers.L2(0.001), activation='elu'),
    layers.Dropout(0.5),
    layers.Dense(1, activation='sigmoid')
])
model.compile(optimizer=optimizers.Adam(0.001), loss='binary_crossentropy', metrics=['accuracy'])
stop = callbacks.EarlyStopping(monitor='val_loss', patience=2)
model.fit(X, labels, epochs=3, validation_split=0.25, callbacks=[stop], verbose=0)
""",
    ),
    "saving and loading": (
        "www.tensorflow.org/tutorials/keras/save_and_load",
        """
from tensorflow import keras
from tensorflow.keras.callbacks import ModelCheckpoint
def create_model():
    model = keras.models.Sequential([
        keras.layers.Dense(8, activation='relu', input_shape=(4,)),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(3)
    ])
    model.compile(optimizer='adam', metrics=['sparse_categorical_accuracy'],
                  loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
model = create_model()
saving = ModelCheckpoint(filepath=folder + '/cp.weights', save_weights_only=True, verbose=1)
model.fit(X, classes, epochs=2, validation_data=(X, classes), callbacks=[saving], verbose=0)
other = create_model()
other.load_weights(folder + '/cp.weights')
assert np.array_equal(model.predict(X), other.predict(X))
model.save(folder + '/my_model.keras')
new_model = keras.models.load_model(folder + '/my_model.keras')
assert new_model.predict(X).shape == (40, 3)
""",
    ),
    "fraud": (
        "www.tensorflow.org/tutorials/structured_data/imbalanced_data",
        """
from tensorflow import keras
METRICS = [
      keras.metrics.BinaryCrossentropy(name='cross entropy'),
      keras.metrics.MeanSquaredError(name='Brier score'),
      keras.metrics.TruePositives(name='tp'), keras.metrics.FalsePositives(name='fp'),
      keras.metrics.TrueNegatives(name='tn'), keras.metrics.FalseNegatives(name='fn'),
      keras.metrics.BinaryAccuracy(name='accuracy'), keras.metrics.Precision(name='precision'),
      keras.metrics.Recall(name='recall'), keras.metrics.AUC(name='auc'),
]
model = keras.Sequential([
    keras.layers.Dense(8, activation='relu', input_shape=(X.shape[-1],)),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(1, activation='sigmoid',
                       bias_initializer=keras.initializers.Constant(-1.0)),
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3),
              loss=keras.losses.BinaryCrossentropy(), metrics=METRICS)
stop = keras.callbacks.EarlyStopping(monitor='val_auc', verbose=1, patience=10, mode='max',
                                     restore_best_weights=True)
model.fit(X, labels, batch_size=16, epochs=3, callbacks=[stop], validation_data=(X, labels),
          class_weight={0: 0.5, 1: 2.0}, verbose=0)
results = model.evaluate(X, labels, batch_size=16, verbose=0)
for name, value in zip(model.metrics_names, results):
    print(name, ': ', value)
""",
    ),
    "functional interface": (
        "keras.io/guides/functional_api",
        """
import keras
from keras import layers
inputs = keras.Input(shape=(4,), name='numbers')
x = layers.Dense(8, activation='relu')(inputs)
x = layers.Dense(8, activation='relu')(x)
outputs = layers.Dense(3)(x)
model = keras.Model(inputs=inputs, outputs=outputs, name='small_model')
model.summary()
model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              optimizer=keras.optimizers.RMSprop(), metrics=['accuracy'])
history = model.fit(X, classes, batch_size=8, epochs=2, validation_split=0.2, verbose=0)
print('Test loss:', model.evaluate(X, classes, verbose=2)[0])
encoder = keras.Model(inputs, x)
assert encoder.predict(X).shape == (40, 8)
""",
    ),
    "several inputs and outputs": (
        "keras.io/guides/functional_api (customer tickets)",
        """
import keras
from keras import layers
title = keras.Input(shape=(2,), name='title')
tags = keras.Input(shape=(2,), name='tags')
x = layers.concatenate([layers.Dense(4, activation='relu')(title), tags])
priority = layers.Dense(1, name='priority', activation='sigmoid')(x)
department = layers.Dense(3, name='department')(x)
model = keras.Model(inputs=[title, tags], outputs=[priority, department])
model.compile(
    optimizer=keras.optimizers.RMSprop(1e-3),
    loss={'priority': keras.losses.BinaryCrossentropy(),
          'department': keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
    loss_weights={'priority': 1.0, 'department': 0.2},
)
model.fit({'title': X[:, :2], 'tags': X[:, 2:]}, {'priority': labels, 'department': classes},
          epochs=2, batch_size=8, verbose=0)
urgent, where = model.predict([X[:, :2], X[:, 2:]])
assert urgent.shape == (40, 1) and where.shape == (40, 3)
""",
    ),
    "shared layers": (
        "keras.io/guides/functional_api (residual connections)",
        """
import keras
from keras.layers import Input, Dense, add, Activation
from keras.models import Model
inputs = Input((4,))
block = Dense(4, activation='tanh')(inputs)
out = Dense(4)(block)
out = add([out, block])
out = Activation('relu')(out)
model = Model(inputs, Dense(1)(out))
model.compile('sgd', 'mse')
model.fit(X, prices, verbose=0)
""",
    ),
    "autoencoder": (
        "blog.keras.io/building-autoencoders-in-keras.html",
        """
import keras
from keras import layers
encoding_dim = 2
input_img = keras.Input(shape=(16,))
encoded = layers.Dense(encoding_dim, activation='relu')(input_img)
decoded = layers.Dense(16, activation='sigmoid')(encoded)
autoencoder = keras.Model(input_img, decoded)
encoder = keras.Model(input_img, encoded)
encoded_input = keras.Input(shape=(encoding_dim,))
decoder_layer = autoencoder.layers[-1]
decoder = keras.Model(encoded_input, decoder_layer(encoded_input))
autoencoder.compile(optimizer='adam', loss='binary_crossentropy')
x_train = pictures.reshape((len(pictures), np.prod(pictures.shape[1:])))
autoencoder.fit(x_train, x_train, epochs=2, batch_size=8, shuffle=True,
                validation_data=(x_train, x_train), verbose=0)
encoded_imgs = encoder.predict(x_train)
decoded_imgs = decoder.predict(encoded_imgs)
assert np.allclose(decoded_imgs, autoencoder.predict(x_train))
assert decoded_imgs[0].reshape(4, 4).shape == (4, 4)
""",
    ),
    "exclusive or": (
        "blog.thoughtram.io/machine-learning/2016/11/02/understanding-XOR-with-keras",
        """
from keras.models import Sequential
from keras.layers import Dense
training_data = np.array([[0,0],[0,1],[1,0],[1,1]], 'float32')
target_data = np.array([[0],[1],[1],[0]], 'float32')
model = Sequential()
model.add(Dense(16, input_dim=2, activation='relu'))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='mean_squared_error', optimizer='adam', metrics=['binary_accuracy'])
model.fit(training_data, target_data, epochs=20, verbose=0)
print(model.predict(training_data).round())
""",
    ),
    "exclusive or, two steps": (
        "github.com/eotp/FUKI",
        """
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Activation
from tensorflow.keras.optimizers import SGD
X2 = np.array([[0,0], [0,1], [1,0], [1,1]])
y2 = np.array([[0], [1], [1], [0]])
model = Sequential([Dense(4, input_dim=2), Activation('tanh'), Dense(1), Activation('sigmoid')])
model.compile(optimizer=SGD(learning_rate=0.1), loss='binary_crossentropy', metrics=['accuracy'])
model.fit(X2, y2, epochs=50, verbose=0)
weights, biases = model.layers[0].get_weights()
assert weights.shape == (2, 4) and biases.shape == (4,)
for layer in model.layers:
    print(layer.name, [w.shape for w in layer.get_weights()])
""",
    ),
    "learning rate schedules": (
        "machinelearningmastery.com/using-learning-rate-schedules-deep-learning-models-python-keras",
        """
from keras.models import Sequential
from keras.layers import Dense
from keras.optimizers import SGD
from keras.callbacks import LearningRateScheduler
import math
def step_decay(epoch):
    return 0.1 * math.pow(0.5, math.floor((1 + epoch) / 2.0))
model = Sequential()
model.add(Dense(8, input_dim=4, kernel_initializer='uniform', activation='relu'))
model.add(Dense(1, kernel_initializer='uniform', activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer=SGD(learning_rate=0.0, momentum=0.9),
              metrics=['accuracy'])
history = model.fit(X, labels, validation_split=0.33, epochs=4, batch_size=28,
                    callbacks=[LearningRateScheduler(step_decay)], verbose=0)
assert history.history['learning_rate'] == [0.1, 0.05, 0.05, 0.025]
""",
    ),
    "best weights": (
        "machinelearningmastery.com/check-point-deep-learning-models-keras",
        """
from keras.callbacks import ModelCheckpoint
from keras.models import Sequential
from keras.layers import Dense
import os
model = Sequential()
model.add(Dense(8, input_dim=4, activation='relu'))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
filepath = folder + "/weights-improvement-{epoch:02d}-{val_accuracy:.2f}.hdf5"
checkpoint = ModelCheckpoint(filepath, monitor='val_accuracy', verbose=1, save_best_only=True,
                             mode='max')
model.fit(X, labels, validation_split=0.33, epochs=3, batch_size=10, callbacks=[checkpoint],
          verbose=0)
assert os.listdir(folder)[0].startswith('weights-improvement-')
""",
    ),
    "when it is stuck": (
        "github.com/christianversloot/machine-learning-articles reduce learning rate on plateau",
        """
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
from tensorflow.keras.callbacks import ReduceLROnPlateau, CSVLogger, TerminateOnNaN
from tensorflow.keras.callbacks import LambdaCallback
import csv
seen = []
model = Sequential([Dense(4, 'relu', input_shape=(4,)), Dense(1)])
model.compile('Adam', 'MSE', metrics=['MAE'])
model.fit(X, prices, epochs=4, validation_split=0.2, verbose=0, callbacks=[
    ReduceLROnPlateau(monitor='val_loss', factor=0.2, patience=1, min_lr=0.0001, verbose=1),
    CSVLogger(folder + '/log.csv'), TerminateOnNaN(),
    LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs['loss']))])
with open(folder + '/log.csv', encoding='utf-8') as file:
    rows = list(csv.DictReader(file))
assert [float(row['loss']) for row in rows] == seen and len(seen) == 4
""",
    ),
    "a callback of one's own": (
        "keras.io/guides/writing_your_own_callbacks",
        """
import keras
class LossAndErrorPrintingCallback(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        print('Up to batch {}, the average loss is {:7.2f}.'.format(batch, logs['loss']))
    def on_epoch_end(self, epoch, logs=None):
        keys = list(logs.keys())
        if logs['mean_absolute_error'] < 0.001:
            self.model.stop_training = True
model = keras.Sequential()
model.add(keras.layers.Dense(1))
model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=0.1),
              loss='mean_squared_error', metrics=['mean_absolute_error'])
model.fit(X, prices, batch_size=16, epochs=2, verbose=0, validation_split=0.5,
          callbacks=[LossAndErrorPrintingCallback()])
""",
    ),
    "a loss of one's own": (
        "keras.io/guides/training_with_built_in_methods (custom losses)",
        """
import keras
from keras import layers
def custom_mean_squared_error(y_true, y_pred):
    return ((y_true - y_pred) ** 2).mean(axis=-1)
def largest_error(y_true, y_pred):
    return np.abs(y_true - y_pred).max()
model = keras.Sequential([layers.Dense(8, activation='relu', input_shape=(4,)), layers.Dense(3)])
model.compile(optimizer=keras.optimizers.Adam(), loss=custom_mean_squared_error,
              metrics=[largest_error])
y_one_hot = np.eye(3)[classes]
history = model.fit(X, y_one_hot, batch_size=16, epochs=2, verbose=0)
assert 'largest_error' in history.history
""",
    ),
    "training by hand": (
        "machinelearningmastery.com/how-to-develop-a-generative-adversarial-network train_on_batch",
        """
from keras.models import Sequential
from keras.layers import Dense
def define_discriminator(n_inputs=2):
    model = Sequential()
    model.add(Dense(8, activation='relu', kernel_initializer='he_uniform', input_dim=n_inputs))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
    return model
def define_generator(latent_dim, n_outputs=2):
    model = Sequential()
    model.add(Dense(8, activation='relu', kernel_initializer='he_uniform', input_dim=latent_dim))
    model.add(Dense(n_outputs, activation='linear'))
    return model
def define_gan(generator, discriminator):
    discriminator.trainable = False
    model = Sequential()
    model.add(generator)
    model.add(discriminator)
    model.compile(loss='binary_crossentropy', optimizer='adam')
    return model
discriminator, generator = define_discriminator(), define_generator(3)
gan = define_gan(generator, discriminator)
before = discriminator.get_weights()
noise = random.normal(size=(8, 3))
made = generator.predict(noise)
loss = gan.train_on_batch(noise, np.ones((8, 1)))
assert all((a == b).all() for a, b in zip(before, discriminator.get_weights()))
discriminator.trainable = True
d_loss, d_acc = discriminator.train_on_batch(made, np.zeros((8, 1)))
assert not (before[0] == discriminator.get_weights()[0]).all()
""",
    ),
    "a table": (
        "www.bmc.com/blogs/keras-neural-network-classification",
        """
import pandas as pd
from keras.models import Sequential
from keras.layers import Dense
data = pd.DataFrame(X, columns=['glucose', 'insulin', 'bmi', 'age'])
data['outcome'] = labels
train = data.drop(columns='outcome')
model = Sequential()
model.add(Dense(8, activation='relu', input_shape=(4,)))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.fit(train, data[['outcome']], epochs=2, batch_size=1, verbose=0)
y_pred = model.predict(train)
score = model.evaluate(train, data['outcome'], verbose=0)
assert ((y_pred > 0.5).ravel() == data['outcome']).mean() == score[1]
""",
    ),
    "a straight line": (
        "github.com/https-deeplearning-ai/tensorflow-1-public (house prices, one neuron)",
        """
import numpy as np
from tensorflow import keras
model = keras.Sequential([keras.layers.Dense(units=1, input_shape=[1])])
model.compile(optimizer='sgd', loss='mean_squared_error')
xs = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0], dtype=float)
ys = np.array([-3.0, -1.0, 1.0, 3.0, 5.0, 7.0], dtype=float)
model.fit(xs, ys, epochs=500, verbose=0)
print(model.predict(np.array([10.0]), verbose=0))
assert abs(model.predict(np.array([10.0]))[0, 0] - 19) < 0.1
""",
    ),
    "words": (
        "keras.io/examples/nlp (a word list, small and dense)",
        """
from keras.models import Sequential
from keras.layers import Dense, Embedding, Flatten
docs = random.integers(0, 10, size=(12, 4))
good = np.arange(12) % 2
model = Sequential()
model.add(Embedding(10, 3, input_length=4))
model.add(Flatten())
model.add(Dense(1, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.summary()
model.fit(docs, good, epochs=3, verbose=0)
loss, accuracy = model.evaluate(docs, good, verbose=0)
""",
    ),
    "a simple recurrent network": (
        "machinelearningmastery.com/understanding-simple-recurrent-neural-networks-in-keras",
        """
from keras.models import Sequential
from keras.layers import Dense, SimpleRNN
def create_RNN(hidden_units, dense_units, input_shape, activation):
    model = Sequential()
    model.add(SimpleRNN(hidden_units, input_shape=input_shape, activation=activation[0]))
    model.add(Dense(units=dense_units, activation=activation[1]))
    model.compile(loss='mean_squared_error', optimizer='adam')
    return model
demo_model = create_RNN(2, 1, (3, 1), activation=['linear', 'linear'])
wx = demo_model.get_weights()[0]
wh = demo_model.get_weights()[1]
bh = demo_model.get_weights()[2]
x = np.array([1, 2, 3])
y_pred_model = demo_model.predict(np.reshape(x, (1, 3, 1)))
h = np.zeros(2)
for number in x:
    h = np.dot(number, wx[0]) + np.dot(h, wh) + bh
o3 = np.dot(h, demo_model.get_weights()[3]) + demo_model.get_weights()[4]
assert np.allclose(o3, y_pred_model)
""",
    ),
    "batch normalization": (
        "machinelearningmastery.com (accelerate learning by batch normalization)",
        """
from keras.models import Sequential
from keras.layers import Dense, BatchNormalization
model = Sequential()
model.add(Dense(8, input_dim=4, activation='relu', kernel_initializer='he_uniform'))
model.add(BatchNormalization())
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, labels, epochs=2, verbose=0)
""",
    ),
}
"""Where each is from, and its shape, by what it is about."""


def with_nn(code: str) -> str:
    """The code with its imports changed, and nothing else."""
    lines = []
    for line in code.splitlines():
        changed = re.sub(r"^from tensorflow import keras$", "import nn as keras", line)
        changed = re.sub(r"^import keras$", "import nn as keras", changed)
        changed = re.sub(r"^from (tensorflow\.)?keras(?=[. ])", "from nn", changed)
        lines.append(changed)
    return "\n".join(lines)
