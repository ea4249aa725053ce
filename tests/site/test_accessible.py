"""Landmarks and headings that Furo leaves without a name or a level."""

from grader.site.accessible import repaired


def test_landmarks_have_names_and_headings_levels():
    page = '<aside class="sidebar-drawer"><p class="caption" role="heading"></p></aside><aside class="toc-drawer no-toc">'
    assert repaired(page) == (
        '<aside class="sidebar-drawer" aria-label="The site"><p class="caption" role="heading" aria-level="2"></p>'
        '</aside><aside aria-label="This page" class="toc-drawer no-toc">'
    )
