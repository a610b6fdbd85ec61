"""A device as others know it, and the line it is sent by."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.device import DevicePublic, Role, read_line

AGE = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
SIGN = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
CASE = "0f" * 16


@pytest.fixture
def device() -> DevicePublic:
    return DevicePublic(sign=SIGN, age=AGE)


def test_the_id_is_the_hash_that_the_format_names(device: DevicePublic) -> None:
    said = f'{{"age":"{AGE}","role":"member","sign":"{SIGN}"}}'.encode()
    hashed = hashlib.sha256(b"qantar/v1/device\x00" + said).hexdigest()
    assert device.id == hashed[:32]


def test_a_collector_of_the_same_keys_is_another_device(device: DevicePublic) -> None:
    assert DevicePublic(sign=SIGN, age=AGE, role=Role.COLLECTOR).id != device.id


@given(st.binary(min_size=32, max_size=32), st.sampled_from([Role.MEMBER, Role.COLLECTOR]))
def test_a_device_survives_its_record_and_its_line(sign: bytes, role: Role) -> None:
    made = DevicePublic(sign=sign.hex(), age=AGE, role=role)
    assert DevicePublic.from_record(made.to_record()) == made
    for case in (None, CASE):
        assert read_line(made.line(case)) == (made, case)
        assert read_line(f"  {made.line(case)}\n") == (made, case)


def test_the_line_is_as_the_format_has_it(device: DevicePublic) -> None:
    assert device.line(None) == f"qantar1:-:member:{SIGN}:{AGE}:{device.id[:8]}"
    assert " " not in device.line(CASE)


def test_every_mistyped_letter_of_the_keys_and_the_role_is_noticed(device: DevicePublic) -> None:
    line = device.line(None)
    for at in range(len("qantar1:-:"), len(line)):
        typed = line[:at] + ("0" if line[at] != "0" else "2") + line[at + 1 :]
        with pytest.raises(ValueError, match=r"device|Role|case"):
            read_line(typed)


@pytest.mark.parametrize(
    "line", ["", "qantar1", "qantar2:-:member:a:b:c", "a:b:c:d:e:f", "qantar1:-:member:x:y:z"]
)
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="device"):
        read_line(line)


@pytest.mark.parametrize("case", ["", "0f", "0F" * 16, "../" + "a" * 29])
def test_the_case_in_a_line_is_32_hex_digits(device: DevicePublic, case: str) -> None:
    line = device.line(CASE).replace(CASE, case)
    with pytest.raises(ValueError, match="32 hex digits"):
        read_line(line)


@pytest.mark.parametrize(
    ("sign", "age", "role"),
    [
        (SIGN[:-1], AGE, Role.MEMBER),
        (SIGN.upper(), AGE, Role.MEMBER),
        (SIGN, AGE[:-1], Role.MEMBER),
        (SIGN, AGE.upper(), Role.MEMBER),
        (SIGN, AGE, Role.WAITING),
    ],
)
def test_impossible_devices_are_refused(sign: str, age: str, role: Role) -> None:
    with pytest.raises(ValueError, match="no device"):
        DevicePublic(sign=sign, age=age, role=role)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"age": AGE, "role": "member"},
        {"age": AGE, "role": "member", "sign": SIGN, "name": "x"},
        {"age": AGE, "role": "chief", "sign": SIGN},
        {"age": None, "role": "member", "sign": SIGN},
    ],
)
def test_a_record_that_is_no_device_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"device|Role"):
        DevicePublic.from_record(record)
