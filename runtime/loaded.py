"""What a process loads at its start: nothing goes in, and the collector looks through it no more."""

import atexit
import gc


def keep_loaded() -> None:
    """Take everything loaded so far out of the garbage collector's rounds.

    Catalog, models and compiled forms live as long as the process; going through them again and again while
    cases come and go costs a case about a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    # At its end the process gives everything back, or libraries that count their objects cry leak.
    atexit.register(gc.unfreeze)
