"""Rasa without TensorFlow, in interpreters of their own, as the environment starts them."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from bot.errors import OperatorError
from bot.rasa_adapters.without_tensorflow import (
    COMPONENTS_NEEDING_TENSORFLOW,
    ROOTS,
    TensorFlowMissing,
    refuse_tensorflow_components,
    tensorflow_is_installed,
)
from bot.serving import training

pytestmark = pytest.mark.skipif(
    tensorflow_is_installed(), reason="a real TensorFlow is installed and is used"
)


@pytest.fixture
def python(tmp_path):
    """Runs a program as a plain interpreter of this environment would, from any folder."""

    def run(program):
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-c", textwrap.dedent(program)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run


def printed(result):
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@pytest.mark.slow
def test_rasa_imports_and_tensorflow_is_a_stand_in(python):
    result = python(
        """
        import rasa.core.run, rasa.core.agent, rasa.model_training, tensorflow
        from bot.rasa_adapters.without_tensorflow import _StandInModule
        print(type(tensorflow) is _StandInModule, tensorflow.__version__)
        """
    )
    assert printed(result) == ["True", "0.0.0"]


@pytest.mark.parametrize("root", sorted(ROOTS))
def test_every_root_and_what_lies_below_imports(python, root):
    result = python(f"import {root}, {root}.a.b as below; print(below.__name__)")
    assert printed(result) == [f"{root}.a.b"]


@pytest.mark.parametrize(
    "use",
    [
        "tensorflow.constant(1)",
        "tensorflow.keras.Model()",
        "tensorflow.keras.layers.Dense(10, activation='relu')",
        "__import__('tensorflow_hub').load('a model')",
    ],
)
def test_real_use_says_what_is_missing(python, use):
    result = python(f"import tensorflow; {use}")
    assert result.returncode != 0
    last = result.stderr.strip().splitlines()[-1]
    assert "TensorFlowMissing" in last
    assert "config.yml" in last


def test_decorators_hand_the_function_back(python):
    result = python(
        """
        import tensorflow as tf

        @tf.function
        def plain(x): return x + 1

        @tf.function(input_signature=[tf.TensorSpec], jit_compile=True)
        def with_arguments(x): return x + 2

        @tf.autograph.experimental.do_not_convert
        def nested(x): return x + 3

        print(plain(1), with_arguments(1), nested(1))
        """
    )
    assert printed(result) == ["2", "3", "4"]


def test_classes_and_annotations_on_stand_ins_work(python):
    result = python(
        """
        import tensorflow as tf
        from typing import Optional

        class Layer(tf.keras.layers.Layer):
            units: Optional[tf.Tensor] = None
            def call(self, x: "tf.Tensor | None", y: tf.Tensor | int = 0) -> tf.Tensor[int]:
                return 7

        print(Layer().call(None), isinstance(3, tf.Tensor))
        """
    )
    assert printed(result) == ["7", "False"]


def test_telemetry_is_off_in_every_interpreter(python):
    result = python("import os; print(os.environ['RASA_TELEMETRY_ENABLED'])")
    assert printed(result) == ["false"]


def test_preparing_twice_installs_once(python):
    result = python(
        """
        import sys
        from bot.rasa_adapters import interpreter, without_tensorflow
        interpreter.prepare(); interpreter.prepare()
        print(sum(isinstance(f, without_tensorflow._StandInFinder) for f in sys.meta_path))
        """
    )
    assert printed(result) == ["1"]


def test_other_missing_modules_are_still_missing(python):
    result = python("import tensorflowless_module")
    assert "ModuleNotFoundError" in result.stderr


@pytest.mark.parametrize("name", sorted(COMPONENTS_NEEDING_TENSORFLOW))
def test_a_component_that_needs_it_is_refused(name):
    with pytest.raises(TensorFlowMissing, match=f"config.yml names {name}"):
        refuse_tensorflow_components(["WhitespaceTokenizer", name])


def test_our_components_are_accepted():
    refuse_tensorflow_components([])
    training._refuse_tensorflow()


def test_diet_in_the_configuration_stops_training_with_a_clear_message(tmp_path, monkeypatch):
    config = (training.ROOT / "config.yml").read_text(encoding="utf-8")
    changed = config.replace("pipeline:\n", "pipeline:\n  - name: DIETClassifier\n")
    assert changed != config
    (tmp_path / "config.yml").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    with pytest.raises(OperatorError, match="config.yml names DIETClassifier.*TensorFlow"):
        training._refuse_tensorflow()
