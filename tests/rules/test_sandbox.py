"""Workflows import nothing of ours at run time but the kernel, the activities' signatures and themselves."""

import subprocess
import sys
from dataclasses import replace

import pytest
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import SandboxImportNotificationPolicy

from runtime.settings import TREE
from runtime.temporal import data_converter, workflow_runner
from tests.workflows.record_history import RING
from tests.workflows.test_replay import TROUBLED, recorded
from workflows.bundle_case import BundleCase

OURS = sorted(path.parent.name for path in TREE.glob("*/__init__.py"))
LISTED = """
import sys
import workflows.bundle_case
print(*sorted(name for name in sys.modules if name.split(".")[0] in {ours}))
"""


def strict(*, without=frozenset()):
    """The sandbox as in production, refusing whatever is imported and not on its list."""
    restrictions = workflow_runner().restrictions
    return SandboxedWorkflowRunner(
        restrictions=replace(
            restrictions,
            passthrough_modules=restrictions.passthrough_modules - without,
            import_notification_policy=SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH,
        )
    )


def replayer(runner):
    return Replayer(workflows=[BundleCase], workflow_runner=runner, data_converter=data_converter(RING))


async def test_a_whole_case_imports_only_what_is_passed_through_on_purpose():
    await replayer(strict()).replay_workflow(recorded(TROUBLED))


@pytest.mark.parametrize("missing", ["onething", "activities"])
async def test_an_import_that_is_not_on_the_list_is_noticed(missing):
    without = frozenset({missing, f"{missing}.signatures"})
    with pytest.raises(RuntimeError) as raised:
        await replayer(strict(without=without)).replay_workflow(recorded(TROUBLED))
    assert missing in str(raised.value.__cause__)


def test_of_ours_the_workflow_loads_the_kernel_the_signatures_and_itself():
    script = LISTED.format(ours=set(OURS))
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=TREE)
    loaded = set(ran.stdout.split())
    assert "onething.case" in loaded
    assert {name for name in loaded if name.split(".")[0] != "onething"} == {
        "activities",
        "activities.signatures",
        "workflows",
        "workflows.bundle_case",
        "workflows.call",
    }
