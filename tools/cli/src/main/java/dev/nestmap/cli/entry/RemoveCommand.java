/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.entry;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes one entry of a map, by the names of its fields. */
@Command(
        name = "remove",
        header = "Removes one entry of a map, by the names of its fields.",
        description = {
            "Removes the entry with this key, of which each field must have" + " a value.",
            "",
            "Refuses if programs may write to the map, because counts that they add at this moment would be lost, unless the"
                    + " map has the flag BPF_F_RDONLY_PROG. Requires root."
        },
        footer = {"", "Examples:", "  nestmap remove /sys/fs/bpf/acme/limit customer=42", "  nestmap remove 35054 key=5"
        })
public final class RemoveCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

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

    @Override
    public Integer call() {
        Console console = common.console();
        FieldAssignments assignments = new FieldAssignments(fields);
        try (EditedMap map = EditedMap.open(target, assignments, whileProgramsWrite)) {
            ByteString key = map.key(assignments);
            assignments.requireUsed();
            UntypedMap.Entry before = map.get(key);
            if (before == null || !map.remove(key)) {
                console.problem("map " + map.title() + " has no entry with this key");
                return ExitCode.FOUND;
            }
            console.line(map.title());
            console.line("  removed: " + map.describe(key, before.value()));
            return ExitCode.OK;
        }
    }
}
