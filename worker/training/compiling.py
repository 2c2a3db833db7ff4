"""What every use of `torch.compile` here needs first."""


def raise_compile_limit(dynamo):
    """Lets one function be compiled for many shapes; the setting's name differs among versions."""
    name = "recompile_limit" if hasattr(dynamo.config, "recompile_limit") else "cache_size_limit"
    setattr(dynamo.config, name, 64)
    dynamo.config.suppress_errors = True  # what cannot be compiled runs as it is
