"""What the notebooks import: data sets, plots, sample statistics, widgets; and where they compute."""

from vaelab import _torchvision
from vaelab._device import device, use_device

__all__ = ["device", "use_device"]

_torchvision.make_importable()
