/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.source.ObjectFileReader;
import dev.nestmap.cli.source.RecordsOption;
import dev.nestmap.cli.value.EntryFilter;
import dev.nestmap.cli.value.FieldCondition;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.schema.Schema;
import dev.nestmap.untyped.UntypedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Shows nested maps with their entries. */
@Command(
        name = "tree",
        header = "Shows nested maps: outer map, keys, inner maps, entries.",
        description = {
            "Shows maps of the running kernel, or the maps that an object file declares. Names of fields come from BTF. Without"
                    + " arguments, shows all maps of maps.",
            "",
            "This requires root, or CAP_SYS_ADMIN. A pinned map can be read without capabilities, but not its inner maps."
        },
        footer = {
            "",
            "Examples:",
            "  nestmap tree                            all nested maps of the kernel",
            "  nestmap tree tenant                     the maps called tenant",
            "  nestmap tree 35054 --limit 0            every entry of one map",
            "  nestmap tree tenant --fill              how full each inner map is",
            "  nestmap tree /sys/fs/bpf/tenant         a pinned map",
            "  nestmap tree tenant --where port=443    only entries with this port",
            "  nestmap tree tenant --records com.acme.TenantFlows --class-path target/classes",
            "  nestmap tree --json | jq '.[].name'     for scripts",
            "  nestmap tree tenant_flows.bpf.o         what an object file declares"
        })
public final class TreeCommand implements Callable<Integer> {
    private static final long SHOWN = 20;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "MAP",
            description = "An id, a name, the path of a pin or of a directory of pins, or an object file.")
    private List<String> targets = new ArrayList<>();

    @Option(
            names = "--where",
            paramLabel = "FIELD=VALUE",
            converter = FilterConverter.class,
            description = {
                "Shows only entries whose field has this value. Also !=, < and >. A key that is not a struct is called `key`, a value"
                        + " `value`, and the key of the outer map `outer`. Can be repeated."
            })
    private List<FieldCondition> where = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Shows at most N maps, N inner maps of each, and N entries of each inner map; 0 for all. Default: 20, with"
                            + " --json all.")
    private @Nullable Long limit;

    @Option(
            names = "--fill",
            description = "Shows all inner maps without their entries: only how many each of them has.")
    private boolean fill;

    @Mixin
    private final RecordsOption records = new RecordsOption();

    @Option(names = "--all", description = "Without MAP: also shows maps that are not nested.")
    private boolean all;

    @Option(
            names = "--per-cpu",
            description = "Shows the values of each CPU of per-CPU maps. Default: their sums, with --json each value.")
    private boolean perCpu;

    @Option(names = "--json", description = "Writes an array of maps as JSON.")
    private boolean json;

    private boolean unreadable;

    /** Parses a filter. */
    static final class FilterConverter implements ITypeConverter<FieldCondition> {
        @Override
        public FieldCondition convert(String text) {
            try {
                return FieldCondition.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() {
        Console console = common.console();
        if (!where.isEmpty()) {
            targets.stream().filter(TargetMapFinder::isObject).findFirst().ifPresent(object -> {
                throw new CommandFailedException(
                        "--where selects entries, and the object file " + SafeText.visible(object)
                                + " has none; leave --where out, or name a map of the kernel, which `nestmap tree` lists");
            });
        }
        EntryFilter filters = new EntryFilter(where, perCpu);
        long most = limit();
        TreeOutput output = json
                ? new MapTreeJsonWriter(console, filters, fill ? 0 : most)
                : new MapTreeTextWriter(
                        console, filters, fill && limit == null ? Long.MAX_VALUE : most, fill ? 0 : most, perCpu);
        long maps = 0;
        if (targets.isEmpty()) {
            maps = shown(
                    output,
                    most,
                    "",
                    action -> TargetMapFinder.forAll(map -> all || map.isMapOfMaps(), action, console::problem));
            if (maps == 0) {
                console.problem("the running kernel has no nested maps; `nestmap tree --all` shows the other maps");
            }
        }
        for (String target : targets) {
            if (TargetMapFinder.isObject(target)) {
                List<MalformedMap> malformed = new ArrayList<>();
                ObjectFile file = ObjectFileReader.readable(target, malformed);
                Schema schema = file.schema();
                unreadable |= !malformed.isEmpty() || !file.legacyMaps().isEmpty();
                ObjectFileReader.report(malformed, console);
                output.object(target, schema, malformed);
            } else {
                maps += shown(
                        output,
                        most,
                        " of " + target,
                        action -> TargetMapFinder.forEach(target, action, problem -> {
                            console.problem(problem);
                            unreadable |=
                                    target.contains("/"); // a pin; other maps of an unknown type need not have the name
                        }));
            }
        }
        boolean complete = output.end() && !unreadable;
        records.requireUse();
        List<String> unknown = maps == 0 ? List.of() : filters.unknown();
        if (!unknown.isEmpty()) {
            throw new CommandFailedException("no entry has the field " + SafeText.visible(String.join(", ", unknown))
                    + "; run the command without --where to see the names of the fields");
        }
        return complete ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Shows the maps that are found, up to the limit. Returns how many there are. */
    private long shown(TreeOutput output, long most, String where, Consumer<Consumer<UntypedMap>> find) {
        AtomicLong maps = new AtomicLong();
        find.accept(map -> {
            if (maps.incrementAndGet() <= most) {
                records.describe(map);
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
