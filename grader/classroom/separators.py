"""What stands between the columns of an instructor's file: spreadsheets write semicolons in many countries."""


def separator(text: str) -> str:
    """The comma, semicolon or tab that the first line has most of."""
    return max(",;\t", key=text.partition("\n")[0].count)
