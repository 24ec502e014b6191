"""Records tests/reference/recurrent.txt: torch.nn.LSTM and torch.nn.GRU on small weights, in double.

usage: record_recurrent.py > recurrent.txt
"""

import torch

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)
INPUTS, HIDDEN, STEPS, BATCH = 5, 4, 6, 3


def write(name, tensor):
    tensor = tensor.detach().contiguous()
    print(name, tensor.dim(), *tensor.shape)
    print(*(repr(float(value)) for value in tensor.flatten()))


def record(name, module, states):
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    write(f"{name}.input.weight", module.weight_ih_l0)
    write(f"{name}.input.bias", module.bias_ih_l0)
    write(f"{name}.recurrent.weight", module.weight_hh_l0)
    write(f"{name}.recurrent.bias", module.bias_hh_l0)
    inputs = torch.randn(STEPS, BATCH, INPUTS, requires_grad=True)
    state = [torch.randn(1, BATCH, HIDDEN) for _ in range(states)]
    outputs, last = module(inputs, tuple(state) if states == 2 else state[0])
    (gradient,) = torch.autograd.grad(outputs.square().sum(), inputs)
    write(f"{name}.inputs", inputs)
    for i, tensor in enumerate(state):
        write(f"{name}.first{i}", tensor[0])
    write(f"{name}.outputs", outputs)
    for i, tensor in enumerate(last if states == 2 else [last]):
        write(f"{name}.last{i}", tensor[0])
    write(f"{name}.inputs_gradient", gradient)


print(f"# torch {torch.__version__.split('+')[0]}, record_recurrent.py; name, dimensions, shape; then the numbers.")
record("lstm", torch.nn.LSTM(INPUTS, HIDDEN), 2)
record("gru", torch.nn.GRU(INPUTS, HIDDEN), 1)
