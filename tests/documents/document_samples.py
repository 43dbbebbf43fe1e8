"""Small files as repos hold them; several tests read them, whole and broken."""

SHELL = """\
#!/bin/bash
# set up \u00e9
MODEL=gpt2
REV="abc def"
install() {
  sudo pip install "torch==2.0" 'num py' \\
    --quiet  # torch
}
for s in 1 2; do
  python train.py --seed $s --model ${MODEL} --out "$OUT/x" --size ${SIZE:-7b}
done
if [ -f x ]; then install; else echo no; fi && make all
X=$(curl -s https://a/b?c#d)
CUDA=0 HF_HOME=/x python eval.py > log 2>&1
bash -c 'pip install accelerate; echo done'
cat <<EOF > job.sh
pip install not-a-command
EOF
"""

DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG BASE=python:3.11
ARG TAG
FROM --platform=linux/amd64 ${BASE}-slim as build
from "nvidia/cuda:12.1.0-base" AS gpu
env PIP_VERSION=24.0 NAME="a b"
RUN --mount=type=cache,target=/root,from=cache:latest apt-get update \\
    # why
 && pip install \\

    pip==${PIP_VERSION} torch
COPY --from=ghcr.io/tool/uv:latest /uv /bin/
RUN <<EOF
pip install numpy
python train.py
EOF
COPY <<-conf /etc/x
\tFROM nothing
\tconf
RUN ["pip", "install", "scipy"]
CMD ["bash", "-c", "python run.py"]
ENTRYPOINT python serve.py --tag $TAG
"""

MAKEFILE = """\
# targets
PIP ?= pip
VERSION := 2.0  # torch
.PHONY: setup
setup: venv ; @echo hi
\t@$(PIP) install torch==$(VERSION) \\
\t\tnumpy
\t-for f in a b; do python $$f --x ${UNKNOWN}; done
\t# recipe note
\techo $(shell git rev-parse HEAD) $(wildcard *.py)
ifeq ($(CI),1)
\tpytest
endif
"""

REQUIREMENTS = """\
# base
-r base.txt
--requirement=more.txt  # more
-c constraints.txt
--index-url https://x --extra-index-url=https://y
-i https://z
-e git+https://github.com/a/b.git@main#egg=b
-e .[dev, gpu]
torch==2.0 \\
    --hash=sha256:aa \\
    --hash sha256:bb  # hashed
numpy >= 1.2 ; python_version < "3.9"  # why
git+https://github.com/a/c@v1#egg=c
pkg @ https://x/y.whl
./local/wheel.whl
-f https://wheels
--pre
torch == ${TORCH_VERSION}
"""

YAML = """\
# env for training
name: caf\u00e9 \U0001f600  # wide
on: yes
python: 3.10
nothing: ~
flag: True
lr: 1e-4
steps: 1_000
defaults: &base
  seed: 42
  tags: [a, "b # no comment", 'it''s']
run:
  <<: *base
  seed: 7
  fn: !function utils.load  # tagged
  text: |
    # not a comment
    line
  after: "x"
"""

TOML = """\
# project
title = "caf\u00e9" # t
[project]
name = 'demo'
dependencies = [
  "torch>=2", # why
  'numpy==1.26',
]
when = 2024-01-15T10:00:00Z
[tool.uv]
index = [{ url = "https://x", default = true }, {url="y"}]
a.b."c d" = 0x1F
[[package]]
name = "a"
[package.source]
git = \"\"\"
x\\
   y\"\"\"
[[package]]
name = "b"
"""

INI = """\
[metadata]
name = demo
; a remark
[options]
install_requires =
    torch==2.0
    # held back
    numpy>=1.20

    scipy
python_requires: >=3.8
[tool:pytest]
addopts = -q
"""

MAGIC_CELL = """\
%matplotlib inline
import torch  # gpu
!pip install -q torch=={version} numpy \\
    scipy  # now
files = !ls data
lines = %sx cat x
%pip install "transformers"
%env SEED=42
?torch
torch.load?
for i in x:
    !python train.py --i $i
    %cd ..
if y:
    !ls
%time model.fit(x)
z = (a
     % b)
s = '''
!not a command
%nor this
'''
pip install einops
v = a % b
ok = a != b
"""
