import pytest

pytest.register_assert_rewrite("tests.pages.visitor")  # its assertions say what they saw
