from typing import Any

import pytest

from live.domain.access import ROLES_OF, Actor, Permission, Role, may, strongest


def test_every_permission_is_in_the_table() -> None:
    assert set(ROLES_OF) == set(Permission)


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        (Role.OWNER, Permission.STAFF_EDIT, True),
        (Role.OPERATOR, Permission.STAFF_EDIT, False),
        (Role.OPERATOR, Permission.OFFER_PUSH, True),
        (Role.HOST, Permission.OFFER_PUSH, False),
        (Role.HOST, Permission.CUE_ACK, True),
        (Role.HOST, Permission.HOST_LINK, False),
        (Role.HOST, Permission.ORDER_READ, False),
        (Role.VIEWER, Permission.CUE_ACK, False),
        (Role.VIEWER, Permission.ORDER_PLACE, True),
    ],
)
def test_the_table_says_who_may(role: Any, permission: Any, allowed: Any) -> None:
    assert may(role, permission) is allowed


def test_viewers_may_nothing_but_speak_and_buy() -> None:
    allowed = {permission for permission in Permission if may(Role.VIEWER, permission)}
    assert allowed == {Permission.COMMENT_WRITE, Permission.ORDER_PLACE}


def test_what_a_host_may_an_operator_may_and_what_an_operator_may_an_owner_may() -> None:
    of = {role: {p for p in Permission if may(role, p)} for role in Role}
    assert of[Role.HOST] < of[Role.OPERATOR] < of[Role.OWNER]


def test_a_token_of_one_room_reaches_no_other_room() -> None:
    actor = Actor("token", "t1", "bot", Role.OPERATOR, room_id="r1")
    assert actor.may(Permission.OFFER_PUSH, "r1")
    assert not actor.may(Permission.OFFER_PUSH, "r2")


def test_a_token_without_a_room_reaches_every_room() -> None:
    assert Actor("token", "t1", "bot", Role.OPERATOR).may(Permission.OFFER_PUSH, "r2")


def test_a_person_has_each_rooms_own_role_there() -> None:
    rooms = (("r1", Role.HOST), ("r2", Role.OPERATOR))
    actor = Actor("account", "a1", "Lin", Role.OPERATOR, rooms=rooms)
    assert not actor.may(Permission.OFFER_PUSH, "r1")
    assert actor.may(Permission.OFFER_PUSH, "r2")
    assert not actor.may(Permission.CUE_ACK, "r3")


def test_the_rooms_in_which_someone_may() -> None:
    rooms = (("r1", Role.HOST), ("r2", Role.OPERATOR))
    person = Actor("account", "a1", "Lin", Role.OPERATOR, rooms=rooms)
    assert person.rooms_where(Permission.SHOW_VIEW) == frozenset({"r1", "r2"})
    assert person.rooms_where(Permission.SHOW_EDIT) == frozenset({"r2"})
    bound = Actor("token", "t1", "bot", Role.OPERATOR, room_id="r1")
    assert bound.rooms_where(Permission.SHOW_EDIT) == frozenset({"r1"})
    assert bound.rooms_where(Permission.STAFF_EDIT) == frozenset()
    assert Actor("token", "t1", "bot", Role.OPERATOR).rooms_where(Permission.SHOW_EDIT) is None


def test_a_person_without_rooms_reaches_none() -> None:
    actor = Actor("account", "a1", "Lin", Role.VIEWER)
    assert not actor.may(Permission.SHOW_VIEW, "r1")


def test_the_strongest_of_several_roles() -> None:
    assert strongest([Role.HOST, Role.OWNER, Role.VIEWER]) is Role.OWNER
    assert strongest([]) is Role.VIEWER
