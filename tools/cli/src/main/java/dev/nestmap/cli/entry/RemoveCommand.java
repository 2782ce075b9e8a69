/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.entry;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes one entry of a map, by the names of its fields. */
@Command(
        name = "remove",
        header = "Removes one entry of a map, by the names of its fields.",
        description = {
            "Removes the entry with this key. Each field of the key must have a value.",
            "",
            "Refuses if programs may write to the map, because counts that they add at this moment would be lost, unless the"
                    + " map has the flag BPF_F_RDONLY_PROG. Requires root."
        },
        footer = {"", "Examples:", "  nestmap remove /sys/fs/bpf/acme/limit customer=42", "  nestmap remove 35054 key=5"
        })
public final class RemoveCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final EditOptions edit = new EditOptions();

    @Override
    public Integer call() {
        Console console = common.console();
        FieldAssignments assignments = edit.assignments();
        try (EditedMap map = edit.open(assignments)) {
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
