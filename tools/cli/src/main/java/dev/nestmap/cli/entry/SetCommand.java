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

/** Changes one entry of a map, by the names of its fields. */
@Command(
        name = "set",
        header = "Changes one entry of a map, by the names of its fields.",
        description = {
            "Changes the fields that it names, and keeps the others. If there is no such entry, makes one, whose fields must all have"
                    + " a value. Checks each value against the type of its field.",
            "",
            "Refuses if programs may write to the map, because counts that they add at this moment would be lost, unless the"
                    + " map has the flag BPF_F_RDONLY_PROG. Requires root."
        },
        footer = {
            "",
            "Examples:",
            "  nestmap set /sys/fs/bpf/acme/limit customer=42 packets=1000",
            "  nestmap set tenant outer=5353 source=10.0.0.1 port=443 packets=0 --while-programs-write",
            "  nestmap set 35054 key=5 value=100"
        })
public final class SetCommand implements Callable<Integer> {
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
            UntypedMap.Entry before = map.get(key);
            ByteString value = map.value(before, assignments);
            assignments.requireUsed();
            map.put(key, value);
            console.line(map.title());
            if (before != null) {
                console.line("  before: " + map.describe(key, before.value()));
            }
            console.line("  now:    " + map.describe(key, value));
            return ExitCode.OK;
        }
    }
}
