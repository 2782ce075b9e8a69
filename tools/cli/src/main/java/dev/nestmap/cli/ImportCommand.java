/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.records.ImportRequest;
import dev.nestmap.cli.records.ImportedRecords;
import dev.nestmap.cli.records.RecordImport;
import dev.nestmap.cli.source.ObjectFileReader;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.lint.Finding;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes records for the maps of an object. */
@Command(
        name = "import",
        header = "Writes Java records for the maps of an object, or for a map of the kernel.",
        description =
                "Writes a Java interface with a record for each map that the object's BTF describes. The object may come from C or Rust, and"
                        + " isn't changed. The exit code is 1 if a map has no record, or one that differs from it. Standard error says why.",
        footer = {
            "",
            "Examples:",
            "  nestmap import balancer.bpf.o --package com.acme > Balancer.java",
            "  nestmap import tracer.bpf.o --package com.acme --event events=event",
            "  nestmap import policy.bpf.o --package com.acme --inner policies=policy_key,policy_entry",
            "  nestmap import --pin /sys/fs/bpf/flows --package com.acme"
        })
final class ImportCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "OBJECT", description = "An object file.")
    private @Nullable String object;

    @Option(names = "--pin", paramLabel = "PATH", description = "Reads a pinned map instead of an object file.")
    private @Nullable Path pin;

    @Option(names = "--id", paramLabel = "N", description = "Reads the map with this id instead of an object file.")
    private @Nullable Integer id;

    @Option(names = "--package", required = true, paramLabel = "P", description = "The package of the records.")
    private String packageName = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The name of the object, an identifier. Default: the name of the file.")
    private @Nullable String name;

    @Option(
            names = "--header",
            description =
                    "Writes records from which Nestmap generates the C header, with sizes and flags. Without this option, the records only"
                            + " describe the existing object.")
    private boolean header;

    @Option(
            names = "--event",
            paramLabel = "RING=TYPE",
            description = "The type of the events of a ring buffer or perf event array, such as the tag of a struct.")
    private Map<String, String> events = new LinkedHashMap<>();

    @Option(
            names = "--inner",
            paramLabel = "OUTER=KEY,VALUE",
            description =
                    "The key and value types of the inner maps, if the object doesn't define them. A third name is the map type, as in"
                            + " OUTER=KEY,VALUE,ARRAY. Default: HASH.")
    private Map<String, String> inners = new LinkedHashMap<>();

    @Override
    public Integer call() {
        Console console = common.console();
        ImportedRecords records = RecordImport.of(request());
        if (records.maps() == 0 && records.remarks().isEmpty()) {
            throw new CommandFailedException(
                    "BTF describes no map, so there is nothing to import: constants, variables and programs alone are declared by hand"
                            + " (@Constants, @Variables, @BpfProgram). If the object has maps, `nestmap check` says what it lacks");
        }
        if (records.maps() == 0) {
            console.problem("no map can be written");
        } else {
            console.print(records.source());
        }
        for (Finding remark : records.remarks()) {
            console.problem(remark.id().replace('-', ' ') + ": " + remark.message());
        }
        return records.remarks().isEmpty() ? ExitCode.OK : ExitCode.FOUND;
    }

    private ImportRequest request() {
        common.requirePackage(packageName);
        if ((object == null ? 0 : 1) + (pin == null ? 0 : 1) + (id == null ? 0 : 1) != 1) {
            throw common.usage("state one of OBJECT, --pin and --id");
        }
        List<MalformedMap> malformed = new ArrayList<>();
        ObjectFile file = object == null ? null : ObjectFileReader.readable(object, malformed);
        Schema schema = file == null ? live() : file.schema();
        return new ImportRequest(
                schema,
                source(schema),
                packageName,
                objectName(schema.header()),
                header,
                events(file, schema),
                inners(file, schema),
                file == null ? Map.of() : ImportRequest.unreadable(file, malformed));
    }

    private Schema live() {
        return TargetMapFinder.schema(
                pin == null ? String.valueOf(id) : pin.toAbsolutePath().toString());
    }

    private String source(Schema schema) {
        String live = "the map " + schema.header() + (pin == null ? " with id " + id : " at " + pin);
        return object == null ? live : "the maps of " + Path.of(object).getFileName();
    }

    private String objectName(String file) {
        String wanted = name == null ? file.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_+|_+$", "") : name;
        if (name != null && !name.matches("[A-Za-z][A-Za-z0-9_]*")) {
            throw common.usage("--name is " + SafeText.quoted(name) + ", which is not an identifier");
        }
        return wanted.matches("[A-Za-z].*") ? wanted : "object_" + wanted;
    }

    private Map<String, CType> events(@Nullable ObjectFile file, Schema schema) {
        Map<String, CType> types = new HashMap<>();
        events.forEach((map, type) -> {
            MapDef ring = map("--event", map, schema);
            if (!ring.kind().isRing() && ring.kind() != MapKind.PERF_EVENT_ARRAY) {
                throw new CommandFailedException("--event " + SafeText.visible(map) + ": the map is a " + ring.kind()
                        + ", and only ring buffers and perf event arrays have events");
            }
            types.put(map, type(file, type));
        });
        return types;
    }

    private Map<String, ImportRequest.Inner> inners(@Nullable ObjectFile file, Schema schema) {
        Map<String, ImportRequest.Inner> definitions = new HashMap<>();
        inners.forEach((map, types) -> {
            MapDef outer = map("--inner", map, schema);
            if (!outer.kind().isMapOfMaps()) {
                throw new CommandFailedException("--inner " + SafeText.visible(map) + ": the map is a " + outer.kind()
                        + ", which has no inner maps");
            }
            String definition = outer.definition();
            if (definition != null) {
                throw new CommandFailedException("--inner " + SafeText.visible(map)
                        + ": the map has a definition of its inner maps, " + SafeText.visible(definition));
            }
            String[] parts = types.split(",", -1);
            if (parts.length < 2 || parts.length > 3) {
                throw common.usage("--inner " + SafeText.visible(map) + "=" + SafeText.visible(types)
                        + ": state two types, OUTER=KEY,VALUE, and a map type if it is not HASH");
            }
            definitions.put(
                    map,
                    new ImportRequest.Inner(
                            parts.length == 3 ? innerKind(parts[2]) : MapKind.HASH,
                            type(file, parts[0]),
                            type(file, parts[1])));
        });
        return definitions;
    }

    private MapKind innerKind(String name) {
        return MapKind.where(MapKind::canBeInner).stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> common.usage("no inner map has the type " + SafeText.visible(name)
                        + "; types of inner maps are called HASH, ARRAY, LRU_HASH and so on"));
    }

    private static MapDef map(String option, String name, Schema schema) {
        return schema.map(name)
                .orElseThrow(() -> new CommandFailedException(
                        option + " names the map " + SafeText.visible(name) + ", which the object does not have"));
    }

    /** Only an object file has types that its maps do not use. */
    private static CType type(@Nullable ObjectFile file, String name) {
        try {
            Optional<CType> type = file == null ? ObjectFile.number(name) : file.type(name);
            return type.orElseThrow(() -> new CommandFailedException(
                    file == null
                            ? "the type of a map in the kernel must be a number such as __u32, and not "
                                    + SafeText.visible(name)
                            : "the object's BTF has no type " + SafeText.visible(name)
                                    + ": clang writes a type only if a variable, a map or a function uses it"));
        } catch (MalformedObjectException e) {
            throw new CommandFailedException(
                    "the type " + SafeText.visible(name) + " can't be read: " + e.getMessage());
        }
    }
}
