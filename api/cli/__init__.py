"""The command line: ``linli``."""

import gc

# Loading makes half a million things to keep and hardly any garbage: looking for it meanwhile took
# an eighth of the time. What a request leaves behind goes without being looked for, too.
gc.set_threshold(10_000, 20, 50)
