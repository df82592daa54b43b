"""What was loaded at the start stays out of the collector's rounds."""

import gc

from runtime.loaded import keep_loaded


def test_what_is_there_is_frozen_and_what_comes_later_is_not():
    before = gc.get_freeze_count()
    try:
        keep_loaded()
        frozen = gc.get_freeze_count()
        assert frozen > before
        later = [[] for _ in range(10)]
        assert gc.get_freeze_count() == frozen
        assert any(one is later for one in gc.get_objects())
    finally:
        gc.unfreeze()
