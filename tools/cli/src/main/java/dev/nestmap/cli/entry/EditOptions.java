/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.entry;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of the commands that change one entry: the map and the fields. */
final class EditOptions {
    @Parameters(index = "0", paramLabel = "MAP", description = "An id, a name, or the path of a pin.")
    private String target = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FIELD=VALUE",
            description =
                    "Names are those that `nestmap tree` shows. A key that is not a struct is called `key`, a value `value`, and"
                            + " the key of an outer map `outer`, which selects an inner map.")
    private List<String> fields = new ArrayList<>();

    @Option(
            names = "--while-programs-write",
            description =
                    "Goes ahead although programs may write to the map. What they add to this entry at this moment may be lost.")
    private boolean whileProgramsWrite;

    FieldAssignments assignments() {
        return new FieldAssignments(fields);
    }

    /** Opens the map. The assignments select the inner map. */
    EditedMap open(FieldAssignments assignments) {
        return EditedMap.open(target, assignments, whileProgramsWrite);
    }
}
