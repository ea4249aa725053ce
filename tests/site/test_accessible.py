"""Landmarks and headings that Furo leaves without a name or a level."""

from grader.site.accessible import repaired


def test_landmarks_have_names_and_headings_levels():
    page = (
        '<aside class="sidebar-drawer"><p class="caption" role="heading"></p></aside><aside class="toc-drawer no-toc">'
    )
    assert repaired(page) == (
        '<aside class="sidebar-drawer" aria-label="The site"><p class="caption" role="heading" aria-level="2"></p>'
        '</aside><aside aria-label="This page" class="toc-drawer no-toc">'
    )


def test_the_search_page_has_a_heading_and_the_corner_of_a_table_is_none():
    assert repaired('<div id="search-results">') == '<h1>Search</h1>\n<div id="search-results">'
    row = '<tr><th class="head"><p></p></th><th class="head"><p>idea</p></th></tr>'
    assert repaired(row) == '<tr><td class="head"></td><th class="head"><p>idea</p></th></tr>'
