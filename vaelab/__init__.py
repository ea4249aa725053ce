"""What the notebooks import: data sets, plots, sample statistics, widgets."""
