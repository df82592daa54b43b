"""The key ring: what it encrypts, who may read its file, and what a rotation changes."""

import json
import multiprocessing
import stat

import pytest

from runtime.keyring import DecryptionFailed, KeyRing, KeyRingDamaged, KeyRingExposed, KeyUnknown


@pytest.fixture
def folder(tmp_path):
    KeyRing.load_or_create(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def ring(folder):
    return KeyRing.load_or_create(folder)


def test_what_is_encrypted_comes_back_and_never_looks_the_same_twice(ring):
    plain = "张秀英 110101194903071224".encode()
    first, second = ring.encrypt(plain, b"case:1"), ring.encrypt(plain, b"case:1")
    assert first != second
    assert plain not in first
    assert ring.decrypt(first, b"case:1") == ring.decrypt(second, b"case:1") == plain


def test_the_header_names_the_key(ring):
    assert ring.encrypt(b"x")[1:5].hex() == ring.newest


@pytest.mark.parametrize("position", [0, 1, 4, 5, 16, 17, -1])
def test_any_changed_byte_is_refused(ring, position):
    sealed = bytearray(ring.encrypt(b"payload", b"place"))
    sealed[position] ^= 1
    with pytest.raises((DecryptionFailed, KeyUnknown)):
        ring.decrypt(bytes(sealed), b"place")


@pytest.mark.parametrize("length", [0, 1, 5, 17, 32])
def test_a_stump_is_refused(ring, length):
    with pytest.raises(DecryptionFailed):
        ring.decrypt(ring.encrypt(b"payload")[:length])


def test_bytes_moved_to_another_place_are_refused(ring):
    with pytest.raises(DecryptionFailed):
        ring.decrypt(ring.encrypt(b"payload", b"case:1"), b"case:2")


def test_a_data_key_is_unwrapped_only_for_its_owner(ring):
    wrapped = ring.wrap_key(b"k" * 32, "case-1")
    assert ring.unwrap_key(wrapped, "case-1") == b"k" * 32
    with pytest.raises(DecryptionFailed):
        ring.unwrap_key(wrapped, "case-2")


def test_after_a_rotation_the_new_key_encrypts_and_the_old_one_still_reads(ring, folder):
    old_id, old = ring.newest, ring.encrypt(b"old")
    new_id = ring.rotate()
    assert (ring.newest, ring.key_ids) == (new_id, (old_id, new_id))
    assert ring.decrypt(old) == b"old"
    again = KeyRing.load_or_create(folder)
    assert again.newest == new_id
    assert again.decrypt(ring.encrypt(b"new")) == b"new"


def test_a_running_process_reads_what_another_encrypted_after_its_rotation(ring, folder):
    other = KeyRing.load_or_create(folder)
    other.rotate()
    assert ring.decrypt(other.encrypt(b"new")) == b"new"


def test_two_rings_that_rotate_keep_each_others_keys(ring, folder):
    other = KeyRing.load_or_create(folder)
    ids = {ring.newest, other.rotate(), ring.rotate()}
    assert set(KeyRing.load_or_create(folder).key_ids) == ids


def test_a_foreign_key_id_is_named_in_the_error(ring, tmp_path):
    foreign = KeyRing.load_or_create(tmp_path / "other")
    with pytest.raises(KeyUnknown) as raised:
        ring.decrypt(foreign.encrypt(b"x"))
    assert raised.value.params == {"key_id": foreign.newest}


def test_a_blind_is_stable_over_rotation_and_differs_by_index_value_and_installation(ring, tmp_path):
    before = ring.blind("subject", "110101194903071224")
    ring.rotate()
    assert ring.blind("subject", "110101194903071224") == before
    assert len(before) == 64
    foreign = KeyRing.load_or_create(tmp_path / "other")
    others = {
        ring.blind("phone", "110101194903071224"),
        ring.blind("subject", "110101194903071225"),
        foreign.blind("subject", "110101194903071224"),
    }
    assert before not in others
    assert len(others) == 3


def test_the_file_is_for_its_owner_only(folder):
    assert stat.S_IMODE((folder / "ring.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused_with_the_line_that_mends_it(folder, mode):
    path = folder / "ring.json"
    path.chmod(mode)
    with pytest.raises(KeyRingExposed) as raised:
        KeyRing.load_or_create(folder)
    assert str(raised.value) == f"{path} has mode {mode:04o}. Fix: chmod 0600 {path}"


def test_a_folder_that_others_may_write_is_refused(folder):
    folder.chmod(0o770)
    with pytest.raises(KeyRingExposed):
        KeyRing.load_or_create(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2, "secret": "", "keys": []}'])
def test_a_damaged_file_is_refused_and_left_as_it_is(folder, content):
    path = folder / "ring.json"
    path.write_text(content)
    with pytest.raises(KeyRingDamaged):
        KeyRing.load_or_create(folder)
    assert path.read_text() == content


def test_a_key_of_the_wrong_length_is_refused(folder):
    path = folder / "ring.json"
    document = json.loads(path.read_text())
    document["keys"][0]["key"] = "c2hvcnQ="
    path.write_text(json.dumps(document))
    with pytest.raises(KeyRingDamaged):
        KeyRing.load_or_create(folder)


def _create(folder, barrier, answers) -> None:
    barrier.wait()
    answers.put(KeyRing.load_or_create(folder).newest)


def test_of_racing_processes_exactly_one_makes_the_keys(tmp_path):
    folder = tmp_path / "keys"
    processes = 6
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(processes), context.Queue()
    racers = [context.Process(target=_create, args=(folder, barrier, answers)) for _ in range(processes)]
    for racer in racers:
        racer.start()
    found = {answers.get(timeout=30) for _ in racers}
    for racer in racers:
        racer.join()
    assert len(found) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["ring.json", "ring.lock"]
