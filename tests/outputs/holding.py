"""Claims a name, says so, and holds it until its input ends: run by ``test_claims``."""

import sys

from explorer.outputs.claims import claimed


def main() -> None:
    """Hold the name given on the command line."""
    with claimed(sys.argv[1]) as claim:
        sys.stdout.write("held\n")
        sys.stdout.flush()
        sys.stdin.read()
        claim[sys.argv[1]].write_text("theirs")


if __name__ == "__main__":
    main()
