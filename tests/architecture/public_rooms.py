"""An import-linter contract: one app enters another only by its public rooms; a new room is private."""

from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PublicRoomsContract(Contract):
    public_rooms = fields.SetField(subfield=fields.StringField())
    # Rooms of one app alone, as `app.room`, that hold no tables: anybody may compute with them.
    pure_rooms = fields.SetField(subfield=fields.StringField())
    foundation = fields.StringField()  # the app that stands under all others and has no private rooms

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        trespasses = sorted(
            f"{importer} -> {imported}"
            for importer in graph.find_descendants("apps")
            for imported in graph.find_modules_directly_imported_by(importer)
            if self._trespasses(importer.split("."), imported.split("."))
        )
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for trespass in check.metadata["trespasses"]:
            output.print_error(trespass)

    def _trespasses(self, importer: list[str], imported: list[str]) -> bool:
        if imported[0] != "apps" or imported[1] in (importer[1], self.foundation):
            return False
        public, pure = cast(set[str], self.public_rooms), cast(set[str], self.pure_rooms)
        return len(imported) < 3 or (imported[2] not in public and ".".join(imported[1:3]) not in pure)
