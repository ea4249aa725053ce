"""How Sphinx makes the site. Nothing on a page comes from elsewhere: no fonts, no scripts, no counters."""

project = "Variational autoencoders"
html_title = project
language = "en"

extensions = ["myst_nb", "grader.site.accessible", "grader.site.mathml"]
myst_ref_domains = ["std"]
myst_enable_extensions = ["attrs_block", "deflist", "dollarmath"]
nb_execution_mode = "off"  # the walkthroughs have been executed
nb_ipywidgets_js: dict[str, object] = {}  # its default loads scripts from the network
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
nb_merge_streams = True
html_math_renderer = "mathml"
exclude_patterns = ["notebooks"]  # for download
smartquotes = False  # the prose has the quotation marks that it means

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("site.js", "explorers.js")]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "navigation_with_keys": False,  # a reader who moves the cursor would leave the page
    "top_of_page_buttons": [],
}
