"""Keep what JAX compiles on disk, so that only the first start on a machine compiles."""

import jax
from platformdirs import user_cache_path


def keep_compiled_code() -> None:
    """Let JAX keep its compiled code in the user's cache folder.

    Called by the command line, never on import: a program that uses the package as a library
    decides for itself.
    """
    folder = user_cache_path("nep-explorer", ensure_exists=True) / "jax"
    jax.config.update("jax_compilation_cache_dir", str(folder))
    # Each kernel here is small and quick to compile, but there are some dozens of them.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
