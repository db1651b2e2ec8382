"""Names of PyTorch and Keras that `nn` has not, and what to write in their place."""

from __future__ import annotations

from collections.abc import Mapping

_FUNCTION = (
    "an activation is a layer's argument, as in nn.Dense(4, 'relu'), or nn.Activation('relu')"
)
_OPTIMIZER = "write nn.optimizers.SGD(learning_rate=0.1), and give it to model.compile"
_LAYERS = "the layers are nn.Dense, nn.Activation, nn.Concatenate and nn.Add"

OF_NN: Mapping[str, str] = {
    **dict.fromkeys(("ReLU", "Tanh", "Sigmoid", "Softmax", "LeakyReLU", "GELU"), _FUNCTION),
    **dict.fromkeys(("relu", "tanh", "sigmoid", "softmax", "functional"), _FUNCTION),
    **dict.fromkeys(("optim", "SGD", "Adam", "RMSprop"), _OPTIMIZER),
    "Linear": "write nn.Dense(units) in a Sequential, or nn.Layer(nin, nout)",
    "Module": "write a class of your own with parameters(), or nn.Sequential([...])",
    "Parameter": "write autograd.Parameter(0.5)",
    "MSELoss": "write nn.losses.MeanSquaredError()",
    "BCELoss": "write nn.losses.BinaryCrossentropy()",
    "BCEWithLogitsLoss": "write nn.losses.BinaryCrossentropy(from_logits=True)",
    "CrossEntropyLoss": "write nn.losses.CategoricalCrossentropy(from_logits=True)",
    **dict.fromkeys(("Dropout", "BatchNorm1d", "Conv2d", "Flatten", "LSTM", "Embedding"), _LAYERS),
}
"""Names that other libraries have where `nn` is asked for one."""
