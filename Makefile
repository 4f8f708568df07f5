# Everything a contributor or a force's web team runs. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
# PyTorch and all: only for `make encoder`.
VENV_ENCODER := .venv-encoder
# Rasa as its makers publish it, with TensorFlow and Python 3.10: only for `make bench`.
VENV_STOCK := .venv-stock
# mkdocs: only for `make site`.
VENV_DOCS := .venv-docs
PYTHON := $(VENV)/bin/python
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
# A Python that uv fetches stays here: systemd hides /home and /root from the unit.
export UV_PYTHON_INSTALL_DIR := $(CURDIR)/.python
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
# Where it is set, every process compiles the bot, and every run of the tests all of them, anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo shell train check test faults fuzz many lint eval calibrate encoder choices designs bench load content site lock sbom release clean

help: ## List these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.serving ## Set up everything and start the bot with its chat page
	@$(PYTHON) -m bot run

demo: $(VENV)/.serving ## Start the bot and, on port 5080, pages of websites that carry its chat
	@$(PYTHON) -m bot train
	@$(PYTHON) -m widget.demo.serve --bot

shell: $(VENV)/.serving ## Talk to the bot in the terminal (Rasa shell)
	@$(PYTHON) -m bot shell

train: $(VENV)/.serving ## Train, if what the bot learns from has changed
	@$(PYTHON) -m bot train

check: $(VENV)/.dev ## What one runs before a commit: lint, unit and story tests (two minutes)
	@$(MAKE) --no-print-directory lint
	@$(PYTHON) -m bot train
	@$(PYTHON) -m pytest -n 2 --dist loadfile -m "not faults and not slow" tests/unit tests/test_stories.py

test: $(VENV)/.dev ## Set up everything and run all tests
	@$(PYTHON) -m bot train
	@$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder --maxfail 25 -rs

faults: $(VENV)/.dev ## Break everything that can break and write reports/faults.txt (twenty minutes)
	@$(PYTHON) -m bot train
	@CI=true FAULTS_REPORT=reports/faults.json $(PYTHON) -m pytest -rs tests/faults tests/integration/test_storage_faults.py tests/integration/test_compact.py tests/integration/test_fuzz.py tests/integration/test_commands.py -m ""

fuzz: $(VENV)/.dev ## Hostile input for request bodies, the net, whole turns and long texts (half an hour)
	@$(PYTHON) -m bot train
	@for target in body net turn long; do $(PYTHON) -m tests.fuzz $$target 450 || exit 1; done

many: $(VENV)/.dev ## Start two processes behind nginx, with PostgreSQL and Redis, for tests
	@$(PYTHON) -m local_servers.machine

lint: $(VENV)/.dev ## Style, types, direction of imports, content, reviewed libraries
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/mypy
	@$(PYTHON) -m bot content check
	@$(PYTHON) -m widget.build --check
	@$(PYTHON) -m release advisories

eval: $(VENV)/.serving ## Measure understanding on both evaluation sets; writes reports/
	@$(PYTHON) -m bot train
	@$(PYTHON) -m bot evaluate $(if $(MOST),--most $(MOST))

calibrate: $(VENV)/.serving ## Learn anew how the net weighs and where it decides (BACKGROUND=FOLDER)
	@$(PYTHON) -m bot calibrate $(if $(BACKGROUND),--background $(BACKGROUND))

encoder: $(VENV_ENCODER)/.ready ## Teach the sentence encoder the corpus as it is now (half an hour)
	@OMP_WAIT_POLICY=PASSIVE PYTHONPATH=. $(VENV_ENCODER)/bin/python -m training.build

choices: $(VENV_ENCODER)/.ready ## Teach a copy of the encoder the answers chosen in chats (20 minutes)
	@OMP_WAIT_POLICY=PASSIVE PYTHONPATH=. $(VENV_ENCODER)/bin/python -m training.choices

designs: $(VENV)/.serving $(VENV_ENCODER)/.ready ## Compare designs of the classifier on both sets (DIET=FOLDER)
	@$(PYTHON) -m benchmarks.designs $(DIET)

bench: $(VENV)/.dev $(VENV_STOCK)/.ready ## Compare with stock Rasa (half an hour; the first time gigabytes and an hour of training)
	@$(PYTHON) -m benchmarks.bench --stock $(VENV_STOCK)/bin/python

load: $(VENV)/.dev ## Realistic conversations at 70 % and at 200 % of the capacity (20 minutes)
	@$(PYTHON) -m benchmarks.load

content: $(VENV)/.serving ## Check the content register
	@$(PYTHON) -m bot content check

site: $(VENV_DOCS)/.ready ## Write the documentation as a searchable site to site/
	@NO_MKDOCS_2_WARNING=true $(VENV_DOCS)/bin/mkdocs build --strict --clean
	@echo "Written: site/index.html"

lock: $(UV) ## Renew the pinned requirements from pyproject.toml
	@$(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements/serving.txt
	@$(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --group dev -o requirements/dev.txt
	@$(UV) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group encoder -o requirements/encoder.txt
	@$(UV) pip compile -q --no-config --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group docs -o requirements/docs.txt
	@$(UV) pip compile -q --no-config --python-version 3.10 --generate-hashes --no-emit-index-url --no-header \
		benchmarks/stock/requirements.in -o requirements/stock.txt

sbom: $(VENV)/.serving ## Write the bill of materials of what serves (CycloneDX), if every pin was reviewed
	@$(PYTHON) -m release sbom reports/sbom.cdx.json

release: $(VENV)/.serving ## Pack the tagged release with model, bill of materials and digests
	@$(PYTHON) -m bot train
	@$(PYTHON) -m release archive dist

clean: ## Remove the environment, models, reports and the site
	@rm -rf $(VENV) $(VENV_ENCODER) $(VENV_STOCK) $(VENV_DOCS) .uv .python .rasa models reports results dist site

# The environment. bot.pth prepares every interpreter of it (bot/rasa_adapters/interpreter.py) and makes the
# packages of this folder importable from anywhere.
$(VENV)/.serving: requirements/serving.txt .python-version bot/rasa_adapters/interpreter.py | $(UV)
	@printf 'Setting up the Python environment (about a minute the first time) ... '
	@$(call sync,requirements/serving.txt)
	@rm -f $(VENV)/.dev && touch $@ && echo done

$(VENV)/.dev: requirements/dev.txt .python-version bot/rasa_adapters/interpreter.py | $(UV)
	@printf 'Setting up the Python environment with test tools (about a minute the first time) ... '
	@$(call sync,requirements/dev.txt)
	@touch $(VENV)/.serving $@ && echo done

define sync
$(PYTHON) -V 2>/dev/null | grep -q "^Python $$(cat .python-version)\." || $(UV) venv -q --clear --python "$$(cat .python-version)" $(VENV)
$(UV) pip sync -q --python $(PYTHON) --require-hashes --compile-bytecode $(1)
printf '%s\nimport bot.rasa_adapters.interpreter as m; m.prepare()\n' "$$PWD" > "$$($(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/bot.pth"
endef

$(VENV_ENCODER)/.ready: requirements/encoder.txt .python-version | $(UV)
	@printf 'Setting up the environment for training (PyTorch: gigabytes, minutes) ... '
	@$(UV) venv -q --clear $(VENV_ENCODER)
	@$(UV) pip sync -q --python $(VENV_ENCODER)/bin/python --require-hashes --compile-bytecode $<
	@touch $@ && echo done

$(VENV_STOCK)/.ready: requirements/stock.txt .python-version | $(UV)
	@printf 'Setting up stock Rasa to compare with (TensorFlow: gigabytes, minutes) ... '
	@$(UV) venv -q --allow-existing --python 3.10 $(VENV_STOCK)
	@$(UV) pip sync -q --python $(VENV_STOCK)/bin/python --require-hashes --compile-bytecode $<
	@touch $@ && echo done

$(VENV_DOCS)/.ready: requirements/docs.txt .python-version | $(UV)
	@printf 'Setting up the environment for the site (seconds) ... '
	@$(UV) venv -q --allow-existing $(VENV_DOCS)
	@$(UV) pip sync -q --python $(VENV_DOCS)/bin/python --require-hashes $<
	@touch $@ && echo done

# Only where no uv is installed: a private one, from pip.
.uv/bin/uv: requirements/uv.txt
	@printf 'Fetching uv ... '
	@python3 -m venv .uv
	@.uv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@ && echo done
