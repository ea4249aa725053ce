#!/usr/bin/env bash
# Gradescope runs this once, when the autograder is uploaded: the course's .venv, beside this file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Confinement needs this library; pyseccomp is only the way to it.
apt-get update -q
apt-get install -yq libseccomp2

# The course needs Python 3.11 or newer, which the system of the image may not have.
python3 -m pip install --target /tmp/uv uv
export UV_PYTHON_INSTALL_DIR="$PWD/python"
PATH="/tmp/uv/bin:$PATH"
uv python install 3.12

# There is no GPU: the builds of torch for processors are a tenth of the size.
export PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
"$(uv python find 3.12)" course.py grade --help
