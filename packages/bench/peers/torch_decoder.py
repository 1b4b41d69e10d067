"""The training benchmark's decoder in PyTorch: a small Llama with AdamW, the same sizes and data as ours.

Started with the sizes as a JSON argument; then, for each line {"steps": n} on standard input, trains n steps and answers
{"stepMs": ..., "cpuMs": ..., "loss": ...} on one line (cpuMs: processor time of all threads).
"""
import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

size = json.loads(sys.argv[1])
torch.set_num_threads(size["threads"])
torch.manual_seed(1)
B, T, C, H = size["batch"], size["length"], size["width"], size["heads"]
V, FF = size["vocabulary"], size["feedForward"]
D = C // H

frequencies = 10000.0 ** (-2.0 * torch.arange(D // 2) / D)
angles = torch.arange(T)[:, None] * frequencies
COS, SIN = angles.cos(), angles.sin()
BIAS = torch.full((T, T), -1e9).triu(1)


class RMSNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(C))

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * self.weight


def rotary(x):
    a, b = x.chunk(2, -1)
    return torch.cat((a * COS - b * SIN, b * COS + a * SIN), -1)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        linear = lambda i, o: nn.Linear(i, o, bias=False)
        self.norm1, self.norm2 = RMSNorm(), RMSNorm()
        self.q, self.k, self.v, self.o = (linear(C, C) for _ in range(4))
        self.gate, self.up, self.down = linear(C, FF), linear(C, FF), linear(FF, C)

    def forward(self, x):
        y = self.norm1(x)
        q, k, v = (f(y).view(-1, T, H, D).transpose(1, 2) for f in (self.q, self.k, self.v))
        scores = torch.matmul(rotary(q), rotary(k).transpose(-1, -2)) / math.sqrt(D) + BIAS
        mixed = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(-1, T, C)
        x = x + self.o(mixed)
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, C)
        self.layers = nn.ModuleList(Layer() for _ in range(size["layers"]))
        self.norm = RMSNorm()
        self.head = nn.Linear(C, V, bias=False)

    def forward(self, tokens):
        x = self.embedding(tokens)
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x))


model = Decoder()
for parameter in model.parameters():
    if parameter.dim() > 1:
        nn.init.normal_(parameter, std=0.02)
decayed = [p for p in model.parameters() if p.dim() > 1]
plain = [p for p in model.parameters() if p.dim() == 1]
groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
try:
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), foreach=True)
except TypeError:
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))


def batch():
    start = torch.randint(0, V, (B, 1))
    difference = torch.randint(1, 6, (B, 1))
    rows = (start + difference * torch.arange(T + 1)) % V
    return rows[:, :-1], rows[:, 1:]


def step():
    tokens, targets = batch()
    loss = F.cross_entropy(model(tokens).view(-1, V), targets.reshape(-1))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


print(json.dumps({"ready": 1}), flush=True)
for line in sys.stdin:
    steps = json.loads(line)["steps"]
    began, spent = time.perf_counter(), time.process_time()
    for _ in range(steps):
        loss = step()
    times = {"stepMs": time.perf_counter() - began, "cpuMs": time.process_time() - spent}
    answer = {name: seconds * 1000 / steps for name, seconds in times.items()}
    print(json.dumps({**answer, "loss": loss}), flush=True)
