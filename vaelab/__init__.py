"""What the notebooks import: data sets, plots, sample statistics, widgets."""

from vaelab import _torchvision

_torchvision.make_importable()
