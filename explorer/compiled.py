"""How JAX compiles: into one pass with wide vectors, kept on disk for the next start."""

from collections.abc import Callable
from functools import cache, wraps

import jax
from platformdirs import user_cache_path

WIDE = {"xla_cpu_prefer_vector_width": 512}
"""XLA keeps to 256 bits by default; the model is a third faster with all that a processor has
(``benchmarks/test_model.py``), and where it has less this changes nothing."""


def keep_compiled_code() -> None:
    """Let JAX keep its compiled code in the user's cache folder.

    Called by the command line, never on import: a program that uses the package as a library
    decides for itself.
    """
    try:
        folder = user_cache_path("nep-explorer", ensure_exists=True) / "jax"
    except OSError:  # a home that can only be read: the next start compiles again
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    # Each kernel here is small and quick to compile, but there are some dozens of them.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def fused(*static: str) -> Callable[[Callable], Callable]:
    """Compile a function of arrays into one pass over them, when it is first called.

    Parameters
    ----------
    *static : str
        Arguments of which each value is compiled for.
    """

    def decorate(function: Callable) -> Callable:
        @cache
        def compiled() -> Callable:
            return jax.jit(function, static_argnames=static, compiler_options=_known_options())

        @wraps(function)
        def run(*arguments: object) -> object:
            return compiled()(*arguments)

        return run

    return decorate


@cache
def _known_options() -> dict[str, int] | None:
    """Return the options if this version of JAX has them."""
    try:
        jax.jit(lambda nothing: nothing, compiler_options=WIDE)(0.0)
    except jax.errors.JaxRuntimeError:
        return None
    return WIDE
