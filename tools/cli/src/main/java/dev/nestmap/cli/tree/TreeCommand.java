/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.untyped.UntypedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows nested maps with their entries. */
@Command(
        name = "tree",
        header = "Shows nested maps: outer map, keys, inner maps, entries.",
        description = {
            "Shows maps of the running kernel, by default all nested maps. Names of fields come from the text beside a map's pin, or from BTF.",
            "",
            "Requires root or CAP_SYS_ADMIN. Without them, you can read pinned maps, but not their inner maps."
        },
        footer = {
            "",
            "Examples:",
            "  nestmap tree                            all nested maps of the kernel",
            "  nestmap tree tenant                     the maps called tenant",
            "  nestmap tree 35054 --limit 0            every entry of one map",
            "  nestmap tree tenant --fill              how full each inner map is",
            "  nestmap tree /sys/fs/bpf/tenant         a pinned map",
            "  nestmap tree --json | jq '.[].name'     for scripts"
        })
public final class TreeCommand implements Callable<Integer> {
    private static final long SHOWN = 20;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "MAP", description = "An id, a name, or the path of a pin or of a directory of pins.")
    private List<String> targets = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Shows at most N maps, N inner maps of each map, and N entries of each inner map. 0 means all. Default: 20, or all with"
                            + " --json.")
    private @Nullable Long limit;

    @Option(names = "--fill", description = "Shows how many entries each inner map has, but not the entries.")
    private boolean fill;

    @Option(names = "--all", description = "Without MAP: also shows maps that are not nested.")
    private boolean all;

    @Option(
            names = "--json",
            description =
                    "Writes an array of maps as JSON. Per-CPU maps then have the value of each CPU instead of the sum.")
    private boolean json;

    private boolean unreadable;

    @Override
    public Integer call() {
        Console console = common.console();
        long most = limit();
        TreeOutput output = json
                ? new MapTreeJsonWriter(console, most, fill ? 0 : most)
                : new MapTreeTextWriter(console, fill && limit == null ? Long.MAX_VALUE : most, fill ? 0 : most);
        if (targets.isEmpty()) {
            long maps = shown(
                    output,
                    most,
                    "",
                    action -> TargetMapFinder.forAll(map -> all || map.isMapOfMaps(), action, console::problem));
            if (maps == 0) {
                console.problem("the running kernel has no nested maps; `nestmap tree --all` shows the other maps");
            }
        }
        for (String target : targets) {
            TargetMapFinder.requireNoObject(target);
            shown(
                    output,
                    most,
                    " of " + target,
                    action -> TargetMapFinder.forEach(target, action, problem -> {
                        console.problem(problem);
                        unreadable |=
                                target.contains("/"); // a pin; other maps of an unknown type need not have the name
                    }));
        }
        return output.end() && !unreadable ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Shows the maps that are found, up to the limit. Returns how many there are. */
    private long shown(TreeOutput output, long most, String where, Consumer<Consumer<UntypedMap>> find) {
        AtomicLong maps = new AtomicLong();
        find.accept(map -> {
            if (maps.incrementAndGet() <= most) {
                output.map(map);
            }
        });
        if (maps.get() > most) {
            common.console()
                    .problem("only " + most + " of " + NumberText.count(maps.get()) + " maps" + where
                            + " are shown: name those that you want to see, or use --limit 0");
        }
        return maps.get();
    }

    /** The largest number of maps, inner maps and entries. */
    private long limit() {
        if (limit == null) {
            return json ? Long.MAX_VALUE : SHOWN;
        }
        if (limit < 0) {
            throw common.usage("--limit is " + limit + ", but must be 0 or more");
        }
        return limit == 0 ? Long.MAX_VALUE : limit;
    }
}
