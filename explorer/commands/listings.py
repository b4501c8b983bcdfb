"""List the systems, and the parameters of one."""

import typer

from explorer.commands.options import SystemName
from explorer.systems import DEFAULT, SYSTEMS, preset, system_called
from explorer.tables.parameter import row_of


def systems() -> None:
    """List the systems: what each estimates, after which paper, from which inputs."""
    for name, system in SYSTEMS.items():
        needed = [each for each in system.inputs.required if each not in system.inputs.optional]
        lines = {
            "estimates": f"{system.product} ({system.kind}); {', '.join(system.outputs)}",
            "after": system.citation,
            "presets": ", ".join(system.presets),
            "needs": ", ".join(needed),
        }
        default = "  (default)" if name == DEFAULT else ""
        typer.echo(f"{name}: {system.title}{default}")
        for head, text in lines.items():
            typer.echo(f"  {head:<10} {text}")


def parameters(system: SystemName = DEFAULT) -> None:
    """List every parameter of a system: name, default, unit, allowed values, source."""
    owner = system_called(system).parameters
    for name, value in preset(system_called(system).default, system).values().items():
        row = row_of(owner, name)
        bounds = row.metadata["bounds"]
        allowed = f"{bounds[0]:g} to {bounds[1]:g}" if bounds else "see source"
        flag = "  [STAND-IN]" if row.metadata["stand_in"] else ""
        typer.echo(
            f"{name} = {value} {row.metadata['unit']}  ({allowed})  "
            f"{row.metadata['label']}. {row.metadata['source']}{flag}"
        )
