"""Turns a module that `qarium export --to pytorch` wrote into an ONNX file: one step of the network.

    to_onnx.py FOLDER OUT

Inputs: observation; where the network has a memory also previous_action, previous_reward and state_NAME for each part of
its state, as far as the network looks at them. Outputs: values, and next_NAME. The batch's size is free. Leaves with 3 where a package is missing, with 4 where
ONNX cannot say what the network does.
"""

import importlib.util
import inspect
import os
import sys
import warnings

MISSING, IMPOSSIBLE = 3, 4


class Step:
    """What goes into a step and comes out of it, by name."""

    def __init__(self, network, torch):
        self.recurrent = bool(network.STATE)
        batch = 2  # of 1 a trace would keep what holds for 1 alone
        self.arguments = [torch.zeros(batch, *network.OBSERVATION)]
        self.inputs, self.outputs = ["observation"], ["values"]
        if self.recurrent:
            self.arguments += [torch.full((batch,), -1, dtype=torch.long), torch.zeros(batch)]
            self.arguments += [part.clone() for part in network.initial_state(batch)]
            self.inputs += ["previous_action", "previous_reward", *("state_" + name for name in network.STATE)]
            self.outputs += ["next_" + name for name in network.STATE]


def flat(network, torch):
    """The network as a function from tensors to tensors, for the trace."""

    class Flat(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = network

        def forward(self, observation, previous_action=None, previous_reward=None, *state):
            values, state = self.network(observation, state, previous_action, previous_reward)
            return (values, *state)

    return Flat()


def main(folder, out):
    try:
        import torch
        import onnx
    except ImportError as missing:
        print(f"{missing.name or missing} is missing")
        return MISSING
    spec = importlib.util.spec_from_file_location("network", os.path.join(folder, "network.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.load()
    step = Step(network, torch)
    options = dict(opset_version=14, input_names=step.inputs, output_names=step.outputs,
                   dynamic_axes={name: {0: "batch"} for name in step.inputs + step.outputs})
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False  # the other one wants more packages
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(flat(network, torch), tuple(step.arguments), out, **options)
        onnx.checker.check_model(onnx.load(out))
    except Exception as failure:  # whatever an exporter of whichever version says
        print(f"{type(failure).__name__}: {failure}".splitlines()[0][:500])
        return IMPOSSIBLE
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
