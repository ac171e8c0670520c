"""The command line: ``linli``."""

import gc

# Loading makes half a million things to keep and hardly any garbage: looking for it meanwhile took
# an eighth of the time. Whoever serves afterwards looks more often (`serve.set_loaded_aside`).
gc.set_threshold(100_000, 50, 100)
