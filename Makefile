# Two commands: `make run` starts the dashboard, `make test` runs every test.
PYTHON ?= python3
PORT ?= 5006
# Processes that run tests side by side; each may open a browser and a served page (2 GB).
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test fuzz lint demo-1km bench bench-quick constraints clean

run: $(VENV)/run.stamp
	$(BIN)/nep-explorer serve --port $(PORT)

test: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/ui/find_browser.py --install
	$(BIN)/python -m pytest tests explorer benchmarks --benchmark-disable -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0

# Thousands of spoiled inputs of every kind (minutes); prints what each group came to.
fuzz: $(VENV)/test.stamp
	$(BIN)/python -m tests.fuzz --workers $(WORKERS)

# The synthetic scene at 1 km, to see an edit of the whole nation (minutes, 0.5 GB).
demo-1km: $(VENV)/test.stamp
	$(BIN)/python data_samples/make_demo_scene.py --resolution 1 --out demo_1km.zarr
	$(BIN)/nep-explorer scene overview demo_1km.zarr

# Everything at 1 km; makes the scene on the first run (minutes) and writes benchmarks/README.md.
bench: $(VENV)/test.stamp
	@mkdir -p .bench
	$(BIN)/python -m pytest benchmarks --real --timeout 3600 -o faulthandler_timeout=7200 --benchmark-json .bench/results.json
	$(BIN)/python benchmarks/report.py .bench/results.json

# One JSON line in less than a minute.
bench-quick: $(VENV)/test.stamp
	@$(BIN)/python benchmarks/quick.py

lint: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# A minute, once: else every process of the tests would compile the same, side by side.
define COMPILE
@echo "compiling the model once"
@$(BIN)/nep-explorer run data_samples/demo_scene.zarr > /dev/null 2>&1
endef

# Each stamp is as new as the last installation from these files.
$(VENV)/run.stamp: pyproject.toml constraints.txt | $(VENV)/python.stamp
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	$(COMPILE)
	@touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt | $(VENV)/python.stamp
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test]"
	$(COMPILE)
	@touch $@ $(VENV)/run.stamp

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "nep-explorer needs Python 3.11 or newer; name one: make run PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# Write the versions now installed to constraints.txt (names and versions only).
constraints: $(VENV)/test.stamp
	{ echo "# Versions that are tested together; made by 'make constraints'."; \
	  $(BIN)/python -m pip list --format freeze --exclude-editable | grep -v -i -E '^(pip|setuptools)=='; } \
	  > constraints.tmp && mv constraints.tmp constraints.txt

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis
