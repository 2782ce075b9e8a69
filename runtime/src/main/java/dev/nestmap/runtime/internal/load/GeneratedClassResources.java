/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.Architecture;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.NamedType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The resources beside a generated class: the schema text and the object file.
 *
 * @param anchor the generated class
 * @param header the file name, without extension, of the header, the schema text and the object
 * @param sizes {@code max_entries} of maps that the caller sets at load, by name
 * @param values the bytes of global variables that the caller sets at load, by name
 */
public record GeneratedClassResources(
        Class<?> anchor, String header, Map<String, Long> sizes, Map<String, byte[]> values) {
    private static final String FOLDER = "META-INF/bpf/";

    /** Copies sizes and values. */
    public GeneratedClassResources {
        sizes = Map.copyOf(sizes);
        values = Map.copyOf(values);
    }

    /**
     * Returns a copy with the size of a map that the records leave to load time.
     *
     * @throws IllegalArgumentException if the kernel does not accept this size for the type of the map
     */
    public GeneratedClassResources withSize(String map, long entries) {
        MapKind kind =
                BackendOperations.definition(records(), map).withoutRhash().kind();
        MapShape.requireMaxEntries("map " + map, kind, entries);
        Map<String, Long> more = new HashMap<>(sizes);
        more.put(map, entries);
        return new GeneratedClassResources(anchor, header, more, values);
    }

    /** Returns a copy with the sizes of another one. */
    GeneratedClassResources withSizesOf(GeneratedClassResources other) {
        return new GeneratedClassResources(anchor, header, other.sizes, values);
    }

    /** Returns a copy with the value of a global variable. */
    public GeneratedClassResources initial(String variable, byte[] value) {
        Map<String, byte[]> more = new HashMap<>(values);
        more.put(variable, value);
        return new GeneratedClassResources(anchor, header, sizes, more);
    }

    /** The path of the resources without extension: they are in the package of the generated class. */
    private String path() {
        String folder = anchor.getPackageName().replace('.', '/');
        return folder.isEmpty() ? header : folder + "/" + header;
    }

    /**
     * Reads the schema that the processor wrote for the records, with the sizes for this load.
     *
     * @throws BpfException if the schema is missing or can't be read, or if included types have changed
     */
    public Schema schema() {
        return withSizes(records());
    }

    /** Reads the schema without the sizes that are set at load. */
    Schema records() {
        Schema schema = parse(
                path(),
                "it is missing beside " + anchor.getName()
                        + ". nestmap-processor writes it into the class output together with that class; package both in the same"
                        + " jar or module");
        for (Schema.Include include : schema.includes()) {
            if (!include.external()) {
                Schema present = parse(
                        include.header(),
                        anchor.getName()
                                + " uses types of it. nestmap-processor writes it into the class output together with"
                                + " the codecs of these types; package both in the same jar or module");
                requireUnchanged(schema, include, present);
            }
        }
        return schema;
    }

    /**
     * Compares the types of one header with those that this class was compiled with. Their codecs are separate classes, perhaps in another
     * jar. If that jar is newer than the object, the codecs may use another layout than the object's programs.
     *
     * @param compiled the schema that the class was compiled with
     * @param present the schema of the header that is beside the codecs
     */
    private void requireUnchanged(Schema compiled, Schema.Include include, Schema present) {
        List<Difference> differences = SchemaComparison.compare(
                comparable(
                        compiled,
                        compiled.types().stream()
                                .filter(type -> include.tags().contains(type.name()))
                                .toList(),
                        compiled.maps().stream().filter(map -> include.tags().contains(map.name()))),
                comparable(present, present.types(), present.maps().stream()));
        if (!differences.isEmpty()) {
            String list = differences.stream()
                    .map(difference -> "\n  " + difference.where().text() + ": " + difference.declared()
                            + " when it was compiled, " + difference.actual() + " on the class path")
                    .collect(Collectors.joining());
            throw new BpfException(
                    Reason.MISMATCH,
                    "use of " + anchor.getName(),
                    "it was compiled with another version of " + present.origin() + " than the one on the class path:"
                            + list
                            + "\nCompile " + compiled.origin() + " and its BPF programs again with the "
                            + present.origin()
                            + " that is on the class path");
        }
    }

    /** Returns types and maps of a schema, with inner maps as plain maps: a comparison finds inner maps only through an outer map. */
    private static Schema comparable(Schema schema, List<NamedType> types, Stream<MapDef> maps) {
        List<MapDef> plain = maps.map(map -> map.role() == MapRole.INNER ? map.withRole(MapRole.PLAIN) : map)
                .toList();
        return new Schema(schema.origin(), schema.header(), List.of(), types, plain);
    }

    /** Returns the schema with the sizes for this load. */
    Schema withSizes(Schema records) {
        return records.withSizes(map -> {
            Long size = sizes.get(map.name());
            return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        });
    }

    private Schema parse(String file, String missing) {
        String name = FOLDER + file + ".schema";
        byte[] text = read(name);
        if (text == null) {
            throw new BpfException(Reason.NOT_FOUND, "search for resource " + name, missing);
        }
        try {
            return SchemaText.parse(new String(text, StandardCharsets.UTF_8));
        } catch (SchemaFormatException e) {
            throw BpfException.of(Reason.MISMATCH, "reading of resource " + name)
                    .because(e.getMessage()
                            + "; use nestmap-processor and nestmap-runtime of the same version, and compile again")
                    .cause(e)
                    .build();
        }
    }

    /**
     * Reads the object file: that for this machine's architecture, if the build made one for each, or else the only one.
     *
     * @throws BpfException if it is missing or can't be read
     */
    public byte[] object() {
        String name = FOLDER + path() + ".bpf.o";
        Optional<Architecture> here = Architecture.ofThisMachine();
        byte[] bound = here.isEmpty() ? null : objectOf(here.get());
        byte[] object = bound == null ? read(name) : bound;
        if (object == null) {
            Set<Architecture> others = Stream.of(Architecture.values())
                    .filter(architecture -> objectOf(architecture) != null)
                    .collect(Collectors.toSet());
            if (!others.isEmpty()) {
                throw new BpfException(
                        Reason.NOT_FOUND,
                        "search for resource " + FOLDER + path()
                                + here.map(Architecture::objectSuffix).orElse(".bpf.o"),
                        "it is missing beside " + anchor.getName()
                                + ": the object reads registers, and was built only for "
                                + Architecture.or(others) + ". Add this machine's architecture ("
                                + System.getProperty("os.arch")
                                + ") to the architectures of nestmap-maven-plugin or of Gradle's task compileBpf");
            }
            throw new BpfException(
                    Reason.NOT_FOUND,
                    "search for resource " + name,
                    "it is missing beside " + anchor.getName()
                            + ". Run the goal compile of nestmap-maven-plugin, which compiles src/main/bpf/" + header
                            + ".bpf.c in Maven's phase compile; or load a file with load(Path)");
        }
        return object;
    }

    private byte @Nullable [] objectOf(Architecture architecture) {
        return read(FOLDER + path() + architecture.objectSuffix());
    }

    private byte @Nullable [] read(String name) {
        try (InputStream in = open(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw BpfException.of(Reason.SYSTEM_CALL, "reading of resource " + name)
                    .because(e.toString())
                    .cause(e)
                    .build();
        }
    }

    /** A class in a named module finds resources of that module only; its class loader also finds those of other modules. */
    private @Nullable InputStream open(String name) {
        InputStream own = anchor.getResourceAsStream("/" + name);
        ClassLoader loader = anchor.getClassLoader();
        return own == null && loader != null ? loader.getResourceAsStream(name) : own;
    }
}
