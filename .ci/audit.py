"""Looks up known vulnerabilities of the locked packages; where no advisory can be had it says so, and passes."""

import json
import subprocess
import sys
from typing import Any

SECONDS = 180
OUT_OF_REACH = ("requests.exceptions.", "urllib3.exceptions.", "ServiceError", "ConnectionError")
"""What the last line of pip-audit says where the service cannot be asked."""


def main(requirements: str) -> int:
    """Audit a locked file of requirements: 0 nothing known or not to be had, 1 a vulnerability, 2 the audit failed."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", requirements]
    command += ["--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return _tell(0, f"audit skipped: no answer within {SECONDS} seconds")
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        if any(mark in reason for mark in OUT_OF_REACH):
            return _tell(0, f"audit skipped: {reason[:200]}")
        return _tell(2, f"audit failed: {reason}")
    return _judge(dependencies)


def _judge(dependencies: list[dict[str, Any]]) -> int:
    """Tell what was found. pip-audit passes a package that it could not look up; that is no good news."""
    audited = [package for package in dependencies if "vulns" in package]
    missed = [package["name"] for package in dependencies if "vulns" not in package]
    found = [(package, fault) for package in audited for fault in package["vulns"]]
    for package, fault in found:
        names = ", ".join([fault["id"], *fault.get("aliases", [])])
        remedy = ", ".join(fault["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {names}; mended in {remedy}")
    if not audited:
        return _tell(0, f"audit skipped: no advisory could be had for any of {len(missed)} packages")
    if missed:
        print(f"not audited: {', '.join(missed)}")
    return _tell(1 if found else 0, f"{len(found)} known vulnerabilities in {len(audited)} packages")


def _tell(status: int, line: str) -> int:
    print(line)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
