"""Shared by all tests: the repository on the path, a tokenizer that needs no download, the gpu marker."""

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the models are tiny: a second thread would only wait for the first

import pytest
import tiktoken
import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def pytest_configure(config):
    config.addinivalue_line("markers", "gpu: needs a CUDA device; skipped without one")


def pytest_collection_modifyitems(items):
    if not torch.cuda.is_available():
        for item in items:
            if "gpu" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="no CUDA device"))


@pytest.fixture(scope="session")
def bytes_encoding():
    """Every byte is a token; 256 ends a document."""
    return tiktoken.Encoding("bytes", pat_str=r"(?s:.)", mergeable_ranks={bytes([i]): i for i in range(256)},
                             special_tokens={"<|endoftext|>": 256})
