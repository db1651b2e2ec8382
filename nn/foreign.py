"""Names of PyTorch and Keras that `nn` has not, and what to write in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autograd.cleaning import cut, name_of, one_line


def _by_name(table: Mapping[str, str]) -> dict[str, str]:
    """What to write for each name, of a table with several names in a key; {} is the name."""
    pairs = [(names.split(), advice) for names, advice in table.items()]
    return {name: advice.replace("{}", name) for names, advice in pairs for name in names}


OF_LAYERS = _by_name(
    {
        "Conv1D Conv2D Conv3D Conv2DTranspose Convolution2D DepthwiseConv2D SeparableConv2D"
        " MaxPooling1D MaxPooling2D MaxPool2D AveragePooling2D GlobalAveragePooling1D"
        " GlobalAveragePooling2D GlobalMaxPooling2D UpSampling2D ZeroPadding2D Conv2d": (
            "convolutions and pooling need thousands of numbers a sample; nn.layers.Flatten() and"
            " nn.layers.Dense(units) take a small picture as it is"
        ),
        "LSTM GRU Bidirectional RNN LSTMCell GRUCell ConvLSTM2D": (
            "the recurrent layer that is here is nn.layers.SimpleRNN(units)"
        ),
        "GroupNormalization": (
            "nn.layers.LayerNormalization() normalises each sample,"
            " nn.layers.BatchNormalization() each input over a batch"
        ),
        "BatchNorm1d": "write nn.layers.BatchNormalization()",
        "Attention MultiHeadAttention": (
            "write it with autograd's functions, as notebooks/en/10-a-gpt.ipynb does"
        ),
        "Layer Wrapper": (
            "derive from nn.layers.KerasLayer and write forward(inputs), one list for each source"
        ),
        "ELU PReLU ThresholdedReLU GELU": (
            "write nn.layers.Activation('elu'), or nn.layers.LeakyReLU(0.1)"
        ),
        "AlphaDropout SpatialDropout1D SpatialDropout2D GaussianDropout": (
            "write nn.layers.Dropout(rate) or nn.layers.GaussianNoise(stddev)"
        ),
        "TextVectorization StringLookup IntegerLookup CategoryEncoding Rescaling Discretization"
        " Hashing RandomFlip Resizing": (
            "prepare the data in Python, or write nn.layers.Normalization() or nn.layers.Lambda(f)"
        ),
        "TimeDistributed RepeatVector Permute Masking Dot ActivityRegularization": (
            "write nn.layers.Lambda(f) or nn.layers.Reshape(target_shape)"
        ),
        "merge": "write nn.layers.concatenate([a, b]) or nn.layers.add([a, b])",
    }
)
"""Layers of Keras that are not here."""

_FAMILIES = {
    **dict.fromkeys(("Conv", "Pool", "Cropping", "Padding", "UpSampling"), "Conv2D"),
    **dict.fromkeys(("Random", "Mix", "Color", "Contrast", "Crop", "Spectrogram"), "Resizing"),
    **dict.fromkeys(("RNN", "LSTM", "GRU"), "LSTM"),
    "Attention": "Attention",
    "Normalization": "GroupNormalization",
}
"""Layers that there is advice for, by a word in the names of others like them; of several words,
the last here decides: a ConvLSTM1D is recurrent."""


def family(name: str) -> dict[str, str]:
    """Return what to write for a layer, by a word in its name; nothing if none is known.

    >>> family("SeparableConv1D") == {"SeparableConv1D": OF_LAYERS["Conv2D"]}
    True
    """
    known = [OF_LAYERS[other] for word, other in _FAMILIES.items() if word in name]
    return {name: known[-1]} if known else {}


OF_ACTIVATIONS = _by_name(
    {
        "hard_sigmoid hard_silu hard_swish hard_tanh relu6 celu glu threshold log_softmax"
        " log_sigmoid hard_shrink soft_shrink tanh_shrink sparsemax squareplus": (
            "write a function of one number, such as lambda z: autograd.minimum(z, 6.0)"
        ),
    }
)
"""Activations of Keras that are not here."""

OF_NN = OF_LAYERS | _by_name(
    {
        "GELU ReLU Tanh Sigmoid Softmax relu tanh sigmoid softmax functional": (
            "an activation is a layer's argument, as in nn.Dense(4, 'relu'), or"
            " nn.Activation('relu')"
        ),
        "optim": "write nn.optimizers.SGD(learning_rate=0.1), and give it to model.compile",
        "SGD Adam AdamW RMSprop": (
            "write nn.optimizers.{}(learning_rate=0.1), and give it to model.compile"
        ),
        "Linear": "write nn.Dense(units) in a Sequential, or nn.Layer(nin, nout)",
        "Module": "write a class of your own with parameters(), or nn.Sequential([...])",
        "Parameter": "write autograd.Parameter(0.5)",
        "MSELoss": "write nn.losses.MeanSquaredError()",
        "BCELoss": "write nn.losses.BinaryCrossentropy()",
        "BCEWithLogitsLoss": "write nn.losses.BinaryCrossentropy(from_logits=True)",
        "CrossEntropyLoss": "write nn.losses.CategoricalCrossentropy(from_logits=True)",
        "backend ops": "write autograd's functions, or arithmetic on the arrays: (a - b)**2",
        "applications": "there are no trained networks here; nn.load_model(path) reads your own",
        "preprocessing": "prepare the data in Python; pictures can be given as lists or arrays",
        "constraints": "weights are not constrained; kernel_regularizer='l2' keeps them small",
        "wrappers": "write a function that builds, fits and measures a model",
        "keras": "write `import nn as keras`, and keras.layers without tf before it",
        "GradientTape": (
            "write loss = model.compute_loss(x, y, training=True), model.zero_grad(),"
            " loss.backward() and model.optimizer.update(model.trainable_parameters())"
        ),
        "function": "write autograd.compile(f)",
        "Variable": "write autograd.Parameter(0.5)",
        "constant convert_to_tensor": "write a number, or autograd.Value(0.5)",
        "math nn reduce_mean reduce_sum square abs exp log sqrt pow": (
            "write autograd's functions, such as autograd.mean(values), autograd.softmax(values) or"
            " autograd.exp(v), or arithmetic on the arrays: (a - b)**2"
        ),
        "random": "write nn.set_random_seed(seed), or draw with NumPy",
        "cast concat expand_dims linspace ones range reshape stack zeros": (
            "write NumPy's: data are arrays or lists"
        ),
        "config": "all numbers are doubles, on one processor; leave it out",
        "LeakyReLU Dropout Flatten Embedding Reshape Lambda SimpleRNN BatchNormalization"
        " LayerNormalization Normalization": "write nn.layers.{}",
    }
)
"""Names that other libraries have where `nn` is asked for one."""

OF_DATASETS = _by_name(
    {
        "mnist fashion_mnist cifar10 cifar100 imdb reuters boston_housing california_housing": (
            "nothing is downloaded here: read a file of your own, by numpy.load or pandas.read_csv,"
            " or take nn.datasets.moons() and others that are made"
        ),
    }
)
"""Data sets of Keras."""

OF_MODELS = _by_name(
    {
        "model_from_json model_from_config": (
            "write nn.load_model(path), for a file that model.save(path) wrote"
        ),
        "save_model": "write model.save(path)",
    }
)
"""Functions of Keras's models."""

OF_CALLBACKS = _by_name(
    {
        "TensorBoard RemoteMonitor ProgbarLogger": (
            "write nn.callbacks.CSVLogger(path), or nn.plots.loss_curve(history)"
        ),
        "BackupAndRestore SwapEMAWeights": "write nn.callbacks.ModelCheckpoint(path)",
        "CallbackList": "give fit a list of callbacks",
    }
)
"""Callbacks of Keras that are not here."""

OF_LOSSES = _by_name(
    {
        "CosineSimilarity CategoricalFocalCrossentropy BinaryFocalCrossentropy Dice Tversky CTC"
        " cosine_similarity categorical_focal_crossentropy binary_focal_crossentropy dice": (
            "write a function (y_true, y_pred) -> number, of arrays"
        ),
        "CategoricalHinge categorical_hinge": "write nn.losses.Hinge()",
        "Loss": (
            "derive from nn.losses.Loss, and write sample(y_true, y_pred), of one sample's rows"
        ),
    }
)
"""Losses of Keras that are not here."""

OF_METRICS = _by_name(
    {
        "F1Score FBetaScore MeanIoU IoU R2Score TopKCategoricalAccuracy CosineSimilarity"
        " SpecificityAtSensitivity Sum Mean BinaryIoU OneHotIoU OneHotMeanIoU Hinge SquaredHinge"
        " CategoricalHinge Poisson LogCoshError SparseCategoricalCrossentropy PrecisionAtRecall"
        " RecallAtPrecision SensitivityAtSpecificity SparseTopKCategoricalAccuracy"
        " PearsonCorrelation MeanMetricWrapper": (
            "write a function (y_true, y_pred) -> number, of arrays, or take Precision and Recall"
        ),
    }
)
"""Metrics of Keras that are not here."""

OF_OPTIMIZERS = _by_name(
    {
        "Adagrad Adadelta Adamax Nadam Ftrl Lion Adafactor Lamb Muon": (
            "write nn.optimizers.Adam(), or derive from nn.optimizers.Optimizer and write decrease"
        ),
        "schedules": "write nn.optimizers.ExponentialDecay(...), or a function of the steps done",
    }
)
"""Optimisers of Keras that are not here."""

OF_A_MODEL = _by_name(
    {
        "trainable_variables trainable_weights": "write model.trainable_parameters()",
        "variables non_trainable_variables non_trainable_weights": (
            "write model.parameters(), or model.get_weights() for the numbers"
        ),
        "losses": "write model.penalties() for what regularizers add to the loss",
        "predict_classes": "write model.predict(x).argmax(axis=1), or model.predict(x) > 0.5",
        "predict_proba predict_generator": "write model.predict(x)",
        "fit_generator": "write model.fit(x, y), with all data at once",
        "evaluate_generator": "write model.evaluate(x, y), with all data at once",
        "to_json to_yaml": "write model.save(path): the file is JSON, with the weights",
        "export": "write nn.export_keras(model, path) or nn.export_torch(model, path)",
        "call predict_step": "write model(x)",
        "reset_states reset_metrics": "each call begins anew; leave it out",
    }
)
"""Attributes of a model in Keras."""

OF_A_LAYER = _by_name(
    {
        "kernel": "write layer.get_weights()[0] for the numbers, or layer.parameters()",
        "weights": "write layer.get_weights() for the numbers, or layer.parameters()",
        "trainable_variables trainable_weights": "write layer.trained_parameters()",
        "get_config": "write layer.config()",
        "output_shape": "write layer.output.shape",
        "input_shape": "write layer.input.shape",
        "add_weight": "a layer of your own is made of nn.Neuron(n), which its _neurons() returns",
    }
)
"""Attributes of a layer in Keras."""

OF_NORMALIZATION = _by_name({"mean variance": "write layer.get_weights()"})
"""Attributes of a Normalization in Keras."""

OF_A_METRIC = _by_name(
    {
        "add_weight": "keep numbers of your own, as self.total, which reset_state() sets",
        "reset_states": "write reset_state()",
    }
)
"""Attributes of a metric in Keras."""

OF_AN_OPTIMIZER = _by_name(
    {
        "step minimize apply_gradients apply": (
            "write model.fit(x, y), which does all steps, or optimizer.update(model.parameters())"
            " for one"
        ),
        "zero_grad": "write model.zero_grad()",
        "lr param_groups": "write optimizer.learning_rate",
        "state_dict get_config": "it is saved with its model, by model.save(path)",
    }
)
"""Attributes of an optimiser in PyTorch and Keras."""

OF_A_NEURON = _by_name({"w": "write neuron.weights", "b": "write neuron.bias"})
"""Attributes of a neuron in micrograd."""

OF_A_MODULE = _by_name(
    {
        "train": "a model of `nn.models` is trained by model.fit(x, y), and has no mode to be set",
        "eval": "there is no mode to be set: call the model",
        "forward": "call it: model(x)",
        "weights": "write model.parameters()",
        "state_dict": "write [p.data for p in model.parameters()], or get_weights() of a model",
        "backward": "write loss.backward(), of what a loss gives",
        "step": "write optimizer.update(model.parameters())",
        "fit predict evaluate compile summary save": (
            "a model of `nn.models` has it, as nn.Sequential([nn.Dense(4, 'relu'), nn.Dense(1)])"
        ),
        "to cuda cpu double float": "all numbers are doubles; leave it out",
    }
)
"""Attributes of a network in PyTorch and Keras."""

_ARGUMENTS = _by_name(
    {
        "activity_regularizer": "kernel_regularizer is here",
        "kernel_constraint bias_constraint embeddings_constraint recurrent_constraint": (
            "weights are not constrained; kernel_regularizer='l2' keeps them small"
        ),
        "batch_shape batch_input_shape": "write input_shape without the samples",
        "batch_size": "it is an argument of fit",
        "dtype sparse ragged tensor": "all numbers are doubles",
        "init": "write kernel_initializer",
        "output_dim": "write units",
        "weights": "write layer.set_weights(weights) once the model is built",
        "noise_shape": "every input is drawn by itself",
        "return_state stateful go_backwards unroll dropout recurrent_dropout": (
            "every sample begins anew, at its first step"
        ),
        "mask_zero": "every step counts",
        "max_value threshold": "write nn.layers.Lambda(f)",
        "steps_per_epoch validation_steps steps": "all samples are used in each epoch",
        "workers use_multiprocessing max_queue_size": "leave it out: one process trains",
        "nb_epoch epoch n_epochs num_epochs max_epochs": "write epochs",
        "optim opt solver": "write optimizer",
        "criterion loss_fn objective": "write loss",
        "batch batchsize bs": "write batch_size",
        "run_eagerly": "write jit_compile=False",
        "weighted_metrics steps_per_execution auto_scale_loss sample_weight_mode": (
            "metrics count each sample once"
        ),
        "mask": "every number counts",
        "lr": "write learning_rate",
        "weight_decay": "write nn.optimizers.AdamW(weight_decay=0.004)",
        "amsgrad centered use_ema": "the plain formula is here",
        "overwrite save_format include_optimizer": (
            "leave it out: the file is JSON, of all that there is, and takes the place of one that"
            " is there"
        ),
        "show_shapes show_layer_names show_dtype show_layer_activations show_trainable rankdir"
        " expand_nested dpi line_length positions": (
            "leave it out: it shows the same of all models"
        ),
        "decay": "write nn.optimizers.ExponentialDecay as the learning_rate",
    }
)
"""Arguments of Keras that are not here."""


def refuse_arguments(what: str, given: Iterable[str]) -> None:
    """Refuse arguments that are not known, and say what to write for Keras's.

    Args:
        what: what was called.
        given: the arguments' names.

    Raises:
        TypeError: there is one.

    >>> refuse_arguments("Dense", ["nb_units"])
    Traceback (most recent call last):
    TypeError: Dense takes no nb_units
    """
    for name in given:
        advice = f": {_ARGUMENTS[name]}" if name in _ARGUMENTS else ""
        raise TypeError(f"{cut(one_line(what))} takes no {cut(one_line(name))}{advice}")


METHODS_OF_A_MODEL: Mapping[str, str] = {
    "call": "write the network as Model(inputs, outputs), or override forward(inputs)",
    "train_step": "give compile a loss of your own, or write the loop with compute_loss(x, y)",
    "test_step": "give compile a loss or metrics of your own",
    "compute_metrics": "give compile metrics of your own",
}
"""Methods of Keras's models that its users override, and what to write here instead."""

METHODS_OF_A_LAYER: Mapping[str, str] = {
    "call": "write forward(inputs), which has a list of numbers for each source, and returns one",
}
"""The same of its layers."""

METHODS_OF_A_LOSS: Mapping[str, str] = {
    "call": "write sample(y_true, y_pred), which has the numbers of one sample, and returns its"
    " loss",
}
"""The same of its losses."""


def refuse_methods(cls: type, advice: Mapping[str, str]) -> None:
    """Refuse methods that Keras would call and nothing here does.

    Args:
        cls: a class that a user makes.
        advice: for each such method what to write instead.

    Raises:
        TypeError: the class has one of them.

    >>> class Cube:
    ...     def call(self, x): ...
    >>> refuse_methods(Cube, {"call": "write forward(inputs)"})
    Traceback (most recent call last):
    TypeError: Cube.call would never be called: write forward(inputs)
    """
    for name, instead in advice.items():
        if name in vars(cls):
            raise TypeError(f"{name_of(cls)}.{name} would never be called: {instead}")
