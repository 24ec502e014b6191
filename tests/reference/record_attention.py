"""Records tests/reference/attention.txt: torch.nn.MultiheadAttention and torch.nn.TransformerEncoderLayer on small
weights, their outputs, weights and gradients, in double.

usage: record_attention.py > attention.txt
"""

import torch

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
WIDTH, HEADS, FEEDFORWARD, BATCH, QUERIES, TOKENS = 12, 3, 20, 2, 4, 7


def write(name, tensor):
    tensor = tensor.detach().contiguous()
    print(name, tensor.dim(), *tensor.shape)
    print(*(repr(float(value)) for value in tensor.flatten()))


def write_attention(prefix, attention):
    query, key, value = attention.in_proj_weight.chunk(3)
    query_bias, key_bias, value_bias = attention.in_proj_bias.chunk(3)
    for name, tensor in (("query.weight", query), ("query.bias", query_bias), ("key.weight", key), ("key.bias", key_bias),
                         ("value.weight", value), ("value.bias", value_bias),
                         ("output.weight", attention.out_proj.weight), ("output.bias", attention.out_proj.bias)):
        write(prefix + name, tensor)


def randomise(module):
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.4)


def multi_head():
    attention = torch.nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
    randomise(attention)
    write_attention("multi_head.", attention)
    queries = torch.randn(BATCH, QUERIES, WIDTH)
    tokens = torch.randn(BATCH, TOKENS, WIDTH, requires_grad=True)
    hidden = torch.rand(BATCH, TOKENS) < 0.3
    write("multi_head.queries", queries)
    write("multi_head.tokens", tokens)
    write("multi_head.seen", 1.0 - hidden.double())
    for name, mask in (("plain", None), ("masked", hidden)):
        output, weights = attention(queries, tokens, tokens, key_padding_mask=mask, average_attn_weights=False)
        (gradient,) = torch.autograd.grad(output.square().sum(), tokens)
        write(f"multi_head.{name}.output", output)
        write(f"multi_head.{name}.weights", weights)
        write(f"multi_head.{name}.tokens_gradient", gradient)


def transformer():
    block = torch.nn.TransformerEncoderLayer(WIDTH, HEADS, FEEDFORWARD, dropout=0.0, batch_first=True, norm_first=True)
    block.train()  # the fast path of eval has other roundings
    randomise(block)
    write_attention("block.attention.", block.self_attn)
    for ours, theirs in (("norm1", block.norm1), ("norm2", block.norm2), ("hidden", block.linear1),
                         ("output", block.linear2)):
        write(f"block.{ours}.weight", theirs.weight)
        write(f"block.{ours}.bias", theirs.bias)
    tokens = torch.randn(BATCH, TOKENS, WIDTH, requires_grad=True)
    output = block(tokens)
    (gradient,) = torch.autograd.grad(output.square().sum(), tokens)
    write("block.tokens", tokens)
    write("block.result", output)
    write("block.tokens_gradient", gradient)


print(f"# torch {torch.__version__.split('+')[0]}, record_attention.py; name, dimensions, shape; then the numbers.")
multi_head()
transformer()
