from camaug import check


def test_every_catalogue_is_complete_in_both_languages() -> None:
    assert check.languages() == []
